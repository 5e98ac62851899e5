import { describe, expect, it } from 'vitest';
import { seriesOf } from '../../../test/fixtures/runs.ts';
import { compareSeries, renamedSeries } from './compare.ts';

const stored = {
  loss: seriesOf([0, 10, 20], [3, NaN, 1]),
  gap: seriesOf([5, 10], [0, 2]),
  stepsPerSecond: seriesOf([0], [300]),
};

describe('compareSeries', () => {
  it('finds equal what is equal bit for bit, NaN included', () => {
    const again = { ...stored, stepsPerSecond: seriesOf([0], [280]) };
    expect(compareSeries(stored, again, { ignore: ['stepsPerSecond'] })).toEqual({
      equal: true,
      points: 5,
      missing: [],
      extra: [],
    });
  });

  it.each([
    [
      'a last bit',
      { loss: seriesOf([0, 10, 20], [3, NaN, 1 + Number.EPSILON]) },
      { series: 'loss', step: 20, expected: 1, actual: 1 + Number.EPSILON },
    ],
    [
      'a sign of zero',
      { gap: seriesOf([5, 10], [-0, 2]) },
      { series: 'gap', step: 5, expected: 0, actual: -0 },
    ],
    [
      'a number for NaN',
      { loss: seriesOf([0, 10, 20], [3, 0, 1]) },
      { series: 'loss', step: 10, expected: NaN, actual: 0 },
    ],
    [
      'a missing last point',
      { loss: seriesOf([0, 10], [3, NaN]) },
      { series: 'loss', step: 20, expected: 1, actual: null },
    ],
    [
      'a missing first point',
      { loss: seriesOf([10, 20], [NaN, 1]) },
      { series: 'loss', step: 0, expected: 3, actual: null },
    ],
    [
      'a point too many',
      { gap: seriesOf([5, 7, 10], [0, 9, 2]) },
      { series: 'gap', step: 7, expected: null, actual: 9 },
    ],
  ])('tells of %s', (_, changed, firstDifference) => {
    const verdict = compareSeries(stored, { ...stored, ...changed });
    expect(verdict).toMatchObject({ equal: false, firstDifference });
    expect(Object.is(verdict.firstDifference?.actual, firstDifference.actual)).toBe(true);
  });

  it('names the difference at the smallest step of all series', () => {
    const again = {
      ...stored,
      loss: seriesOf([0, 10, 20], [3, 8, 8]),
      gap: seriesOf([5, 10], [0, 8]),
      stepsPerSecond: seriesOf([0], [300]),
    };
    expect(compareSeries(stored, again).firstDifference).toEqual({
      series: 'gap',
      step: 10,
      expected: 2,
      actual: 8,
    });
  });

  it('names whole series that only one side has', () => {
    const verdict = compareSeries(
      { loss: stored.loss, gap: stored.gap },
      { loss: stored.loss, extra: seriesOf([6], [1]) },
    );
    expect(verdict).toEqual({
      equal: false,
      points: 3,
      missing: ['gap'],
      extra: ['extra'],
      firstDifference: { series: 'gap', step: 5, expected: 0, actual: null },
    });
    expect(compareSeries({ loss: seriesOf([], []) }, {}).equal).toBe(true);
  });

  it('looks no further than it is told', () => {
    const longer = { ...stored, loss: seriesOf([0, 10, 20, 30], [3, NaN, 1, 1]), late: seriesOf([25], [1]) };
    expect(compareSeries(stored, longer, { through: 20 })).toMatchObject({
      equal: true,
      points: 6,
      extra: [],
    });
    expect(compareSeries(stored, longer).equal).toBe(false);
  });
});

it('series that a later version names anew are left out, and only where the stored run is of an earlier one', () => {
  const metrics = [{ name: 'loss' }, { name: 'sold', earlier: true as const }, { name: 'testSold' }];
  const point = seriesOf([0], [1]);
  const again = { loss: point, testSold: point };
  expect(renamedSeries(metrics, { loss: point, sold: point }, again)).toEqual(['sold', 'testSold']);
  expect(renamedSeries(metrics, { loss: point }, again)).toEqual([]);
});
