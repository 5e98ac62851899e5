import { describe, expect, it } from 'vitest';
import { rootKey } from '../../random/key.ts';
import { drawItemValues, wrongRanges } from './item-values.ts';

const COUNT = 20_000;

function columns(values: Float32Array, items: number): number[][] {
  return Array.from({ length: items }, (_, j) => [...values.filter((__, i) => i % items === j)]);
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('drawItemValues', () => {
  it('uniform: each item on its own range', () => {
    const law = {
      law: 'uniform',
      ranges: [
        [4, 16],
        [4, 7],
      ],
    } as const;
    const [first, second] = columns(drawItemValues(law, 2, COUNT, rootKey(1)), 2) as [number[], number[]];
    expect([
      Math.min(...first) > 4,
      Math.max(...first) < 16,
      Math.min(...second) > 4,
      Math.max(...second) < 7,
    ]).toEqual([true, true, true, true]);
    // Means 10 and 5.5 of uniforms of widths 12 and 3; four standard errors: failure rate 1.3e-4.
    expect(Math.abs(mean(first) - 10)).toBeLessThan((4 * 12) / Math.sqrt(12 * COUNT));
    expect(Math.abs(mean(second) - 5.5)).toBeLessThan((4 * 3) / Math.sqrt(12 * COUNT));
  });

  it('one range is that of all items', () => {
    const all = drawItemValues({ law: 'uniform', ranges: [[2, 3]] }, 3, 100, rootKey(1));
    expect(all.every((value) => value >= 2 && value <= 3)).toBe(true);
    const unit = drawItemValues({ law: 'uniform', ranges: [[0, 1]] }, 3, 100, rootKey(1));
    all.forEach((value, i) => expect(value).toBeCloseTo(2 + unit[i]!, 6));
  });

  it.each([2, 3])('simplex of %i items: inside, and the volume below a smaller sum', (items) => {
    const values = drawItemValues({ law: 'simplex', ranges: [[0, 1]] }, items, COUNT, rootKey(2));
    const sums = Array.from({ length: COUNT }, (_, n) =>
      values.subarray(n * items, (n + 1) * items).reduce((a, b) => a + b, 0),
    );
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...sums)).toBeLessThanOrEqual(1);
    // P(sum <= 1/2) = 2^-m; each mean 1 / (m + 1) with variance m / ((m + 1)^2 (m + 2)). Failure rates 6e-5 each.
    const half = sums.filter((sum) => sum <= 0.5).length / COUNT;
    const share = 2 ** -items;
    expect(Math.abs(half - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / COUNT));
    for (const column of columns(values, items)) {
      const deviation = Math.sqrt(items / (items + 2)) / (items + 1);
      expect(Math.abs(mean(column) - 1 / (items + 1))).toBeLessThan((4 * deviation) / Math.sqrt(COUNT));
    }
  });
});

describe('wrongRanges', () => {
  it('asks for one pair or as many as items, in order', () => {
    expect(wrongRanges([[0, 1]], 5)).toBeUndefined();
    expect(
      wrongRanges(
        [
          [0, 1],
          [2, 3],
        ],
        2,
      ),
    ).toBeUndefined();
    expect(
      wrongRanges(
        [
          [0, 1],
          [2, 3],
        ],
        3,
      ),
    ).toMatch(/expected .* 3 pairs, .* found 2/);
    expect(wrongRanges([[1, 1]], 3)).toMatch(/low < high, found \[1, 1\]/);
  });
});
