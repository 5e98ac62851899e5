/**
 * q-hat(x, a), an estimate of E[reward | context, item] from logged rounds: logistic regression where every reward is 0 or 1, ridge
 * regression else. What it is linear in is a constant, the place on the page, the context, the item, and the item times the
 * context. All but the constant is drawn towards 0, so that an item with few rounds is taken for one like the others.
 * Differs from `RegressionModel` of the Open Bandit Pipeline, whose features are context and item side by side: with `interaction`
 * false it is the same model.
 */
import { minimise } from '../statistics/minimise.ts';
import type { LoggedRounds } from './logged-rounds.ts';

export interface RewardModelSettings {
  /** Whether every item has coefficients of its own for the context's features. */
  readonly interaction: boolean;
  /** Of the sum of squared losses or of log losses: penalty / 2 times the squared coefficients of standardised features. */
  readonly penalty: number;
}

export const defaultRewardModel: RewardModelSettings = { interaction: true, penalty: 1 };

export interface RewardModel {
  readonly kind: 'logistic' | 'ridge';
  readonly items: number;
  /** Writes q-hat of every item for the context at `context[offset ..]`, shown at `position` (0 where there is one place). */
  predict(context: Float64Array, offset: number, position: number, out: Float64Array): void;
}

/** What a log has of contexts, items and places. */
export interface LogShape {
  readonly contextDimension: number;
  readonly items: number;
  readonly positions: number;
}

const TOLERANCE = 1e-8;
const MOST_ITERATIONS = 500;

/** @param chosen rounds that are fitted, at least one; null: all */
export function fitRewardModel(
  rounds: LoggedRounds,
  shape: LogShape,
  settings: RewardModelSettings = defaultRewardModel,
  chosen: Int32Array | null = null,
): RewardModel {
  const own = chosen ?? Int32Array.from({ length: rounds.rounds }, (_, n) => n);
  const { contextDimension: dimension, items, positions } = shape;
  const isBinary = own.every((n) => rounds.reward[n] === 0 || rounds.reward[n] === 1);
  const features = standardise(rounds, dimension, own);
  const rewards = isBinary ? { mean: 0, deviation: 1 } : spread(own.length, (i) => rounds.reward[own[i]!]!);
  const width = settings.interaction ? dimension + 1 : 1;
  const places = { context: 1, position: 1 + dimension, items: 1 + dimension + positions };
  const scale = settings.penalty / own.length;
  const scaled = new Float64Array(dimension);
  const value = (parameters: Float64Array, item: number, position: number) => {
    let sum = parameters[0]! + parameters[places.position + position]!;
    const start = places.items + item * width;
    sum += parameters[start]!;
    for (let d = 0; d < dimension; d++) {
      const both = parameters[places.context + d]! + (width > 1 ? parameters[start + 1 + d]! : 0);
      sum += both * scaled[d]!;
    }
    return sum;
  };
  const { x: fitted } = minimise(
    (parameters, gradient) => {
      let loss = 0;
      for (const n of own) {
        features.write(rounds.context, n * dimension, scaled);
        const item = rounds.action[n]!;
        const position = rounds.position?.[n] ?? 0;
        const predicted = value(parameters, item, position);
        const target = (rounds.reward[n]! - rewards.mean) / rewards.deviation;
        const residual = (isBinary ? sigmoid(predicted) : predicted) - target;
        loss += isBinary ? softplus(predicted) - target * predicted : residual ** 2 / 2;
        gradient[0]! += residual;
        gradient[places.position + position]! += residual;
        const start = places.items + item * width;
        gradient[start]! += residual;
        for (let d = 0; d < dimension; d++) {
          gradient[places.context + d]! += residual * scaled[d]!;
          if (width > 1) gradient[start + 1 + d]! += residual * scaled[d]!;
        }
      }
      loss /= own.length;
      for (let i = 0; i < parameters.length; i++) {
        gradient[i]! /= own.length;
        if (i === 0) continue;
        loss += (scale / 2) * parameters[i]! ** 2;
        gradient[i]! += scale * parameters[i]!;
      }
      return loss;
    },
    new Float64Array(places.items + items * width),
    { tolerance: TOLERANCE, iterations: MOST_ITERATIONS },
  );
  return {
    kind: isBinary ? 'logistic' : 'ridge',
    items,
    predict(context, offset, position, out) {
      features.write(context, offset, scaled);
      for (let item = 0; item < items; item++) {
        const predicted = value(fitted, item, position);
        out[item] = isBinary ? sigmoid(predicted) : rewards.mean + rewards.deviation * predicted;
      }
    },
  };
}

/** Which q-hat speaks on a round: one of them all, or the one of its fold. */
export type ModelOfRound = (round: number) => RewardModel;

/** Rounds that one model is fitted to when it is fitted for an estimate: beyond, its error is not what limits that. */
export const MOST_FITTED = 200_000;

/**
 * One model per fold, each fitted to the rounds of the other folds, so that no round is judged by a model that has seen its reward
 * (Chernozhukov et al., "Double/debiased machine learning", The Econometrics Journal 21, 2018, section 3). Round n is of fold n
 * modulo `folds`.
 * @param most rounds that one model is fitted to, the first of the other folds
 */
export function crossFit(
  rounds: LoggedRounds,
  shape: LogShape,
  folds: number,
  settings: RewardModelSettings = defaultRewardModel,
  most = Infinity,
): ModelOfRound {
  const all = Int32Array.from({ length: rounds.rounds }, (_, n) => n);
  const models = Array.from({ length: folds }, (_, fold) => {
    const others = all.filter((n) => n % folds !== fold);
    return fitRewardModel(rounds, shape, settings, others.subarray(0, Math.min(most, others.length)));
  });
  return (round) => models[round % folds]!;
}

interface Standard {
  write(context: Float64Array, offset: number, out: Float64Array): void;
}

function standardise({ context }: LoggedRounds, dimension: number, own: Int32Array): Standard {
  const spreads = Array.from({ length: dimension }, (_, d) =>
    spread(own.length, (i) => context[own[i]! * dimension + d]!),
  );
  return {
    write(values, offset, out) {
      for (let d = 0; d < dimension; d++) {
        const { mean, deviation } = spreads[d]!;
        out[d] = (values[offset + d]! - mean) / deviation;
      }
    },
  };
}

/** The deviation of numbers that are all the same counts as 1. */
function spread(count: number, at: (i: number) => number): { mean: number; deviation: number } {
  let [mean, squares] = [0, 0];
  for (let i = 0; i < count; i++) mean += at(i) / count;
  for (let i = 0; i < count; i++) squares += (at(i) - mean) ** 2;
  const deviation = Math.sqrt(squares / count);
  return { mean, deviation: deviation > 1e-12 * Math.abs(mean) ? deviation : 1 };
}

function sigmoid(x: number): number {
  return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
}

/** log(1 + exp(x)) */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
