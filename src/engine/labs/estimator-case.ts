/** What a lab's task samples: f over the values of its choice, and the gradient of E f where it can be enumerated. */
import { canTake, cannotTake } from '../../shared/choice.ts';
import { AppError } from '../../shared/errors.ts';
import type { GradientTask, SweepTask } from '../../shared/gradient.ts';
import type { EstimatorDefinition } from '../core/estimator.ts';
import { GradientStatistics } from '../diagnostics/gradient-statistics.ts';
import { estimators } from '../estimators/registry.ts';
import {
  discreteObjective,
  entriesOf,
  type ChoiceShape,
  type DiscreteObjective,
} from '../objectives/discrete-objective.ts';
import { expectation } from '../objectives/expectation.ts';
import { parseObjective } from '../objectives/objective-text.ts';

/** Tensors of the logits' shape that a batch holds at once, about. */
const COPIES = 16;

export interface EstimatorCase {
  readonly objective: DiscreteObjective;
  readonly exact: Float64Array | undefined;
}

/**
 * @param memory bytes that may be used
 * @param settings how many of the estimator's are sampled side by side
 * @throws AppError that names the field, for what cannot be sampled
 */
export async function prepareCase(
  task: GradientTask | SweepTask,
  definition: EstimatorDefinition,
  memory: number,
  settings = 1,
): Promise<EstimatorCase> {
  const { distribution, logits } = task;
  if (distribution === 'categorical' && logits.length < 2) {
    throw new AppError('validation', 'logits: expected 2 or more for a categorical choice, found 1', {
      path: 'logits',
    });
  }
  refuseBeyondFloat32(logits);
  const shape: ChoiceShape =
    distribution === 'categorical'
      ? { kind: 'categorical', latents: 1, classes: logits.length }
      : { kind: 'bernoulli', latents: logits.length, classes: 2 };
  refuseUnsupported(definition, shape);
  refuseMemory(shape, memory, settings);
  const objective = discreteObjective(await parseObjective(task.objective), shape);
  if (definition.needsRelaxable && !objective.tensors.relaxable) {
    throw new AppError(
      'precondition',
      `estimator: ${definition.id} needs the gradient of f between its values, and this f has steps; those that need only its values: ${idsOf((one) => !one.needsRelaxable && one.supports.includes(shape.kind))}`,
      { path: 'estimator' },
    );
  }
  return { objective, exact: expectation(objective, logits)?.gradient };
}

/** Estimators compute in float32: there such a logit would be infinite, and every estimate not a number. */
function refuseBeyondFloat32(logits: readonly number[]): void {
  const at = logits.findIndex((logit) => !Number.isFinite(Math.fround(logit)));
  if (at < 0) return;
  throw new AppError(
    'validation',
    `logits: logit ${at} is ${logits[at]}, beyond float32, in which estimators compute; give numbers from -3.4e38 to 3.4e38`,
    { path: 'logits' },
  );
}

function refuseUnsupported(definition: EstimatorDefinition, { kind }: ChoiceShape): void {
  if (canTake(definition, { kind })) return;
  throw new AppError(
    'precondition',
    `estimator: ${cannotTake(definition.id, definition, { kind })}; choose among ${idsOf((one) => canTake(one, { kind }))}`,
    { path: 'estimator' },
  );
}

function idsOf(fits: (definition: EstimatorDefinition) => boolean): string {
  return estimators
    .filter(fits)
    .map(({ id }) => id)
    .join(', ');
}

function refuseMemory(shape: ChoiceShape, memory: number, settings: number): void {
  const size = entriesOf(shape);
  const needed = settings * GradientStatistics.bytes(size) + COPIES * 4 * size;
  if (needed <= memory) return;
  throw new AppError(
    'precondition',
    `logits: ${size} of them${settings > 1 ? ` at ${settings} values` : ''} need about ${(needed / 2 ** 20).toFixed(0)} MiB, and ${(memory / 2 ** 20).toFixed(0)} MiB may be used; give fewer or free some`,
    { path: 'logits' },
  );
}
