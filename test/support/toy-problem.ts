/** A problem small enough to check by hand: rows with a bias each, K table values; hard evaluation is the table's argmax. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineProblem, type ProblemDefinition, type TrainingConfig } from '../../src/engine/core/problem.ts';
import { uniform } from '../../src/engine/random/noise.ts';

const TABLE = [1, 2, 4];
const HARD = { train: 'hardTrain', validation: 'hardValidation', test: 'hardTest' };

export const toyConfig: TrainingConfig = {
  steps: 40,
  batch: 8,
  learningRate: { kind: 'cosine', from: 0.1, to: 0.01, until: 1 },
  temperature: { kind: 'exponential', from: 1, to: 0.1, until: 1 },
  gradientClip: null,
  logEvery: 3,
  evaluateEvery: 10,
  checkpointSeconds: 1e9,
  restarts: 1,
  earlyStopping: null,
  maxEvaluations: null,
  maxSeconds: null,
  diagnostics: null,
};

/**
 * @param explodeAt step (within a restart) from which f is not finite; -1: never
 * @param remembers true for a problem with state: f grows with the running sum of the prices after every step
 */
export function toyProblem(explodeAt = -1, remembers = false): ProblemDefinition {
  return defineProblem<TrainingConfig, null>({
    id: 'toy',
    label: 'Toy',
    summary: 'One categorical choice of three.',
    direction: 'maximize',
    choice: () => ({ kind: 'categorical' }),
    config: z.custom<TrainingConfig>(),
    metrics: [],
    charts: [],
    baselines: [],
    presets: [],
    valueMetric: 'value',
    hardTrainMetric: 'hardTrain',
    selectionMetric: 'hardValidation',
    memory: () => 0,
    load: () => Promise.resolve(null),
    describe: () => 'no data',
    computeBaselines: () => Promise.resolve({}),
    create(config, _data, init) {
      const logits = tf.tidy(() => tf.variable(uniform<tf.Rank.R2>(init, [1, TABLE.length]), true));
      const prices = tf.tidy(() => tf.variable(tf.tensor1d(TABLE), true));
      const memory = tf.tidy(() => tf.variable(tf.scalar(1), false));
      const hard = () => {
        const values = logits.dataSync();
        const best = values.indexOf(Math.max(...values));
        return prices.dataSync()[best] ?? Number.NaN;
      };
      return {
        parameters: { logits, prices },
        kind: 'categorical',
        latents: 1,
        classes: TABLE.length,
        valueScale: 2,
        ...(remembers && {
          state: { memory },
          advance: ({ step }) =>
            tf.tidy(() => memory.assign(tf.add(tf.mul(memory, 0.9), tf.mul(tf.sum(prices), 0.01 * step)))),
        }),
        step({ step, key, temperature }) {
          const rows = tf.mul(uniform<tf.Rank.R2>(key, [config.batch, TABLE.length]), 0.1);
          const choice = tf.expandDims<tf.Tensor3D>(tf.add(rows, logits), 1);
          const scale = step === explodeAt ? Number.NaN : 1;
          return {
            temperature,
            choice: { kind: 'categorical', logits: choice },
            objective: {
              relaxable: true,
              evaluate: (at: tf.Tensor) =>
                tf.mul<tf.Tensor1D>(tf.sum(tf.mul(at, tf.mul(prices, memory)), [1, 2]), scale),
            },
          };
        },
        evaluate: (split) => Promise.resolve({ [HARD[split]]: hard() }),
        dispose: () => tf.dispose([logits, prices, memory]),
      };
    },
  });
}
