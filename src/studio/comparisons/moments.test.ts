import fc from 'fast-check';
import { expect, it } from 'vitest';
import { interval } from '../../shared/interval.ts';
import { Moments } from './moments.ts';

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });

it('agrees with mean and interval over all points, in whatever pieces and order they come', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(value, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      (runs, piece) => {
        const moments = new Moments(runs.length);
        const longest = Math.max(...runs.map((values) => values.length));
        for (let from = 0; from < longest; from += piece) {
          // The last run first, so that steps do not come in order.
          for (const [run, values] of [...runs.entries()].reverse()) {
            const part = values.slice(from, from + piece);
            moments.add(
              run,
              part.map((_, i) => from + i),
              part,
            );
          }
        }
        const shared = [...moments.shared()];
        expect(shared.map(({ step }) => step)).toEqual(Array.from({ length: longest }, (_, i) => i));
        for (const { step, n, mean, squares } of shared) {
          const values = runs.flatMap((run) => run[step] ?? []);
          expect(n).toBe(values.length);
          expect(mean).toBeCloseTo(interval(values).mean, 4);
          const direct = values.reduce((sum, x) => sum + (x - interval(values).mean) ** 2, 0);
          expect(squares).toBeCloseTo(direct, -Math.ceil(Math.log10(1 + direct)) + 8);
        }
      },
    ),
    { seed: 20261121, numRuns: 200 },
  );
});

it('sorts steps that come between older ones', () => {
  const moments = new Moments(2);
  moments.add(0, [0, 20], [1, 1]);
  moments.add(1, [10], [5]);
  moments.add(1, [20], [3]);
  expect([...moments.shared()].map(({ step, n, mean }) => [step, n, mean])).toEqual([[20, 2, 2]]);
});
