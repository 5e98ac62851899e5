import { describe, expect, it } from 'vitest';
import { appended, EMPTY_SPARK, sparkPath } from './sparkline.ts';

describe('points that arrive', () => {
  it('are taken once, in order', () => {
    const spark = appended(EMPTY_SPARK, [0, 5], [1, null], 100);
    expect(appended(spark, [0, 5], [1, 2], 100)).toBe(spark);
    expect(appended(spark, [5, 10], [7, 3], 100)).toEqual({ steps: [0, 5, 10], values: [1, Number.NaN, 3] });
  });

  it('keep the extremes and the ends of a long curve, and bound its length', () => {
    let spark = EMPTY_SPARK;
    for (let step = 0; step < 100_000; step++) {
      const value = step === 40_000 ? 9 : step === 70_001 ? -9 : Math.sin(step);
      spark = appended(spark, [step], [value], 100_000);
    }
    expect(spark.steps.length).toBeLessThan(300);
    expect(Math.max(...spark.values)).toBe(9);
    expect(Math.min(...spark.values)).toBe(-9);
    expect([spark.steps[0], spark.steps.at(-1)]).toEqual([0, 99_999]);
    expect(spark.steps).toEqual([...new Set(spark.steps)].sort((a, b) => a - b));
  });
});

describe('the path', () => {
  it('fills the box: largest at the top, the last step where the run ends', () => {
    expect(sparkPath({ steps: [0, 50, 100], values: [1, 3, 2] }, 100, 60, 10)).toBe(
      'M0.0 10.0L30.0 0.0L60.0 5.0',
    );
  });

  it('has a gap where a value is not finite, a dot for a point alone, and a flat curve is in the middle', () => {
    const values = [2, Number.NaN, 2, Infinity, 2];
    expect(sparkPath({ steps: [0, 1, 2, 3, 4], values }, 4, 8, 10)).toBe('M0.0 5.0h0M4.0 5.0h0M8.0 5.0h0');
  });

  it.each([[[]], [[1]], [[1, Number.NaN]]])('is nothing for %j', (values) => {
    expect(sparkPath({ steps: values.map((_, i) => i), values }, 4, 8, 10)).toBe('');
  });
});
