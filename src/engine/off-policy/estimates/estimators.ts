/**
 * Estimators of what a policy would earn, from rounds that another policy logged. In a round with context x, item a and reward r,
 * w = policy(a | x) / propensity; q is a reward model, q(x, policy) its mean under the policy. Each is
 *
 *   direct + correction,   direct = mean q(x, policy) or 0,   correction = mean g(w) e  or  sum w e / sum w,   e = r - q(x, a) or r,
 *
 * and they differ in what is there and in g, which shrinks large weights: less variance, more bias.
 * Sources: Dudik, Erhan, Langford, Li, "Doubly robust policy evaluation and optimization", Statistical Science 29, 2014 (dm, ipw,
 * dr); Swaminathan, Joachims, "The self-normalized estimator for counterfactual learning", NeurIPS 2015 (snipw, sndr); Wang,
 * Agarwal, Dudik, "Optimal and adaptive off-policy evaluation in contextual bandits", ICML 2017 (switch-dr); Su, Dimakopoulou,
 * Krishnamurthy, Dudik, "Doubly robust off-policy evaluation with shrinkage", ICML 2020 (dros); Metelli, Russo, Restelli,
 * "Subgaussian and differentiable importance sampling for off-policy evaluation and learning", NeurIPS 2021 (sg-ipw, sg-dr); Saito,
 * Joachims, "Off-policy evaluation for large action spaces via embeddings", ICML 2022 (mips, snmips).
 */
import { AppError } from '../../../shared/errors.ts';
import type { OpeEstimatorName } from '../../../shared/ope.ts';

/** What shrinks the weights: a number that a user gives, or that is chosen from `grid`. */
interface Shrinkage {
  /** Applied when nobody says otherwise; null: chosen from the grid. */
  readonly standard: number | null;
  /** From the value that leaves weights as they are to the one that shrinks them most. */
  readonly grid: readonly number[];
  readonly isAllowed: (lambda: number) => boolean;
  /** What is allowed, for a refusal. */
  readonly allowed: string;
  readonly shrink: (weight: number, lambda: number) => number;
}

export interface OpeEstimator {
  readonly name: OpeEstimatorName;
  readonly label: string;
  /** One sentence. */
  readonly help: string;
  /** Whether q(x, policy) is a part of it, and its correction is of r - q. */
  readonly direct: boolean;
  /** The weights of its correction: of items, of items' categories, or null: it has no correction. */
  readonly weights: 'items' | 'categories' | null;
  readonly selfNormalised: boolean;
  readonly shrinkage: Shrinkage | null;
}

const above = { isAllowed: (lambda: number) => lambda >= 0, allowed: 'a number of at least 0, or inf' };
const clipping: Shrinkage = {
  ...above,
  standard: Infinity,
  grid: [Infinity, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
  shrink: (weight, lambda) => Math.min(weight, lambda),
};
const switching: Shrinkage = {
  ...clipping,
  standard: null,
  grid: [...clipping.grid, 0],
  shrink: (weight, lambda) => (weight <= lambda ? weight : 0),
};
const optimistic: Shrinkage = {
  ...above,
  standard: null,
  grid: [Infinity, 1e6, 1e5, 1e4, 3000, 1000, 300, 100, 30, 10, 3, 1, 0],
  shrink: (weight, lambda) =>
    lambda === Infinity || weight === 0 ? weight : (lambda * weight) / (weight * weight + lambda),
};
const subGaussian: Shrinkage = {
  standard: null,
  grid: [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
  isAllowed: (lambda) => lambda >= 0 && lambda <= 1,
  allowed: 'a number from 0 to 1',
  shrink: (weight, lambda) => (weight === 0 ? 0 : weight / (1 - lambda + lambda * weight)),
};

const plain = { direct: false, weights: 'items', selfNormalised: false, shrinkage: null } as const;
const robust = { ...plain, direct: true } as const;

export const opeEstimators: readonly OpeEstimator[] = [
  {
    name: 'dm',
    label: 'Direct method',
    help: 'What a reward model predicts for the items that the policy would show: little variance, and the bias of the model',
    ...robust,
    weights: null,
  },
  {
    name: 'ipw',
    label: 'Inverse propensity weighting',
    help: 'Rewards weighted by policy / propensity: unbiased under full support, and large weights make it vary',
    ...plain,
    shrinkage: clipping,
  },
  {
    name: 'snipw',
    label: 'Self-normalised IPW',
    help: 'The same divided by the sum of the weights: it stays within the rewards, with a bias that vanishes as the log grows',
    ...plain,
    selfNormalised: true,
  },
  {
    name: 'dr',
    label: 'Doubly robust',
    help: 'The reward model, corrected by weighted rewards: unbiased if the propensities or the model are right',
    ...robust,
  },
  {
    name: 'sndr',
    label: 'Self-normalised DR',
    help: 'The same with a correction that is divided by the sum of the weights',
    ...robust,
    selfNormalised: true,
  },
  {
    name: 'switch-dr',
    label: 'Switch-DR',
    help: 'Doubly robust without the correction where the weight is above lambda',
    ...robust,
    shrinkage: switching,
  },
  {
    name: 'dros',
    label: 'DR with optimistic shrinkage',
    help: 'Doubly robust with lambda w / (w^2 + lambda) in place of the weight w',
    ...robust,
    shrinkage: optimistic,
  },
  {
    name: 'sg-ipw',
    label: 'Sub-Gaussian IPW',
    help: 'Weights w / (1 - lambda + lambda w), which stay below 1 / lambda',
    ...plain,
    shrinkage: subGaussian,
  },
  {
    name: 'sg-dr',
    label: 'Sub-Gaussian DR',
    help: 'Doubly robust with the same weights',
    ...robust,
    shrinkage: subGaussian,
  },
  {
    name: 'mips',
    label: 'Marginalised IPW',
    help: "Weights of items' categories instead of items: for many items that have features, and whose categories decide the reward",
    ...plain,
    weights: 'categories',
  },
  {
    name: 'snmips',
    label: 'Self-normalised marginalised IPW',
    help: 'The same divided by the sum of the weights',
    ...plain,
    weights: 'categories',
    selfNormalised: true,
  },
];

export function findOpeEstimator(name: OpeEstimatorName): OpeEstimator {
  const found = opeEstimators.find((estimator) => estimator.name === name);
  if (found === undefined)
    throw new AppError('internal', `no estimator of policies' values is called ${name}`);
  return found;
}

/** What the estimators read of the rounds. */
export interface Judged {
  readonly rounds: number;
  readonly reward: Float64Array;
  /** w; [rounds] */
  readonly weights: Float64Array;
  /** The same of categories of items; null: items have none. */
  readonly categoryWeights: Float64Array | null;
  /** q(x, a) of the item shown and q(x, policy), [rounds]; null: without a reward model. */
  readonly model: { readonly shown: Float64Array; readonly direct: Float64Array } | null;
}

/** The numbers whose means make an estimate: mean of `base` plus mean of `numerator` over mean of `denominator`. */
export interface Parts {
  readonly base: Float64Array;
  readonly numerator: Float64Array;
  /** Null: 1. */
  readonly denominator: Float64Array | null;
}

export function weightsOf({ weights, name }: OpeEstimator, judged: Judged): Float64Array {
  const found = weights === 'categories' ? judged.categoryWeights : judged.weights;
  if (found !== null) return found;
  throw new AppError(
    'precondition',
    `${name}: expected a log whose items have categories and whose policy is known for all items; leave ${name} out, or give the items features`,
  );
}

export function partsOf(estimator: OpeEstimator, judged: Judged, lambda: number | null): Parts {
  const { rounds, reward } = judged;
  const base = new Float64Array(rounds);
  const numerator = new Float64Array(rounds);
  const model = estimator.direct ? judged.model : null;
  if (estimator.direct && model === null) throw new Error(`${estimator.name} needs a reward model`);
  if (model !== null) base.set(model.direct);
  if (estimator.weights === null) return { base, numerator, denominator: null };
  const weights = weightsOf(estimator, judged);
  for (let n = 0; n < rounds; n++) {
    numerator[n] = shrunk(estimator, weights[n]!, lambda) * (reward[n]! - (model?.shown[n] ?? 0));
  }
  return { base, numerator, denominator: estimator.selfNormalised ? weights : null };
}

export function shrunk({ shrinkage }: OpeEstimator, weight: number, lambda: number | null): number {
  return shrinkage === null || lambda === null ? weight : shrinkage.shrink(weight, lambda);
}

export interface Estimate {
  readonly value: number;
  readonly standardError: number;
  /** One number per round, whose mean is the value and whose spread is its standard error times the root of the rounds. */
  readonly terms: Float64Array;
}

/**
 * Of a self-normalised estimate s = mean v / mean w, round n is worth s + (v_n - s w_n) / mean w: the linear part of a quotient
 * (delta method). That w_n v_n / mean w in its place has the spread of another quantity is a known defect of the Open Bandit
 * Pipeline (st-tech/zr-obp#187).
 */
export function estimateOf({ base, numerator, denominator }: Parts): Estimate {
  const count = base.length;
  const terms = new Float64Array(count);
  // Plain loops: a log has millions of rounds, and a function called for each of them takes most of an evaluation.
  if (denominator === null) {
    for (let n = 0; n < count; n++) terms[n] = base[n]! + numerator[n]!;
  } else {
    const weight = mean(denominator);
    const ratio = mean(numerator) / weight;
    for (let n = 0; n < count; n++)
      terms[n] = base[n]! + ratio + (numerator[n]! - ratio * denominator[n]!) / weight;
  }
  const value = mean(terms);
  let squares = 0;
  for (let n = 0; n < count; n++) squares += (terms[n]! - value) ** 2;
  return { value, standardError: Math.sqrt(squares / (count - 1) / count), terms };
}

export function mean(values: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < values.length; n++) sum += values[n]!;
  return sum / values.length;
}
