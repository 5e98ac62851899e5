import { describe, expect, it } from 'vitest';
import {
  counted,
  formatCount,
  formatDuration,
  formatInterval,
  formatNumber,
  formatPercent,
} from './numbers.ts';

describe('formatNumber', () => {
  it.each([
    [0.548123, '0.5481'],
    [-0.0021, '\u22120.002100'],
    [12.3456, '12.35'],
    [1234.56, '1\u2009234.6'],
    [1_000_000, '1\u2009000\u2009000'],
    [3, '3'],
    [0, '0'],
    [0.00001234, '1.234e\u22125'],
    [123_456_789, '1.235e8'],
  ])('%d becomes %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('tells absent from not finite', () => {
    expect(formatNumber(undefined)).toBe('\u2014');
    expect(formatNumber(null)).toBe('no finite value');
    expect(formatNumber(Number.NaN)).toBe('no finite value');
  });
});

describe('formatInterval', () => {
  it('gives mean and half width to the same decimal', () => {
    expect(formatInterval(0.548123, 0.00214)).toBe('0.5481 \u00b1 0.0021');
    expect(formatInterval(-12.3456, 0.5)).toBe('\u221212.35 \u00b1 0.50');
    expect(formatInterval(-3.944, 14.395)).toBe('\u22123.94 \u00b1 14.39');
    expect(formatInterval(0.5, null)).toBe('0.5000');
  });
});

it('formats counts, shares and durations', () => {
  expect(formatCount(1234567)).toBe('1\u2009234\u2009567');
  expect(formatPercent(0.034)).toBe('3.4\u2009%');
  expect(formatDuration(3.21)).toBe('3.2\u2009s');
  expect(formatDuration(185)).toBe('3\u2009min 05\u2009s');
  expect(formatDuration(7800)).toBe('2\u2009h 10\u2009min');
  expect(formatDuration(90_000)).toBe('1\u2009d 1\u2009h');
});

it.each([
  [0, '0 runs'],
  [1, '1 run'],
  [2000, '2\u2009000 runs'],
])('%d is counted as %s', (count, text) => expect(counted(count, 'run')).toBe(text));
