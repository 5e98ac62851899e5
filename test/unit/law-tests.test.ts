/**
 * Every p that the product prints, over 1000 seeds of a right sampler: uniform, or where few are expected (an exact test of whole
 * numbers) never too often small. The largest difference of two distribution functions is allowed what a right one exceeds with
 * probability 1e-6 (Dvoretzky-Kiefer-Wolfowitz); with 14 comparisons 1.4e-5 together.
 */
import { describe, expect, it } from 'vitest';
import { runLabTask } from '../../src/engine/labs/run-lab-task.ts';
import { runStudy } from '../../src/engine/sampling/run-study.ts';
import type { LawTest, SamplingStudy } from '../../src/shared/sampling.ts';
import { lawTests } from '../../src/studio/law-tests.ts';

const SEEDS = 1000;
const ALLOWED = Math.sqrt(Math.log(2 / 1e-6) / (2 * SEEDS));

const host = { breathe: () => Promise.resolve(), progress: () => undefined };
type Unseeded = SamplingStudy extends infer S ? (S extends SamplingStudy ? Omit<S, 'seed'> : never) : never;

async function testsOf(study: Unseeded, seed: number): Promise<LawTest[]> {
  return lawTests(await runStudy({ ...study, seed }, host));
}

async function byHypothesis(study: Unseeded): Promise<Map<string, LawTest[]>> {
  const found = new Map<string, LawTest[]>();
  for (let seed = 0; seed < SEEDS; seed++) {
    for (const test of await testsOf(study, seed)) {
      found.set(test.hypothesis, [...(found.get(test.hypothesis) ?? []), test]);
    }
  }
  return found;
}

/** Largest excess of P(p <= a) over a, and largest lack. */
function offUniform(values: readonly number[]): { over: number; under: number } {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    over: Math.max(...sorted.map((p, i) => (i + 1) / sorted.length - p)),
    under: Math.max(...sorted.map((p, i) => p - i / sorted.length)),
  };
}

const tree = [
  { p: 0.5, children: [{ p: 0.2 }, { p: 0.8 }] },
  { p: 0.3, children: [{ p: 0.6, children: [{ p: 0.5 }, { p: 0.5 }] }, { p: 0.4 }] },
  { p: 0.2 },
];

describe.each<[string, Unseeded, number]>([
  ['Gumbel-max', { kind: 'gumbel-max', logits: [0, 0.5, 1, -0.5], samples: 1000 }, 3],
  ['Gumbel-max with rare options', { kind: 'gumbel-max', logits: [1, 0, -6, -7], samples: 1000 }, 4],
  ['top-k, 120 orders', { kind: 'top-k', logits: [0, 0, 0, 0, 0, 0], k: 3, samples: 700 }, 1],
  ['top-k, rare orders', { kind: 'top-k', logits: [0, 1, 2, -4], k: 2, samples: 500 }, 2],
  ['beam search', { kind: 'beam', tree, width: 2, samples: 250 }, 2],
])('%s', (_name, study, hypotheses) => {
  it('has p-values that mean what they say', async () => {
    const found = await byHypothesis(study);
    expect(found.size).toBe(hypotheses);
    for (const [hypothesis, tests] of found) {
      expect(tests, hypothesis).toHaveLength(SEEDS);
      const { over, under } = offUniform(tests.map(({ p }) => p));
      expect(over, hypothesis).toBeLessThan(ALLOWED);
      if (tests[0]!.method === 'chi-square') expect(under, hypothesis).toBeLessThan(ALLOWED);
    }
  });
});

const only = async (study: Unseeded, seed = 1) => (await testsOf(study, seed))[0]!;

it('counts every possible order but one as a degree of freedom, and no rounding', async () => {
  const of = (logits: number[]) => only({ kind: 'top-k', logits, k: 2, samples: 20_000 });
  expect(await of([-0.5, 1, 2, 0.3])).toMatchObject({ method: 'chi-square', degrees: 11 });
  expect(await of([0, 0, 0, 0])).toMatchObject({ degrees: 11 });
  expect(await of([1, 2, 3])).toMatchObject({ degrees: 5 });
  expect(await of([0, 0.1, 0.2, 0.3, 0.4])).toMatchObject({ degrees: 19 });
});

it('an event of 6 % has a p of 6 %', async () => {
  const tests = await testsOf({ kind: 'gumbel-max', logits: [0, -12], samples: 10_000 }, 28);
  const rare = tests.find(({ method }) => method === 'binomial')!;
  // 1 - (1 - q)^10000, q = 1 / (1 + e^12), is the probability of one or more.
  expect(rare).toMatchObject({ drawn: 1 });
  expect(rare.p).toBeCloseTo(-Math.expm1(10_000 * Math.log1p(-1 / (1 + Math.exp(12)))), 10);
  expect(tests.filter(({ hypothesis }) => hypothesis.startsWith('choices'))).toHaveLength(1);
});

describe('options that have nearly all probability', () => {
  it.each([
    [[0, -36], 2],
    [[0, -36.7], 2],
    [[0, -40], 2], // 1 exactly: 1 + e^-40 is 1 in doubles
    [[0, -1_000_000], 2],
  ])('a certain order has probability 1: %j', async (logits, k) => {
    const result = await runStudy({ kind: 'top-k', logits, k, values: [1, 2], samples: 100, seed: 1 }, host);
    if (result.kind !== 'top-k') throw new Error('another study');
    expect(result.orders[0]).toMatchObject({ order: [0, 1], count: 100 });
    expect(result.orders[0]!.probability).toBe(1 / (1 + Math.exp(logits[1]! - logits[0]!)));
    for (const chance of result.inclusion!) expect(chance).toBeCloseTo(1, 14);
    expect(result.included).toEqual([100, 100]);
    for (const { p } of lawTests(result)) expect(p).toBeCloseTo(1, 10);
  });

  it('the order of what is left has its own probability', async () => {
    const logits = [0, -35, -35.5];
    const result = await runStudy({ kind: 'top-k', logits, k: 3, samples: 2000, seed: 1 }, host);
    if (result.kind !== 'top-k') throw new Error('another study');
    const [first, second] = result.orders;
    expect([first!.order, second!.order]).toEqual([
      [0, 1, 2],
      [0, 2, 1],
    ]);
    expect(first!.probability).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 14);
    expect(second!.probability).toBeCloseTo(1 / (1 + Math.exp(0.5)), 14);
    expect(lawTests(result)[0]).toMatchObject({ degrees: 1 });
    expect(lawTests(result)[0]!.p).toBeGreaterThan(1e-4);
  });

  it('two masked options behind one that is not', async () => {
    const logits = [0, 0, -1_000_000];
    const result = await runStudy(
      { kind: 'top-k', logits, k: 3, values: [1, 2, 3], samples: 1000, seed: 1 },
      host,
    );
    if (result.kind !== 'top-k') throw new Error('another study');
    expect(result.orders.slice(0, 2).map(({ probability }) => probability)).toEqual([0.5, 0.5]);
    expect(result.estimates!.exact).toBe(1.5);
  });
});

it('a sampler of another law is found out: common outcomes and impossible ones', async () => {
  const result = await runStudy({ kind: 'gumbel-max', logits: [0, 0, -30], samples: 10_000, seed: 1 }, host);
  if (result.kind !== 'gumbel-max') throw new Error('another study');
  const [a, b] = result.counts as [number, number, number];
  const p = (counts: number[], method: LawTest['method']) =>
    lawTests({ ...result, counts }).find((test) => test.method === method)!.p;
  expect(p([a + 300, b - 300, 0], 'chi-square')).toBeLessThan(1e-6);
  expect(p([a - 3, b, 3], 'binomial')).toBeLessThan(1e-6);
});

it('orders that cannot all be cells are tested by how they begin', async () => {
  const logits = Array.from({ length: 30 }, (_, i) => i / 10);
  const result = await runStudy({ kind: 'top-k', logits, k: 10, samples: 5000, seed: 1 }, host);
  if (result.kind !== 'top-k') throw new Error('another study');
  expect(result.orders.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
  expect(result.orders.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
  expect(lawTests(result)[0]!.p).toBeGreaterThan(1e-4);
});

it('what logits share does not matter, however large: probabilities, draws and their tests', async () => {
  for (const shift of [1e9, 1e16]) {
    const study = { kind: 'gumbel-max', samples: 5000 } as const;
    const [plain, moved] = await Promise.all(
      [0, shift].map((by) => runStudy({ ...study, logits: [by, by, by - 1e5], seed: 2 }, host)),
    );
    if (plain?.kind !== 'gumbel-max' || moved?.kind !== 'gumbel-max') throw new Error('another study');
    expect(moved.probabilities).toEqual([0.5, 0.5, 0]);
    expect(moved.counts).toEqual(plain.counts);
  }
});

it('a figure that no number can hold is an error that names it, not a broken message', async () => {
  const labHost = { ...host, memory: 2 ** 30 };
  const values = [1.7e308, 1.7e308];
  const study: SamplingStudy = { kind: 'top-k', logits: [0, 0], k: 2, samples: 10, seed: 1 };
  await expect(runLabTask({ ...study, values }, labHost)).rejects.toMatchObject({
    kind: 'numeric',
    message: expect.stringMatching(/^estimates\.\w+\.\w+ came out as/) as string,
  });
  expect(await runLabTask(study, labHost)).toMatchObject({ samples: 10 });
});
