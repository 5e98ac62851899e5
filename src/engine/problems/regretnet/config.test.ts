import { describe, expect, it } from 'vitest';
import { findProblem, parseConfig } from '../registry.ts';
import { drawRows } from './minibatch.ts';
import { regretnetConfigSchema } from './config.ts';
import { drawData } from './profiles.ts';
import { rootKey } from '../../random/key.ts';

const problem = findProblem('regretnet');

describe('the config of RegretNet', () => {
  it.each([
    [
      {
        ranges: [
          [0, 1],
          [0, 1],
          [0, 1],
        ],
      },
      /ranges: expected one pair for all items or 2 pairs, one per item, found 3/,
    ],
    [{ ranges: [[2, 1]] }, /ranges: expected pairs \[low, high\] with low < high, found \[2, 1\]/],
    [
      { batch: 200, profiles: { train: 100 } },
      /batch: expected at most the 100 training profiles, found 200/,
    ],
    [{ bidders: 0 }, /bidders/],
    [{ misreports: { stpes: 3 } }, /misreports\.stpes: there is no such key; did you mean "steps"/],
  ])('%j is refused', (raw, message) => {
    expect(() => parseConfig(problem, raw)).toThrow(message);
  });

  it('asks for more memory the larger the networks, the minibatch and the data are', () => {
    const memory = (raw: object) => problem.memory(parseConfig(problem, raw));
    const base = memory({});
    expect(memory({ hiddenUnits: 500 })).toBeGreaterThan(base);
    expect(memory({ batch: 5000 })).toBeGreaterThan(base);
    expect(memory({ profiles: { train: 640_000 } })).toBeGreaterThan(base + 640_000 * 4 * 4);
  });
});

describe('profiles', () => {
  const data = drawData(
    regretnetConfigSchema.parse({
      ranges: [
        [4, 16],
        [4, 7],
      ],
      profiles: { train: 2000, validation: 50, test: 50 },
    }),
  );

  it('lie in the ranges of the items, in units of the highest value', () => {
    expect(data.valueScale).toBe(16);
    const { values } = data.split.train;
    for (const [j, [low, high]] of [
      [0.25, 1],
      [0.25, 7 / 16],
    ].entries()) {
      const own = values.filter((_, x) => x % 2 === j);
      expect(Math.min(...own)).toBeGreaterThanOrEqual(low!);
      expect(Math.max(...own)).toBeLessThanOrEqual(high!);
      // 4000 uniforms: a mean is off by 5 standard errors, 0.0046 of the width, in 1 of 10^6 seeds.
      expect(Math.abs(own.reduce((a, b) => a + b, 0) / 4000 - (low! + high!) / 2)).toBeLessThan(
        0.03 * (high! - low!),
      );
    }
  });

  it('are other ones in every split', () => {
    expect(data.split.validation.values).not.toEqual(data.split.test.values);
  });

  it('come into a minibatch once at most', () => {
    for (let step = 0; step < 50; step++) {
      const rows = drawRows(rootKey(step), 7, 9);
      expect(new Set(rows).size).toBe(7);
      expect(Math.max(...rows)).toBeLessThan(9);
    }
  });
});
