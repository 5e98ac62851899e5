import { describe, expect, it } from 'vitest';
import { duration, figure, showMean } from './numbers.ts';

describe('figures', () => {
  it.each([
    [0.549201, '0.5492'],
    [123.456, '123.5'],
    [99_999, '99999'],
    [0, '0'],
    [-0.012345, '-0.01235'],
    [1e-9, '1.000e-9'],
    [null, '-'],
    [undefined, '-'],
    [Number.NaN, '-'],
  ])('%j is shown as %s', (value, shown) => {
    expect(figure(value)).toBe(shown);
  });

  it('durations', () => {
    expect([3.4, 75, 7260, Number.NaN].map(duration)).toEqual(['3 s', '1 min 15 s', '2 h 1 min', '-']);
  });
});

it('a mean has its interval, but one value has none', () => {
  expect(showMean({ n: 3, mean: 0.5, halfWidth: 0.0125 })).toBe('0.5000 ± 0.013');
  expect(showMean({ n: 1, mean: 0.5, halfWidth: null })).toBe('0.5000');
  expect(showMean(undefined)).toBe('-');
});
