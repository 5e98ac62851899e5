import { describe, expect, it } from 'vitest';
import type { Schema, SliderScale } from './schema.ts';
import { POSITIONS, positionOf, sliderOf, stepped, valueAt } from './slider-scale.ts';

const rate: SliderScale = { from: 1e-4, to: 10, scale: 'log' };
const rateSchema: Schema = { type: 'number', exclusiveMinimum: 0, slider: rate };
const share: Schema = { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 };
const steps: Schema = { type: 'integer', minimum: 1, slider: { from: 10, to: 100_000, scale: 'log' } };

describe('sliders', () => {
  it('are the schema`s own, or between near bounds, or none', () => {
    expect(sliderOf(rateSchema)).toEqual(rate);
    expect(sliderOf(share)).toEqual({ from: 0, to: 1, scale: 'linear' });
    expect(sliderOf({ type: 'integer', minimum: 1, maximum: 9007199254740991 })).toBeNull();
    expect(sliderOf({ type: 'integer', minimum: 1 })).toBeNull();
  });

  it('are logarithmic for rates: each decade takes the same way', () => {
    expect([1e-4, 1e-3, 1e-2, 0.1, 1, 10].map((value) => positionOf(value, rate))).toEqual(
      [0, 1, 2, 3, 4, 5].map((decade) => (decade * POSITIONS) / 5),
    );
    expect(positionOf(1e-9, rate)).toBe(0);
    expect(positionOf(-1, rate)).toBe(0);
    expect(positionOf(1e9, rate)).toBe(POSITIONS);
  });

  it('set values of two digits that stand where they were set', () => {
    for (let position = 0; position <= POSITIONS; position += 7) {
      const value = valueAt(position, rate, rateSchema);
      expect(String(value).replace(/^0\.0*|\.|0+$/g, '').length).toBeLessThanOrEqual(2);
      expect(Math.abs(positionOf(value, rate) - position)).toBeLessThanOrEqual(4);
    }
    expect(valueAt(0, rate, rateSchema)).toBe(1e-4);
    expect(valueAt(POSITIONS, rate, rateSchema)).toBe(10);
  });

  it('never set what the schema refuses', () => {
    const linear = sliderOf(share)!;
    expect(valueAt(0, linear, share)).toBe(0.01);
    expect(valueAt(POSITIONS, linear, share)).toBe(0.99);
    for (let position = 0; position <= POSITIONS; position += 1) {
      expect(Number.isInteger(valueAt(position, steps.slider!, steps))).toBe(true);
    }
  });
});

describe('arrow keys', () => {
  it.each([
    [0.02, 1, 0.021],
    [0.02, -1, 0.019],
    [0.01, -1, 0.0099],
    [1, 1, 1.1],
  ] as const)('change a rate of %d by %d to %d', (value, by, expected) => {
    expect(stepped(value, by, rate, rateSchema)).toBe(expected);
  });

  it('change an integer by at least one, and stop at the bounds', () => {
    expect(stepped(2000, 1, steps.slider!, steps)).toBe(2100);
    expect(stepped(12, 1, steps.slider!, steps)).toBe(13);
    expect(stepped(1, -1, steps.slider!, steps)).toBe(1);
    expect(stepped(5, 1, null, { type: 'integer', maximum: 5 })).toBe(5);
    expect(stepped(0.2, 1, sliderOf(share), share)).toBe(0.21);
  });
});
