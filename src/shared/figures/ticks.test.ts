import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearPlan, ticksWithin } from './ticks.ts';

const labels = (low: number, high: number) => linearPlan(low, high).ticks.map(({ label }) => label);

describe('labels of an axis', () => {
  it.each([
    [5, 5.003, ['5.000', '5.001', '5.002', '5.003']],
    [0, 1, ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']],
    [-20_000, 20_000, ['\u221220\u2009000', '\u221210\u2009000', '0', '10\u2009000', '20\u2009000']],
    [3, 3, ['2.6', '2.8', '3.0', '3.2', '3.4']],
  ])('from %d to %d are %j', (low, high, expected) => expect(labels(low, high)).toEqual(expected));

  it('never repeat, whatever the size and however close the values are', () => {
    const ends = fc.tuple(
      fc.double({ min: -1e12, max: 1e12, noNaN: true }),
      fc.double({ min: -9, max: 0, noNaN: true }),
    );
    fc.assert(
      fc.property(ends, ([low, power]) => {
        const high = low + Math.max(1e-9, Math.abs(low)) * 10 ** power;
        const { min, max, ticks } = linearPlan(low, high);
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
        expect(ticks.length).toBeGreaterThan(1);
        expect(min).toBeLessThanOrEqual(low + 1e-9 * (high - low));
        expect(max).toBeGreaterThanOrEqual(high - 1e-9 * (high - low));
      }),
      { seed: 9, numRuns: 500 },
    );
  });
});

it('whole things have no ticks between them', () => {
  expect(ticksWithin(100, 102, 6, 1).map(({ at }) => at)).toEqual([100, 101, 102]);
});
