/**
 * The synthetic logs of the Open Bandit Pipeline, digit for digit: the same seed gives the contexts, items, rewards and
 * probabilities that `obp.dataset.SyntheticBanditDataset` gives, as its documentation describes it (expected-rewards.ts says where
 * its code is at odds with that).
 * Source: Saito, Aihara, Matsutani, Narita, "Open Bandit Dataset and Pipeline", NeurIPS 2021 (Datasets and Benchmarks), section 5;
 * obp/dataset/synthetic.py.
 */
import erfc from '@stdlib/math-base-special-erfc';
import erfcinv from '@stdlib/math-base-special-erfcinv';
import { z } from 'zod';
import { behaviourLogits, categoryOf, coefficientsOf, laws, rewardLogits } from './expected-rewards.ts';
import type { FunctionInputs } from './expected-rewards.ts';
import type { LoggedData, LoggedItems, LoggedRounds } from './logged-rounds.ts';
import { NumpyRandom } from './numpy-random.ts';

/** Rounds of a split times items: two matrices of doubles of that size for each of three splits. */
const MOST_CELLS = 2e7;
/** Coefficients drawn: some seconds of them for each split. */
const MOST_COEFFICIENTS = 5e7;

/** One kind of `data`: a problem's schema puts it into its union, and tells what `obpSyntheticIssues` finds. */
export const obpSyntheticSchema = z.strictObject({
  kind: z
    .literal('obp-synthetic')
    .describe(
      'Synthetic logs of the Open Bandit Pipeline, digit for digit: the value of every policy is known',
    ),
  rounds: z.int().min(10).max(1_000_000).default(10_000).describe('Rounds of each split'),
  actions: z.int().min(2).max(100_000).default(10).describe('Items to choose from'),
  contextDimension: z.int().min(1).max(100).default(5).describe('Features of a context, standard normal'),
  rewards: z
    .enum(['binary', 'continuous'])
    .default('binary')
    .describe('binary: 0 or 1; continuous: a normal of deviation 1 without its negative numbers'),
  rewardLaw: z
    .enum(laws)
    .default('linear')
    .describe(
      'How the expected reward (for binary rewards, its logit) depends on context and item: linear; polynomial, of degree 3; sparse, of degree 4 in 30 % of its terms',
    ),
  rewardNoise: z
    .enum(['independent', 'published'])
    .default('independent')
    .describe(
      'Noise of continuous rewards: independent, drawn apart from the items; published, drawn with the uniform numbers that also drew the items and around a mean that is already truncated, as in the Open Bandit Pipeline, where known values of policies are not those of the log',
    ),
  behaviour: z
    .enum(['rewards', 'linear', 'polynomial'])
    .default('rewards')
    .describe(
      'What the logging policy is a softmax of, times data.beta: the expected rewards, or a drawn function of context and item',
    ),
  beta: z
    .number()
    .min(-100)
    .max(100)
    .default(-2)
    .describe('Sharpness of the logging policy; below 0 it prefers items of low value, at 0 it is uniform'),
  categories: z
    .int()
    .min(2)
    .nullable()
    .default(null)
    .describe(
      'Number of categories of items; item a is in category a modulo this number. Rewards depend on an item through its category alone, which is the embedding of marginalised weights; null: every item has its own category',
    ),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(12_345)
    .describe(
      "Seed of NumPy's random numbers, from which the log is made; all runs of a comparison share it, whatever their own seed",
    ),
});

export type ObpSynthetic = z.infer<typeof obpSyntheticSchema>;

/** What is wrong with a config of which every key for itself is right. */
export function obpSyntheticIssues(
  config: ObpSynthetic,
): readonly { readonly path: keyof ObpSynthetic; readonly message: string }[] {
  const { rounds, actions, categories, contextDimension, rewardLaw, behaviour } = config;
  const issues: { path: keyof ObpSynthetic; message: string }[] = [];
  if (rounds * actions > MOST_CELLS) {
    const message = `expected at most ${MOST_CELLS} rounds times items, found ${rounds} x ${actions}; use fewer rounds or fewer items`;
    issues.push({ path: 'rounds', message });
  }
  if (categories !== null && categories > actions) {
    const message = `expected at most as many categories as items, ${actions}, found ${categories}`;
    issues.push({ path: 'categories', message });
  }
  const drawn = (law: (typeof laws)[number]) =>
    coefficientsOf(law, contextDimension, categories ?? actions) > MOST_COEFFICIENTS;
  const advice = `has more than ${MOST_COEFFICIENTS} coefficients for that many items and features of a context; use linear, or data.categories`;
  if (drawn(rewardLaw)) issues.push({ path: 'rewardLaw', message: `${rewardLaw} ${advice}` });
  if (behaviour !== 'rewards' && drawn(behaviour))
    issues.push({ path: 'behaviour', message: `${behaviour} ${advice}` });
  return issues;
}

/**
 * Train, test and validation rounds, three batches of one stream in this order: as published studies draw train and then test,
 * the validation rounds come last.
 */
export function generateObp(config: ObpSynthetic): LoggedData {
  const stream = new NumpyRandom(config.seed);
  const train = batch(config, stream);
  const test = batch(config, stream);
  const validation = batch(config, stream);
  return {
    source: `Open Bandit Pipeline's synthetic log of ${config.actions} items, beta ${config.beta}, seed ${config.seed}`,
    contextDimension: config.contextDimension,
    contextNames: Array.from({ length: config.contextDimension }, (_, i) => `x${i}`),
    items: itemsOf(config),
    repeatedRows: 0,
    positions: 1,
    train,
    validation,
    test,
  };
}

function itemsOf({ actions: count, categories }: ObpSynthetic): LoggedItems {
  const dimension = categories ?? 0;
  const features = new Float64Array(count * dimension);
  if (categories !== null) {
    for (let a = 0; a < count; a++) features[a * dimension + categoryOf(a, categories)] = 1;
  }
  return { count, names: Array.from({ length: count }, (_, a) => String(a)), dimension, features };
}

function batch(config: ObpSynthetic, stream: NumpyRandom): LoggedRounds {
  const { rounds, actions: items, contextDimension: dimension, seed } = config;
  const context = Float64Array.from({ length: rounds * dimension }, () => stream.normal());
  const inputs: FunctionInputs = {
    rounds,
    context,
    dimension,
    items,
    categories: config.categories ?? items,
  };
  // Coefficients, items, and published continuous rewards, each from the seed anew: the same in every batch.
  const location = rewardLogits(config.rewardLaw, inputs, new NumpyRandom(seed));
  const expectedReward = location.map(config.rewards === 'binary' ? sigmoid : truncatedMean);
  const behaviour = softmaxRows(
    config.behaviour === 'rewards'
      ? expectedReward
      : behaviourLogits(config.behaviour, inputs, new NumpyRandom(seed)),
    config.beta,
    items,
  );
  const action = drawItems(behaviour, items, new NumpyRandom(seed));
  const propensity = Float64Array.from(action, (item, n) => behaviour[n * items + item]!);
  const at = (values: Float64Array, n: number) => values[n * items + action[n]!]!;
  const again = new NumpyRandom(seed);
  const reward = Float64Array.from(action, (_, n) => {
    if (config.rewards === 'binary') return stream.bernoulli(at(expectedReward, n));
    return config.rewardNoise === 'published'
      ? truncatedQuantile(at(expectedReward, n), again.uniform())
      : truncatedQuantile(at(location, n), stream.uniform());
  });
  return { rounds, context, action, reward, propensity, position: null, expectedReward, behaviour };
}

function drawItems(behaviour: Float64Array, items: number, random: NumpyRandom): Int32Array {
  return Int32Array.from({ length: behaviour.length / items }, (_, n) => {
    const uniform = random.uniform();
    let sum = 0;
    for (let a = 0; a < items; a++) {
      sum += behaviour[n * items + a]!;
      if (sum > uniform) return a;
    }
    // Rounding has left the sum below the uniform number: the source takes the first item.
    return 0;
  });
}

function softmaxRows(values: Float64Array, scale: number, items: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += items) {
    let most = -Infinity;
    for (let i = start; i < start + items; i++) most = Math.max(most, scale * values[i]!);
    let sum = 0;
    for (let i = start; i < start + items; i++) {
      out[i] = Math.exp(scale * values[i]! - most);
      sum += out[i]!;
    }
    for (let i = start; i < start + items; i++) out[i]! /= sum;
  }
  return out;
}

function sigmoid(x: number): number {
  return Math.exp(Math.min(x, 0)) / (1 + Math.exp(-Math.abs(x)));
}

/** Mean of the normal law of deviation 1 and mean `location` without its negative numbers. */
function truncatedMean(location: number): number {
  const density = Math.exp((-location * location) / 2) / Math.sqrt(2 * Math.PI);
  return location + density / upperTail(-location);
}

/** Its quantile: what a uniform number of [0, 1) becomes. */
function truncatedQuantile(location: number, uniform: number): number {
  const lowest = -location;
  // From the side of the smaller probabilities, which keep their digits.
  const standard =
    lowest < 0
      ? lowerQuantile(upperTail(-lowest) + uniform * upperTail(lowest))
      : -lowerQuantile((1 - uniform) * upperTail(lowest));
  return Math.max(0, location + standard);
}

/** P(z > x). */
function upperTail(x: number): number {
  return erfc(x / Math.SQRT2) / 2;
}

/** x with P(z < x) = p. */
function lowerQuantile(p: number): number {
  return -Math.SQRT2 * erfcinv(2 * p);
}
