import { describe, expect, it } from 'vitest';
import golden from '../../../test/golden/obp-synthetic.json' with { type: 'json' };
import { generateObp, obpSyntheticIssues, obpSyntheticSchema } from './obp-synthetic.ts';
import type { LoggedRounds } from './logged-rounds.ts';
import { NumpyRandom } from './numpy-random.ts';

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
const configOf = (own: object) => obpSyntheticSchema.parse({ kind: 'obp-synthetic', ...own });

/** Sums of 10 000 doubles in another order than NumPy's. */
const PLACES = 10;

describe.each(golden.cases)('the log of the Open Bandit Pipeline with $config', ({ config, batches }) => {
  const data = generateObp(configOf({ rewardNoise: 'published', ...config }));
  const { contextDimension: dimension, actions: items } = config;

  it.each(['train', 'test', 'validation'] as const)('has the same digits: %s rounds', (split) => {
    const own: LoggedRounds = data[split];
    const theirs = batches[['train', 'test', 'validation'].indexOf(split)]!;
    const close = (found: ArrayLike<number>, expected: readonly number[]) => {
      expect(found).toHaveLength(expected.length);
      expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 13));
    };
    close(own.context.subarray(0, dimension), theirs.context[0]!);
    close(own.context.subarray(-dimension), theirs.context[1]!);
    expect([...own.action.subarray(0, 12)]).toEqual(theirs.action);
    expect(sum(own.action)).toBe(theirs.actionSum);
    close(own.reward.subarray(0, 6), theirs.reward);
    expect(sum(own.reward)).toBeCloseTo(theirs.rewardSum, PLACES);
    close(own.expectedReward!.subarray(0, items), theirs.expectedReward);
    expect(sum(own.expectedReward!) / own.expectedReward!.length).toBeCloseTo(
      theirs.expectedRewardMean,
      PLACES,
    );
    close(own.propensity!.subarray(0, 3), theirs.propensity);
    expect(sum(own.propensity!) / own.rounds).toBeCloseTo(theirs.propensityMean, PLACES);
  });
});

describe('published figures of 10 items, 5 features, 10 000 rounds, seed 12345', () => {
  const { train, test } = generateObp(configOf({}));
  const valueOf = (rounds: LoggedRounds, policy: (row: Float64Array, n: number) => number) => {
    let total = 0;
    for (let n = 0; n < rounds.rounds; n++)
      total += policy(rounds.expectedReward!.subarray(n * 10, n * 10 + 10), n);
    return total / rounds.rounds;
  };

  it('has the context, items, rewards and expected rewards of the quickstart notebooks', () => {
    expect([...train.context.subarray(0, 5)].map((x) => x.toFixed(8))).toEqual([
      '-0.20470766',
      '0.47894334',
      '-0.51943872',
      '-0.55573030',
      '1.96578057',
    ]);
    expect([...train.expectedReward!.subarray(0, 3)].map((q) => q.toFixed(8))).toEqual([
      '0.81612381',
      '0.62585527',
      '0.38678530',
    ]);
    expect([...train.action.subarray(0, 3), ...train.action.subarray(-3)]).toEqual([9, 2, 1, 0, 3, 7]);
    expect([...train.reward.subarray(0, 3), ...train.reward.subarray(-3)]).toEqual([1, 0, 0, 0, 0, 1]);
  });

  it('values the uniform policy as opl.ipynb does', () => {
    expect(valueOf(test, (row) => sum(row) / 10)).toBeCloseTo(0.49992528545607, 13);
  });

  it('values the best policy', () => {
    expect(valueOf(test, (row) => Math.max(...row))).toBeCloseTo(0.79986, 6);
  });

  it.each([
    [1, 0.539848],
    [-2, 0.423879],
    [-3, 0.390982],
  ])('values the logging policy of beta %f', (beta, value) => {
    const rounds = generateObp(configOf({ beta })).test;
    const expected = valueOf(rounds, (row, n) =>
      row.reduce((total, q, a) => total + q * rounds.behaviour![n * 10 + a]!, 0),
    );
    expect(expected).toBeCloseTo(value, 6);
  });
});

describe('continuous rewards', () => {
  const config = { rewards: 'continuous', rounds: 20_000, actions: 3, beta: 1 };
  const gap = (noise: string) => {
    const { train } = generateObp(configOf({ ...config, rewardNoise: noise }));
    const differences = Array.from(
      train.reward,
      (reward, n) => reward - train.expectedReward![n * 3 + train.action[n]!]!,
    );
    const mean = sum(differences) / train.rounds;
    return mean / Math.sqrt(sum(differences.map((x) => (x - mean) ** 2)) / train.rounds ** 2);
  };

  it('have the expected rewards as their means when they are independent', () => {
    // Fails for 1 seed of 10 000.
    expect(Math.abs(gap('independent'))).toBeLessThan(3.9);
  });

  it('do not when they are as published', () => {
    expect(gap('published')).toBeGreaterThan(20);
  });
});

describe('the config', () => {
  it.each([
    [{ rounds: 1_000_000, actions: 1000 }, 'rounds'],
    [{ actions: 5, categories: 6 }, 'categories'],
    [{ actions: 2000, rounds: 100, rewardLaw: 'polynomial' }, 'rewardLaw'],
    [{ actions: 2000, rounds: 100, behaviour: 'polynomial' }, 'behaviour'],
  ])('refuses %o, naming %s', (own, path) => {
    expect(obpSyntheticIssues(configOf(own)).map((issue) => issue.path)).toEqual([path]);
  });

  it('takes one item for no choice', () => {
    expect(() => configOf({ actions: 1 })).toThrow('actions');
  });
});

it("is NumPy's RandomState: RandomState(5489).rand(), then RandomState(0).permutation(10)", () => {
  expect(new NumpyRandom(5489).uniform()).toBe(0.8147236863931789);
  expect([...new NumpyRandom(0).permutation(10)]).toEqual([2, 8, 4, 9, 1, 6, 7, 3, 0, 5]);
});
