import { describe, expect, it } from 'vitest';
import type { ChartLine } from './chart-data.ts';
import { rangeWithin, valueScale } from './value-scale.ts';

const line = (ys: readonly number[], xs = ys.map((_, i) => i)): ChartLine => ({
  id: 'a',
  label: 'a',
  color: '#000000',
  dash: [],
  width: 2,
  opacity: 1,
  listed: true,
  note: '',
  xs,
  ys,
});

describe('the log axis', () => {
  it('is a plain one for values above 0', () => {
    const scale = valueScale('log', [line([1, 10, Number.NaN, 1000])]);
    expect(scale.kind).toBe('log');
    expect([scale.place(100), scale.place(0), scale.place(-1)]).toEqual([2, Number.NaN, Number.NaN]);
    expect(scale.plan({ low: 1, high: 1000 }).ticks.map(({ label }) => label)).toEqual([
      '1',
      '10',
      '100',
      '1\u2009000',
    ]);
  });

  it('has a place for every finite value once one is not above 0, in their order', () => {
    const values = [-1000, -10, -0.5, 0, 0.5, 10, 1000];
    const scale = valueScale('log', [line(values)]);
    expect(scale.kind).toBe('symlog');
    const places = values.map((value) => scale.place(value));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(new Set(places).size).toBe(values.length);
    expect(scale.place(Infinity)).toBeNaN();
    const labels = scale.plan({ low: -1000, high: 1000 }).ticks.map(({ label }) => label);
    expect(labels).toContain('0');
    expect(labels).toContain('\u22121\u2009000');
    expect(labels).toContain('1\u2009000');
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('of nothing but zeros is an axis all the same', () => {
    const { ticks } = valueScale('log', [line([0, 0])]).plan({ low: 0, high: 0 });
    expect(ticks.map(({ label }) => label)).toContain('0');
  });

  it('of less than a decade has ticks that differ', () => {
    const { ticks, min, max } = valueScale('log', [line([5, 5.01])]).plan({ low: 5, high: 5.01 });
    expect(ticks.length).toBeGreaterThan(1);
    expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
    expect(ticks.every(({ at }) => at >= min && at <= max)).toBe(true);
  });
});

describe('what is seen in a window', () => {
  const scale = valueScale('linear', []);

  it('is the points in it, and a line up to its edges', () => {
    // From (0, 0) to (10, 100): at the edges 4 and 6 the line is at 40 and 60.
    expect(rangeWithin([line([0, 100], [0, 10])], [], { from: 4, to: 6 }, scale)).toEqual({
      low: 40,
      high: 60,
    });
    expect(rangeWithin([line([5, 1000], [0, 10])], [], { from: -1, to: 0 }, scale)).toEqual({
      low: 5,
      high: 5,
    });
  });

  it('takes in bands and further values, and is nothing without finite ones', () => {
    const banded = { ...line([1, 2]), band: { low: [0, Number.NaN], high: [3, 4] } };
    expect(rangeWithin([banded], [-7], { from: 0, to: 1 }, scale)).toEqual({ low: -7, high: 4 });
    expect(rangeWithin([line([Number.NaN, Infinity])], [], { from: 0, to: 1 }, scale)).toBeNull();
  });
});
