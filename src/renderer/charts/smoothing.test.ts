import { describe, expect, it } from 'vitest';
import type { ChartLine } from './chart-data.ts';
import { parseSmoothing, smoothed, withSmoothing } from './smoothing.ts';

const span = { from: 0, to: 1000 };

describe('smoothed', () => {
  it('of a constant is that constant from the first point on', () => {
    const ys = Array.from({ length: 50 }, () => 0.7);
    for (const value of smoothed({ xs: ys.map((_, i) => 7 * i), ys }, 0.9, span)) {
      expect(value).toBeCloseTo(0.7, 12);
    }
  });

  it('weighs by distance: hand-computed', () => {
    // Span 1000: a step is one unit. Smoothing 0.25, so a decay of 0.5 a step; after 2 steps a weight of 1/4.
    const result = smoothed({ xs: [0, 1, 3], ys: [8, 2, 5] }, 0.25, span);
    expect([...result]).toEqual([8, (8 / 2 + 2) / 1.5, (8 / 8 + 2 / 4 + 5) / (1 / 8 + 1 / 4 + 1)]);
  });

  it('does not depend on the unit of the steps', () => {
    const ys = [3, 1, 4, 1, 5];
    const small = smoothed({ xs: [0, 1, 2, 5, 9], ys }, 0.6, { from: 0, to: 10 });
    const large = smoothed({ xs: [0, 1e5, 2e5, 5e5, 9e5], ys }, 0.6, { from: 0, to: 1e6 });
    expect([...large]).toEqual([...small]);
  });

  it('leaves a gap where a value is not finite, and goes on behind it', () => {
    const [first, gap, third] = smoothed({ xs: [0, 1, 2], ys: [1, Number.NaN, 1] }, 0.9, span);
    expect([first, gap, third]).toEqual([1, Number.NaN, 1]);
    expect([...smoothed({ xs: [0, 1], ys: [Number.NaN, 4] }, 0.9, span)]).toEqual([Number.NaN, 4]);
  });

  it('ends at 0 where the values do, not at a remainder of the first one', () => {
    const result = smoothed({ xs: [0, 500, 1000], ys: [0.4, 0, 0] }, 0.5, span);
    expect([...result]).toEqual([0.4, 0, 0]);
  });

  it('stays within the values', () => {
    const xs = Array.from({ length: 400 }, (_, i) => i);
    const ys = xs.map((x) => Math.sin(12.9898 * x));
    for (const value of smoothed({ xs, ys }, 0.99, span)) expect(Math.abs(value)).toBeLessThanOrEqual(1);
  });
});

describe('withSmoothing', () => {
  const line: ChartLine = {
    id: 'gap',
    label: 'Gap',
    color: '#000',
    dash: [2],
    width: 2,
    opacity: 1,
    listed: true,
    note: '',
    xs: [0, 1],
    ys: [0, 1],
  };

  it('keeps the raw line faint behind the smooth one, and its values', () => {
    const [behind, front] = withSmoothing([line], 0.5, span);
    expect(behind).toMatchObject({ id: 'raw:gap', listed: false, opacity: 0.3, ys: [0, 1] });
    expect(front).toMatchObject({ id: 'gap', listed: true, opacity: 1, raw: [0, 1] });
    expect(front?.ys[1]).toBeLessThan(1);
  });

  it('leaves lines that are not listed, and everything at 0, alone', () => {
    const member = { ...line, listed: false };
    expect(withSmoothing([member], 0.5, span)).toEqual([member]);
    expect(withSmoothing([line], 0, span)).toEqual([line]);
  });
});

it.each([
  ['0.6', 0.6],
  ['0', 0],
  ['1', 0],
  ['-3', 0],
  ['much', 0],
  [undefined, 0],
])('an address with smooth=%s means %d', (text, value) => {
  expect(parseSmoothing(text)).toBe(value);
});
