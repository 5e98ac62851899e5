/** How often the intervals of comparisons hold what they are about, over many comparisons of few seeds. */
import { expect, it } from 'vitest';
import { fillNormal } from '../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { interval } from '../../src/shared/interval.ts';
import { welch } from '../../src/studio/comparisons/paired.ts';

const COMPARISONS = 20_000;
/** Five standard errors of a share of 0.95: by chance one test in a million is red, and the seeds are fixed. */
const FIVE_ERRORS = 5 * Math.sqrt((0.95 * 0.05) / COMPARISONS);

/** Normal samples, of that many numbers each. */
function samples(name: string, size: number): Float32Array[] {
  const all = new Float32Array(COMPARISONS * size);
  fillNormal(fold(rootKey(1), name), all);
  return Array.from({ length: COMPARISONS }, (_, i) => all.subarray(i * size, (i + 1) * size));
}

const shareOf = (held: readonly boolean[]) => held.filter(Boolean).length / held.length;

it.each([2, 3, 5, 10])('a mean over %d paired seeds lies in its interval 95 times of 100', (n) => {
  const held = samples(`mean of ${n}`, n).map((values) => {
    const { mean, half } = interval(Array.from(values));
    return Math.abs(mean) <= half;
  });
  expect(Math.abs(shareOf(held) - 0.95)).toBeLessThan(FIVE_ERRORS);
});

// Welch's degrees of freedom are an approximation. Measured here first and then written down: where the three values of one row vary
// most, its interval holds 93 times of 100 and not 95.
it.each([
  [5, 5, 1, 0.95],
  [5, 5, 4, 0.95],
  [10, 3, 3, 0.95],
  [3, 10, 3, 0.93],
])(
  'a difference of samples of %d and %d, the first %d times as wide, has coverage %d',
  (a, b, wide, coverage) => {
    const others = samples(`second of ${a} and ${b}`, b);
    const held = samples(`first of ${a} and ${b}`, a).map((values, i) => {
      const own = Array.from(values, (value) => wide * value);
      const { mean, halfWidth } = welch(own, Array.from(others[i]!))!;
      return Math.abs(mean) <= halfWidth!;
    });
    expect(Math.abs(shareOf(held) - coverage)).toBeLessThan(0.01);
  },
);
