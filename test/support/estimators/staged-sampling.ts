/** Runs an estimator on many equal rows of a choice in stages at once; B times a row's gradient is one sample. */
import * as tf from '@tensorflow/tfjs-core';
import { emptyState, type EstimatorState } from '../../../src/engine/core/estimator.ts';
import { estimators, findEstimator, parseSettings } from '../../../src/engine/estimators/registry.ts';
import { rootKey } from '../../../src/engine/random/key.ts';
import { testedBackend } from '../use-backend.ts';
import { momentsOf, type Moments, type Variant } from './sampling.ts';
import { ownParameters, stagedChoice, stagedObjective, type StagedCase } from './staged-cases.ts';

export const ROWS = testedBackend === 'cpu' ? 600 : 4000;
export const TEMPERATURE = 0.75;

export interface NamedVariant extends Variant {
  readonly name: string;
}

export const taking = estimators.filter(({ stages }) => stages);
export const stagedVariants: readonly NamedVariant[] = taking.flatMap((definition) =>
  definition.examples.map((example) => ({
    name: `${definition.id} ${JSON.stringify(example)}`,
    definition,
    settings: parseSettings(definition, example),
  })),
);
export const variantOf = (id: string, raw: object = {}): Variant => {
  const definition = findEstimator(id);
  return { definition, settings: parseSettings(definition, raw) };
};

export function initialStages(
  { definition, settings }: Variant,
  of: StagedCase,
  moved = true,
): EstimatorState {
  const sizes = { kind: of.kind, ...of.stages[0]!, stages: of.stages };
  const state = definition.init?.({ ...sizes, settings, key: rootKey(9) }) ?? emptyState;
  // What holds must hold wherever training leaves them.
  if (moved)
    for (const [which, variable] of Object.values(state.parameters).entries()) {
      const shift = Float32Array.from({ length: variable.size }, (_, i) => 0.1 * Math.sin(7 * i + which + 1));
      tf.tidy(() => variable.assign(tf.add(variable, tf.tensor(shift, variable.shape))));
    }
  return state;
}

interface Asked {
  readonly rows?: number;
  readonly seed: number;
  readonly withCosts?: boolean;
  readonly state?: EstimatorState;
}

interface Drawn {
  /** B times the gradient of a row, for the parameters of the choice and then those of f. */
  readonly moments: Moments[];
  readonly gradient: Float32Array;
  readonly value: number;
  readonly evaluations: number;
}

/** One estimate a row, all rows alike. */
export function drawStages(
  variant: Variant,
  of: StagedCase,
  { rows = ROWS, seed, withCosts = false, state }: Asked,
): Drawn {
  const own = state ?? initialStages(variant, of);
  const found = { value: Number.NaN, evaluations: 0 };
  const size = of.parameters.length + ownParameters.length;
  const gradient = tf.tidy(() => {
    const tiled = (row: readonly number[]) => tf.tile(tf.tensor2d([[...row]]), [rows, 1]);
    const grads = tf.grads((parameters, f) => {
      const estimate = variant.definition.estimate({
        choice: stagedChoice(of, parameters as tf.Tensor2D),
        objective: stagedObjective(of, f as tf.Tensor2D, withCosts),
        key: rootKey(seed),
        temperature: TEMPERATURE,
        settings: variant.settings,
        state: own,
      });
      found.value = estimate.value.dataSync()[0]!;
      found.evaluations = estimate.evaluations;
      return estimate.surrogate;
    });
    const both = tf.concat(grads([tiled(of.parameters), tiled(ownParameters)]), 1);
    return Float32Array.from(tf.mul(both, rows).dataSync());
  });
  if (state === undefined) tf.dispose([own.parameters, own.buffers]);
  return { moments: momentsOf({ gradient, size }), gradient, ...found };
}
