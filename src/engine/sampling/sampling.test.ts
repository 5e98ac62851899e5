/**
 * Laws of the samplers against enumeration. Fixed seeds; every comparison of a frequency or mean allows 4.9 standard errors, which
 * a right sampler exceeds with probability 1e-6, and there are about 60 of them: 6e-5 together.
 */
import { describe, expect, test } from 'vitest';
import { log1mExp, logSoftmax, logSumExp } from '../../shared/log-space.ts';
import type { SamplingResult, SamplingStudy } from '../../shared/sampling.ts';
import { rootKey } from '../random/key.ts';
import { beamSearch, stochasticBeamSearch } from './beam-search.ts';
import { gumbelMax, maximumCdf } from './gumbel-max.ts';
import { GumbelStream } from './gumbel-stream.ts';
import { inclusionProbabilities } from './plackett-luce.ts';
import { runStudy } from './run-study.ts';
import { gumbelTopK } from './top-k.ts';
import { grow, leavesOf } from './tree.ts';

/**
 * P(the first draws are `order`) = prod p_i / (sum of p over what was not drawn before).
 * Source: Plackett, "The analysis of permutations", 1975.
 */
function orderProbability(logs: readonly number[], order: readonly number[]): number {
  const weights = logs.map((log) => Math.exp(log - Math.max(...logs)));
  let left = weights.reduce((sum, weight) => sum + weight, 0);
  return order.reduce((product, index) => {
    const share = weights[index]! / left;
    left -= weights[index]!;
    return product * share;
  }, 1);
}

const weights = [0.1, 0.2, 0.3, 0.4];
const logits = weights.map((weight) => Math.log(weight) + 3);

function expectFrequency(count: number, probability: number, samples: number): void {
  const error = Math.sqrt((probability * (1 - probability)) / samples);
  expect(Math.abs(count / samples - probability)).toBeLessThan(4.9 * error);
}

const host = { breathe: () => Promise.resolve(), progress: () => undefined };
const study = (asked: SamplingStudy) => runStudy(asked, host);

describe('log space', () => {
  test('shifts of a thousand neither overflow nor change a difference', () => {
    expect(logSumExp([1000, 1000]) - 1000).toBeCloseTo(Math.LN2, 12);
    expect(logSumExp([-1000, -1000]) + 1000).toBeCloseTo(Math.LN2, 12);
    expect(logSumExp([])).toBe(-Infinity);
    expect(logSoftmax([1e4, 0])[1]).toBe(-1e4);
  });

  test('log(1 - e^x) keeps its digits at both ends', () => {
    // 1 - e^-1e-12 = 1e-12 - 5e-25, and e^-50 = 1.9287498479639178e-22.
    expect(log1mExp(-1e-12)).toBeCloseTo(Math.log(1e-12), 10);
    expect(log1mExp(-50) / -1.9287498479639178e-22).toBeCloseTo(1, 12);
  });
});

describe('Gumbel-max', () => {
  test('draws options as often as softmax says, with the maximum law of one Gumbel', async () => {
    const samples = 100_000;
    const result = await study({ kind: 'gumbel-max', logits, samples, seed: 3 });
    if (result.kind !== 'gumbel-max') throw new Error('another study');
    weights.forEach((weight, i) => expectFrequency(result.counts[i]!, weight, samples));
    expect(result.location).toBeCloseTo(3, 12);
    const { mean, standardError } = result.maximum;
    // Euler's constant; pi / sqrt(6) is the standard deviation of a Gumbel.
    expect(Math.abs(mean - (3 + 0.5772156649))).toBeLessThan(4.9 * standardError);
    expect(standardError * Math.sqrt(samples)).toBeCloseTo(1.28255, 1);
    result.table.forEach((row, i) => {
      for (const count of row) expectFrequency(count, weights[i]! / row.length, samples);
    });
  });

  test('the same seed gives the same study, another one another', async () => {
    const asked = { kind: 'gumbel-max', logits, samples: 5000, seed: 1 } as const;
    const first = await study(asked);
    expect(await study(asked)).toEqual(first);
    expect(await study({ ...asked, seed: 2 })).not.toEqual(first);
  });
});

describe('a study in batches', () => {
  const asked = { kind: 'gumbel-max', logits, samples: 200_000, seed: 1 } as const;

  test('tells what a shorter study would have said', async () => {
    const told: SamplingResult[] = [];
    const progress = (_done: number, _total: number, result: () => SamplingResult) => told.push(result());
    const last = await runStudy(asked, { ...host, progress });
    expect(told.map(({ samples }) => samples)).toEqual([2000, 67_536, 133_072, 198_608, 200_000]);
    expect(told[0]).toEqual(await study({ ...asked, samples: 2000 }));
    expect(told.at(-1)).toEqual(last);
  });

  test('ends at the breath at which it is cancelled', async () => {
    let breaths = 0;
    const breathe = () => {
      breaths += 1;
      return breaths < 3 ? Promise.resolve() : Promise.reject(new Error('enough'));
    };
    await expect(runStudy(asked, { ...host, breathe })).rejects.toThrow('enough');
    expect(breaths).toBe(3);
  });

  test('rare options share a row, and have none where they are rare even together', async () => {
    const rare = (count: number) =>
      study({
        kind: 'gumbel-max',
        logits: [0, 1, ...new Array<number>(count).fill(-6)],
        samples: 20_000,
        seed: 2,
      });
    // Expected of each: 13, where 50 make a row.
    const many = await rare(100);
    const few = await rare(2);
    if (many.kind !== 'gumbel-max' || few.kind !== 'gumbel-max') throw new Error('another study');
    const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
    expect(many.rows).toEqual([0, 1, null]);
    expect(many.table.map(sum)).toEqual([...many.counts.slice(0, 2), sum(many.counts.slice(2))]);
    expect(few.rows).toEqual([0, 1]);
    expect(sum(few.counts.slice(2))).toBeGreaterThan(0);
  });
});

describe('Gumbel-top-k', () => {
  test('orders have the law of drawing without putting back', async () => {
    // Plackett-Luce for (0.1, 0.2, 0.3, 0.4), by hand: 0.4 * 0.3 / 0.6, 0.3 * 0.4 / 0.7, 0.1 * 0.2 / 0.9, 0.2 * 0.1 / 0.8.
    const byHand = [
      [[3, 2], 0.2],
      [[2, 3], 0.171429],
      [[0, 1], 0.022222],
      [[1, 0], 0.025],
    ] as const;
    for (const [order, probability] of byHand)
      expect(orderProbability(logits, order)).toBeCloseTo(probability, 6);
    const samples = 100_000;
    const result = await study({ kind: 'top-k', logits, k: 2, samples, seed: 4 });
    if (result.kind !== 'top-k') throw new Error('another study');
    expect(result.orders).toHaveLength(12);
    for (const { order, count, probability } of result.orders) {
      expect(probability).toBeCloseTo(orderProbability(logits, order), 12);
      expectFrequency(count, probability, samples);
    }
    const inclusion = [0.2345238, 0.4412698, 0.6083333, 0.715873];
    inclusion.forEach((probability, i) => {
      expect(result.inclusion![i]).toBeCloseTo(probability, 7);
      expectFrequency(result.included[i]!, probability, samples);
    });
  });

  test('inclusion probabilities add up to k, and k of all includes all', () => {
    expect(inclusionProbabilities(logits, 3).reduce((sum, p) => sum + p, 0)).toBeCloseTo(3, 12);
    inclusionProbabilities(logits, 4).forEach((p) => expect(p).toBeCloseTo(1, 12));
  });

  test('importance weights make the estimate unbiased; normalising them does not keep it so', async () => {
    const values = [1, -2, 3, 0.5];
    const result = await study({ kind: 'top-k', logits, k: 2, values, samples: 1_000_000, seed: 8 });
    if (result.kind !== 'top-k' || result.estimates === null) throw new Error('no estimates');
    const { exact, independent, unbiased, normalised } = result.estimates;
    expect(exact).toBeCloseTo(0.1 - 0.4 + 0.9 + 0.2, 12);
    for (const { mean, standardError } of [independent, unbiased]) {
      expect(Math.abs(mean - exact)).toBeLessThan(4.9 * standardError);
    }
    expect(normalised.mean - exact).toBeGreaterThan(4.9 * normalised.standardError);
    // Its expectation, by quadrature over the threshold, to four digits.
    expect(Math.abs(normalised.mean - 0.8107)).toBeLessThan(4.9 * normalised.standardError + 5e-5);
  });
});

describe('stochastic beam search', () => {
  const pair = (p: number, ...children: { p: number }[]) => [{ p, children }, { p: 1 - p }];
  const tree = [
    { p: 0.6, children: pair(0.3, { p: 0.5 }, { p: 0.5 }) },
    { p: 0.3, children: pair(0.8, { p: 0.9 }, { p: 0.1 }) },
    { p: 0.1, children: [{ p: 0.25 }, { p: 0.75 }] },
  ];
  const root = grow(tree);
  const leaves = leavesOf(root);

  test('the best child has its parent score exactly, at every node', () => {
    const { levels } = stochasticBeamSearch(root, leaves.length, new GumbelStream(rootKey(9)));
    levels.slice(1).forEach(({ candidates }, i) => {
      for (const parent of levels[i]!.kept) {
        const scores = candidates
          .filter(({ node }) => node === parent.node || parent.node.children.includes(node))
          .map(({ perturbed }) => perturbed);
        expect(Math.max(...scores)).toBe(parent.perturbed);
      }
    });
  });

  test('sets of leaves have the law of the flat Gumbel-top-k', () => {
    const samples = 60_000;
    const width = 3;
    const noise = new GumbelStream(rootKey(10));
    const counts = new Map<string, number>();
    for (let i = 0; i < samples; i++) {
      const drawn = stochasticBeamSearch(root, width, noise).leaves.map(({ node }) => leaves.indexOf(node));
      expect(new Set(drawn).size).toBe(width);
      const set = drawn.sort((a, b) => a - b).join();
      counts.set(set, (counts.get(set) ?? 0) + 1);
    }
    const logs = leaves.map(({ logProbability }) => logProbability);
    const orders = (chosen: readonly number[]): number[][] =>
      chosen.length < 2
        ? [[...chosen]]
        : chosen.flatMap((first) =>
            orders(chosen.filter((i) => i !== first)).map((rest) => [first, ...rest]),
          );
    const sets = [...counts.keys()].map((text) => text.split(',').map(Number));
    // 8 leaves, 3 of them: 56 sets.
    expect(leaves).toHaveLength(8);
    expect(sets).toHaveLength(56);
    for (const set of sets) {
      const probability = orders(set).reduce((sum, order) => sum + orderProbability(logs, order), 0);
      expectFrequency(counts.get(set.join())!, probability, samples);
    }
  });

  test('the threshold has the law of the flat one: the estimate over the leaves is unbiased', () => {
    const noise = new GumbelStream(rootKey(11));
    const logProbabilities = leaves.map(({ logProbability }) => logProbability);
    const thresholds = Array.from({ length: 20_000 }, () => [
      stochasticBeamSearch(root, 2, noise).threshold,
      gumbelTopK(logProbabilities, 2, noise).threshold,
    ]);
    const difference = thresholds.map(([search, flat]) => search! - flat!);
    const mean = difference.reduce((sum, x) => sum + x, 0) / difference.length;
    const error = Math.sqrt(difference.reduce((sum, x) => sum + (x - mean) ** 2, 0)) / difference.length;
    expect(Math.abs(mean)).toBeLessThan(4.9 * error);
  });

  test('a width of all leaves or more draws them all', () => {
    for (const width of [8, 20]) {
      const { leaves: drawn, threshold } = stochasticBeamSearch(root, width, new GumbelStream(rootKey(12)));
      expect(drawn).toHaveLength(8);
      expect(threshold).toBe(-Infinity);
    }
  });

  test('ordinary beam search is greedy: it can miss the most probable leaf', () => {
    const misleading = grow([
      { p: 0.6, children: [{ p: 0.5 }, { p: 0.5 }] },
      { p: 0.4, children: [{ p: 1 }] },
    ]);
    expect(beamSearch(misleading, 1).leaves[0]!.node.path).toEqual([0, 0]);
    expect(beamSearch(misleading, 2).leaves[0]!.node.path).toEqual([1, 0]);
  });

  test('children that do not add up are refused with their parent', () => {
    expect(() => grow([{ p: 0.5, children: [{ p: 0.4 }, { p: 0.4 }] }, { p: 0.5 }])).toThrow(
      /children of node 0 have probabilities that add up to 0.8; expected 1/,
    );
  });
});

test('one draw: the maximum belongs to the choice', () => {
  const stream = new GumbelStream(rootKey(1));
  const again = new GumbelStream(rootKey(1));
  const { choice, maximum } = gumbelMax(logits, stream);
  const perturbed = logits.map((logit) => logit + again.next());
  expect(maximum).toBe(Math.max(...perturbed));
  expect(choice).toBe(perturbed.indexOf(maximum));
  expect(maximumCdf(0, 0)).toBeCloseTo(Math.exp(-1), 12);
});

test.each<[SamplingStudy, RegExp]>([
  [{ kind: 'top-k', logits, k: 5, samples: 10, seed: 0 }, /k: expected at most 4/],
  [
    { kind: 'top-k', logits, k: 2, values: [1], samples: 10, seed: 0 },
    /values: expected one for each of the 4/,
  ],
  [{ kind: 'gumbel-max', logits, samples: 1e9, seed: 0 }, /samples: 1000000000 of them take more than/],
])('refuses %#', async (asked, message) => {
  await expect(study(asked)).rejects.toThrow(message);
});
