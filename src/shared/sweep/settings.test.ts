import { describe, expect, it } from 'vitest';
import golden from '../../../test/golden/sobol.json' with { type: 'json' };
import { searchSchema, sweepSchema, type Search, type Sweep } from './request.ts';
import { settingsOf } from './settings.ts';
import { MOST_DIMENSIONS, sobolPoints } from './sobol.ts';

describe('the Sobol sequence', () => {
  it('is that of SciPy, number for number, in all its dimensions', () => {
    const points = sobolPoints(MOST_DIMENSIONS, []);
    const made = golden.numerators.map(() => points.next().value.map((u) => u * 2 ** 32));
    expect(made).toEqual(golden.numerators);
  });

  it('keeps one point in each of 2^k equal intervals of every axis, however it is shifted', () => {
    const points = sobolPoints(5, [7, 123_456_789, 0xffff_ffff, 1 << 30, 99]);
    const made = Array.from({ length: 32 }, () => points.next().value);
    for (let d = 0; d < 5; d++) {
      expect(new Set(made.map((point) => Math.floor(32 * point[d]!))).size).toBe(32);
    }
  });
});

const sweep = (given: object): Sweep => sweepSchema.parse(given);
const search = (given: object): Search => searchSchema.parse(given);

describe('settings', () => {
  it.each(['random', 'sobol'] as const)(
    'of %s are the same each time, and others with another seed',
    (method) => {
      const over = sweep({
        t: { low: 0.1, high: 10, scale: 'log' },
        n: { low: 1, high: 4, whole: true },
        k: ['a', 'b'],
      });
      const made = settingsOf(over, search({ method, trials: 32 }));
      expect(made).toEqual(settingsOf(over, search({ method, trials: 32, seed: 1 })));
      expect(made).not.toEqual(settingsOf(over, search({ method, trials: 32, seed: 2 })));
      expect(made).toHaveLength(32);
      for (const [t, n, k] of made) {
        expect(t).toBeGreaterThanOrEqual(0.1);
        expect(t).toBeLessThan(10);
        expect([1, 2, 3, 4]).toContain(n);
        expect(['a', 'b']).toContain(k);
      }
    },
  );

  it('on a log scale are as many below the geometric mean as above it', () => {
    const made = settingsOf(sweep({ t: { low: 1e-4, high: 1, scale: 'log' } }), search({ trials: 64 }));
    expect(made.filter(([t]) => Number(t) < 1e-2)).toHaveLength(32);
  });

  it('are never the same twice: of four whole numbers there are four', () => {
    const made = settingsOf(sweep({ n: { low: 1, high: 4, whole: true } }), search({ trials: 4 }));
    expect(made.map(([n]) => n).sort()).toEqual([1, 2, 3, 4]);
  });

  it.each([
    [{ t: { low: 0, high: 1 } }, { method: 'grid' }, /search: a grid takes lists, but t is a range/],
    [{ t: [1, 2] }, { trials: 2 }, /search: a grid has one trial for every combination/],
    [{ t: [1, 2] }, { method: 'random', trials: 3 }, /search: 3 trials of 2 combinations/],
    [{}, { trials: 3 }, /search: there is nothing to search/],
  ])('%j by %j is refused in words', (over, how, message) => {
    expect(() => settingsOf(sweep(over), search(how))).toThrow(message);
  });

  it.each([
    [{ low: 2, high: 1 }, /low below high/],
    [{ low: 0, high: 1, scale: 'log' }, /begins above 0/],
    [{ low: 0.5, high: 3, whole: true }, /whole ends/],
  ])('a range %j is refused in words', (range, message) => {
    expect(JSON.stringify(sweepSchema.safeParse({ t: range }).error?.issues)).toMatch(message);
  });
});
