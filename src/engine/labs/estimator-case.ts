/** What a lab's task samples: f over the values of its choice, and the gradient of E f where it can be enumerated or integrated. */
import * as tf from '@tensorflow/tfjs-core';
import { canTake, cannotTake } from '../../shared/choice.ts';
import { counted } from '../../shared/counted.ts';
import { AppError } from '../../shared/errors.ts';
import {
  continuousParameters,
  isContinuous,
  type ContinuousName,
  type GradientTask,
  type SweepTask,
} from '../../shared/gradient.ts';
import type { ContinuousChoice, Objective, OneChoice } from '../core/choice.ts';
import type { EstimatorDefinition } from '../core/estimator.ts';
import { GradientStatistics } from '../diagnostics/gradient-statistics.ts';
import { discreteChoice } from '../diagnostics/row-gradients.ts';
import { expectedOfPair, expectedValue } from '../distributions/continuous/expected-value.ts';
import { continuousDistributions } from '../distributions/continuous/registry.ts';
import { estimators } from '../estimators/registry.ts';
import {
  discreteObjective,
  type ChoiceShape,
  type DiscreteObjective,
} from '../objectives/discrete-objective.ts';
import { expectation } from '../objectives/expectation.ts';
import { parseObjective } from '../objectives/objective-text.ts';
import { realObjective } from '../objectives/real-objective.ts';

/** Tensors of the logits' shape that a batch holds at once, about. */
const COPIES = 16;
/** Parameters of a continuous distribution, from its inverse where they are positive. */
const MOST_PARAMETER = 1000;

export interface EstimatorCase {
  readonly shape: ChoiceShape;
  /** f. */
  readonly tensors: Objective;
  /** The gradient of E f for the numbers of the task; undefined where there are too many values of z. */
  readonly exact: Float64Array | undefined;
  /** f value by value; undefined of a continuous choice. */
  readonly discrete: DiscreteObjective | undefined;
  /** From [rows, size], the task's numbers in each row, to the choice that they make. */
  choiceOf(numbers: tf.Tensor2D): OneChoice;
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
  if (isContinuous(distribution)) return continuousCase(task, distribution, definition);
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
  refuseMemory(logits.length, memory, settings);
  const objective = discreteObjective(await parseObjective(task.objective), shape);
  refuseSteps(definition, objective.tensors, shape);
  return {
    shape,
    tensors: objective.tensors,
    discrete: objective,
    choiceOf: discreteChoice(shape),
    exact: expectation(objective, logits)?.gradient,
  };
}

async function continuousCase(
  { logits, objective: text }: GradientTask | SweepTask,
  name: ContinuousName,
  definition: EstimatorDefinition,
): Promise<EstimatorCase> {
  refuseParameters(name, logits);
  const pair = name === 'multivariate-normal';
  const shape: ChoiceShape = { kind: 'continuous', latents: pair ? 2 : 1, classes: 0 };
  refuseUnsupported(definition, shape);
  const objective = realObjective(await parseObjective(text), shape.latents);
  refuseSteps(definition, objective.tensors, shape);
  const { gradient } = pair
    ? expectedOfPair(logits, objective.value)
    : expectedValue(name, logits, (z) => objective.value([z]));
  return {
    shape,
    tensors: objective.tensors,
    discrete: undefined,
    choiceOf: (numbers) => continuousChoice(name, numbers),
    exact: Float64Array.from(gradient),
  };
}

/** @param numbers [rows, parameters] */
function continuousChoice(name: ContinuousName, numbers: tf.Tensor2D): ContinuousChoice {
  const distribution = continuousDistributions.find(({ id }) => id === name)!;
  const rows = numbers.shape[0];
  const column = (at: number, width = 1) => tf.slice(numbers, [0, at], [rows, width]);
  if (name === 'multivariate-normal') {
    // l11, 0, l21, l22
    const factor = tf.concat([column(2), tf.zeros<tf.Rank.R2>([rows, 1]), column(3, 2)], 1);
    const cholesky = tf.reshape(factor, [rows, 2, 2]);
    return { kind: 'continuous', distribution, parameters: { location: column(0, 2), cholesky } };
  }
  const names = Object.keys(distribution.parameters);
  const parameters = Object.fromEntries(names.map((own, at) => [own, column(at)]));
  return { kind: 'continuous', distribution, parameters };
}

/** @throws AppError validation at `logits`, which holds them */
function refuseParameters(name: ContinuousName, given: readonly number[]): void {
  const names = Object.keys(continuousParameters[name]);
  const wrong = (message: string) => new AppError('validation', `parameters: ${message}`, { path: 'logits' });
  if (given.length !== names.length) {
    throw wrong(
      `expected ${names.join(', ')} of the ${name} distribution, found ${counted(given.length, 'number')}`,
    );
  }
  for (const [at, value] of given.entries()) {
    const real = /^location|^l21$/.test(names[at]!);
    if (real ? Math.abs(value) <= MOST_PARAMETER : value >= 1 / MOST_PARAMETER && value <= MOST_PARAMETER)
      continue;
    throw wrong(
      `${names[at]} is ${value}; expected ${real ? `-${MOST_PARAMETER}` : 1 / MOST_PARAMETER} to ${MOST_PARAMETER}`,
    );
  }
}

function refuseSteps(definition: EstimatorDefinition, { relaxable }: Objective, { kind }: ChoiceShape): void {
  if (!definition.needsRelaxable || relaxable) return;
  throw new AppError(
    'precondition',
    `estimator: ${definition.id} needs the gradient of f ${kind === 'continuous' ? 'in z' : 'between its values'}, but this f has steps; those that need only its values: ${idsOf((one) => !one.needsRelaxable && one.supports.includes(kind))}`,
    { path: 'estimator' },
  );
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

function refuseMemory(size: number, memory: number, settings: number): void {
  const needed = settings * GradientStatistics.bytes(size) + COPIES * 4 * size;
  if (needed <= memory) return;
  throw new AppError(
    'precondition',
    `logits: ${size} of them${settings > 1 ? ` at ${settings} values` : ''} need about ${(needed / 2 ** 20).toFixed(0)} MiB, but only ${(memory / 2 ** 20).toFixed(0)} MiB may be used; give fewer, or free some memory`,
    { path: 'logits' },
  );
}
