import { describe, expect, it } from 'vitest';
import { seriesOf } from '../../../test/fixtures/runs.ts';
import type { Series } from '../store/types.ts';
import { curveOf, placedSteps } from './curves.ts';
import { Moments } from './moments.ts';

const window = { from: 0, to: 100, columns: 100 };

function momentsOf(series: readonly Series[]): Moments {
  const moments = new Moments(series.length);
  for (const [run, { steps, values }] of series.entries()) moments.add(run, steps, values);
  return moments;
}

function curveOver(series: readonly Series[], places?: readonly Series[], within = window) {
  return curveOf(placedSteps(momentsOf(series), places === undefined ? null : momentsOf(places)), within);
}

describe('the curve in a window', () => {
  it('has the points just outside, so that its line reaches the edges, and counts only those inside', () => {
    const seed = seriesOf([0, 10, 20, 30, 40], [1, 2, Number.NaN, 4, 5]);
    const curve = curveOver([seed], undefined, { from: 15, to: 25, columns: 10 });
    expect([curve.xs, curve.mean]).toEqual([
      [10, 20, 30],
      [2, null, 4],
    ]);
    expect([curve.count, curve.nonFinite]).toEqual([1, 1]);
  });

  it('that has no point inside is the segment which crosses it', () => {
    const curve = curveOver([seriesOf([0, 40], [1, 5])], undefined, { from: 15, to: 25, columns: 10 });
    expect([curve.xs, curve.count]).toEqual([[0, 40], 0]);
  });
});

describe('curve of several seeds', () => {
  it('takes shared steps only, and interpolates nothing', () => {
    const curve = curveOver([
      seriesOf([0, 10, 20], [1, 2, 3]),
      seriesOf([0, 15, 20], [3, 9, 5]),
      seriesOf([0, 20], [5, 7]),
    ]);
    expect(curve.xs).toEqual([0, 20]);
    expect(curve.mean).toEqual([3, 5]);
    expect(curve.n).toEqual([3, 3]);
    // t(0.975, 2) = 4.302653; the standard deviation of 1, 3, 5 is 2.
    expect(curve.halfWidth[0]).toBeCloseTo((4.302653 * 2) / Math.sqrt(3), 5);
  });

  it('goes on with fewer runs where some have not got that far, and says how many', () => {
    const curve = curveOver([seriesOf([0, 10, 20], [1, 2, 3]), seriesOf([0, 10], [3, 4])]);
    expect(curve).toMatchObject({ xs: [0, 10, 20], mean: [2, 3, 3], n: [2, 2, 1], count: 3 });
    expect(curve.halfWidth[2]).toBeNull();
  });

  it('a value that is not finite makes its mean null, and no other', () => {
    const curve = curveOver([seriesOf([0, 10, 20], [1, Number.NaN, 2]), seriesOf([0, 10, 20], [1, 1, 4])]);
    expect(curve.mean).toEqual([1, null, 3]);
  });

  it('keeps the extremes of the mean when there are more steps than columns', () => {
    const steps = Array.from({ length: 1000 }, (_, i) => i);
    const values = steps.map((i) => (i === 777 ? 50 : i === 333 ? -50 : Math.sin(i)));
    const curve = curveOver([seriesOf(steps, values)], undefined, { from: 0, to: 999, columns: 10 });
    expect(curve.count).toBe(1000);
    expect(curve.xs.length).toBeLessThanOrEqual(40);
    expect([Math.max(...curve.mean.map(Number)), Math.min(...curve.mean.map(Number))]).toEqual([50, -50]);
  });

  it('is empty for runs that have no such series', () => {
    expect(curveOver([seriesOf([], [])])).toMatchObject({ xs: [], count: 0 });
  });
});

describe('against another axis', () => {
  const values = [seriesOf([0, 10, 20], [1, 2, 3]), seriesOf([0, 10, 20], [3, 4, 5])];

  it('x is the mean over the same runs at the same step', () => {
    const curve = curveOver(values, [seriesOf([0, 10, 20], [0, 1, 2]), seriesOf([0, 10, 20], [0, 2, 6])]);
    expect(curve).toMatchObject({ xs: [0, 1.5, 4], mean: [2, 3, 4], n: [2, 2, 2] });
  });

  it('a step without a place for every run is left out', () => {
    const curve = curveOver(values, [seriesOf([0, 10, 20], [0, 1, 2]), seriesOf([0, 20], [0, 6])]);
    expect(curve.xs).toEqual([0, 4]);
  });

  it('x never goes back, also where a slow run ends', () => {
    const curve = curveOver(
      [seriesOf([0, 10, 20], [1, 2, 3]), seriesOf([0, 10], [3, 4])],
      [seriesOf([0, 10, 20], [0, 1, 2]), seriesOf([0, 10], [0, 9])],
    );
    expect(curve).toMatchObject({ xs: [0, 5], n: [2, 2] });
  });
});
