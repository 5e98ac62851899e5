import { describe, expect, it } from 'vitest';
import { seriesOf } from '../../../test/fixtures/runs.ts';
import { curveOfSeeds } from './curves.ts';

const window = { from: 0, to: 100, columns: 100 };

describe('curve of several seeds', () => {
  it('takes shared steps only, and interpolates nothing', () => {
    const curve = curveOfSeeds(
      [seriesOf([0, 10, 20], [1, 2, 3]), seriesOf([0, 15, 20], [3, 9, 5]), seriesOf([0, 20], [5, 7])],
      window,
    );
    expect(curve.steps).toEqual([0, 20]);
    expect(curve.mean).toEqual([3, 5]);
    expect(curve.n).toEqual([3, 3]);
    // t(0.975, 2) = 4.302653; the standard deviation of 1, 3, 5 is 2.
    expect(curve.halfWidth[0]).toBeCloseTo((4.302653 * 2) / Math.sqrt(3), 5);
  });

  it('goes on with fewer runs where some have not got that far, and says how many', () => {
    const curve = curveOfSeeds([seriesOf([0, 10, 20], [1, 2, 3]), seriesOf([0, 10], [3, 4])], window);
    expect(curve).toMatchObject({ steps: [0, 10, 20], mean: [2, 3, 3], n: [2, 2, 1], count: 3 });
    expect(curve.halfWidth[2]).toBeNull();
  });

  it('a value that is not finite makes its mean null, and no other', () => {
    const curve = curveOfSeeds([seriesOf([0, 10], [1, Number.NaN]), seriesOf([0, 10], [1, 1])], window);
    expect(curve.mean).toEqual([1, null]);
  });

  it('keeps the extremes of the mean when there are more steps than columns', () => {
    const steps = Array.from({ length: 1000 }, (_, i) => i);
    const values = steps.map((i) => (i === 777 ? 50 : i === 333 ? -50 : Math.sin(i)));
    const curve = curveOfSeeds([seriesOf(steps, values)], { from: 0, to: 999, columns: 10 });
    expect(curve.count).toBe(1000);
    expect(curve.steps.length).toBeLessThanOrEqual(40);
    expect([Math.max(...curve.mean.map(Number)), Math.min(...curve.mean.map(Number))]).toEqual([50, -50]);
  });

  it('is empty for runs that have no such series', () => {
    expect(curveOfSeeds([seriesOf([], [])], window)).toMatchObject({ steps: [], count: 0 });
  });
});
