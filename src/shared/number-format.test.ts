import { expect, it } from 'vitest';
import { formatDuration, plainDuration, plainInterval, plainNumber } from './number-format.ts';

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
])('%j is %s', (value, shown) => expect(plainNumber(value)).toBe(shown));

it.each([
  [3.4, '3.4\u2009s', '3 s'],
  [59.7, '1\u2009min 00\u2009s', '1 min 00 s'],
  [75, '1\u2009min 15\u2009s', '1 min 15 s'],
  [7260, '2\u2009h 01\u2009min', '2 h 01 min'],
  [90_000, '1\u2009d 1\u2009h', '1 d 1 h'],
  [Number.NaN, '\u2014', '-'],
])('%d seconds are %s, plainly %s', (seconds, shown, plain) => {
  expect(formatDuration(seconds)).toBe(shown);
  expect(plainDuration(seconds)).toBe(plain);
});

it('shows an interval with two digits of its half width, and none where there is none', () => {
  expect(plainInterval(0.5481, 0.00214)).toBe('0.5481 \u00b1 0.0021');
  expect(plainInterval(0.5, null)).toBe('0.5000');
});
