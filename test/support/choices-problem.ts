/**
 * A problem whose config says what its choice is: three tokens of three values, one after another; one token for the whole
 * minibatch; or none. Small enough that the best value is known.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { AnyProblemInstance, ProblemDefinition, TrainingConfig } from '../../src/engine/core/problem.ts';
import { defineProblem } from '../../src/engine/core/problem.ts';
import type { StagedChoice, StagedObjective } from '../../src/engine/core/choice.ts';
import { uniform } from '../../src/engine/random/noise.ts';

export const VALUES = [0, 1, 3];
const TOKENS = 3;
/** Cost of a token that repeats the one before. */
const REPEAT = 0.5;
const HARD = { train: 'hardTrain', validation: 'hardValidation', test: 'hardTest' };

export interface ChoicesConfig extends TrainingConfig {
  readonly form: 'stages' | 'shared' | 'none';
}

/** f of three tokens: the squares of their values less an offset, which is f's own parameter and starts at 2, and of repetitions. */
export function costOf(tokens: readonly number[], offset: number): number {
  return tokens.reduce(
    (sum, k, s) => sum + (VALUES[k]! - offset) ** 2 + (s > 0 && tokens[s - 1] === k ? REPEAT : 0),
    0,
  );
}

export function choicesProblem(): ProblemDefinition {
  return defineProblem<ChoicesConfig, null>({
    id: 'choices',
    label: 'Choices',
    summary: 'Three tokens, one for all, or none.',
    direction: 'minimize',
    choice: ({ form }) =>
      form === 'none'
        ? { kind: 'none' }
        : { kind: 'categorical', ...(form === 'stages' && { stages: true }) },
    config: z.custom<ChoicesConfig>(),
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
      const model = tf.tidy(() => ({
        start: tf.variable(uniform<tf.Rank.R2>(init, [1, VALUES.length])),
        next: tf.variable(tf.zeros<tf.Rank.R2>([VALUES.length, VALUES.length])),
        offset: tf.variable(tf.scalar(2)),
      }));
      const { start, next, offset } = model;
      const sizes = { latents: 1, classes: VALUES.length };
      const hard = () => hardCost(model, config.form);
      const common = {
        valueScale: 1,
        evaluate: (split: keyof typeof HARD) => Promise.resolve({ [HARD[split]]: hard() }),
        dispose: () => tf.dispose([start, next, offset]),
      };
      switch (config.form) {
        case 'stages':
          return {
            ...common,
            parameters: model,
            kind: 'categorical',
            ...sizes,
            stages: Array.from({ length: TOKENS }, () => sizes),
            step: ({ temperature }) => ({
              temperature,
              choice: tokens(model, config.batch),
              objective: tokenCosts(offset),
            }),
          } satisfies AnyProblemInstance;
        case 'shared':
          return {
            ...common,
            parameters: { start, offset },
            kind: 'categorical',
            ...sizes,
            step: ({ temperature, key }) => {
              // The rows of the minibatch share one choice, and f is their mean.
              const rows = tf.mul(tf.sub(uniform<tf.Rank.R2>(key, [config.batch, 1]), 0.5), 0.1);
              return {
                temperature,
                choice: { kind: 'categorical', logits: tf.expandDims<tf.Tensor3D>(start, 1) },
                objective: {
                  relaxable: true,
                  evaluate: (at: tf.Tensor) =>
                    tf.mean<tf.Tensor1D>(tf.square(tf.sub(tf.add(rows, valueOf(at)), offset)), 0),
                },
              };
            },
          } satisfies AnyProblemInstance;
        case 'none':
          return {
            ...common,
            parameters: { offset },
            kind: 'none',
            latents: 0,
            classes: 0,
            step: ({ temperature }) => ({
              temperature,
              choice: { kind: 'none' },
              objective: { evaluate: () => tf.square<tf.Tensor1D>(tf.sub(tf.tensor1d(VALUES), offset)) },
            }),
          } satisfies AnyProblemInstance;
      }
    },
  });
}

interface Model {
  readonly start: tf.Variable<tf.Rank.R2>;
  readonly next: tf.Variable<tf.Rank.R2>;
  readonly offset: tf.Variable<tf.Rank.R0>;
}

/** [B, 1, K] -> [B, 1] */
function valueOf(at: tf.Tensor): tf.Tensor2D {
  return tf.sum<tf.Tensor2D>(tf.mul(at, tf.tensor1d(VALUES)), 2);
}

function tokens({ start, next }: Model, rows: number): StagedChoice {
  return {
    kind: 'staged',
    stageKind: 'categorical',
    stages: TOKENS,
    next(prefix) {
      const last = prefix.at(-1);
      if (last === undefined) return tf.tile(tf.expandDims(start, 1), [rows, 1, 1]);
      const flat = tf.reshape<tf.Rank.R2>(last, [rows, VALUES.length]);
      return tf.expandDims(tf.matMul(flat, next), 1);
    },
  };
}

function tokenCosts(offset: tf.Variable): StagedObjective {
  const costs = (values: readonly tf.Tensor[]) =>
    tf.concat<tf.Tensor2D>(
      values.map((z, s) => {
        const own = tf.square<tf.Tensor2D>(tf.sub(valueOf(z), offset));
        const before = values[s - 1];
        return before === undefined
          ? own
          : tf.add<tf.Tensor2D>(own, tf.mul(tf.sum(tf.mul(z, before), 2), REPEAT));
      }),
      1,
    );
  return { relaxable: true, costs, evaluate: (values) => tf.sum<tf.Tensor1D>(costs(values), 1) };
}

/** f of the most probable tokens, in doubles. */
function hardCost({ start, next, offset }: Model, form: ChoicesConfig['form']): number {
  const own = offset.dataSync()[0]!;
  if (form === 'none') return VALUES.reduce((sum, value) => sum + (value - own) ** 2, 0) / VALUES.length;
  const best = (logits: readonly number[]) => logits.indexOf(Math.max(...logits));
  const chosen = [best(Array.from(start.dataSync()))];
  if (form === 'shared') return (VALUES[chosen[0]!]! - own) ** 2;
  const rows = Array.from(next.dataSync());
  while (chosen.length < TOKENS) {
    const from = chosen.at(-1)! * VALUES.length;
    chosen.push(best(rows.slice(from, from + VALUES.length)));
  }
  return costOf(chosen, own);
}
