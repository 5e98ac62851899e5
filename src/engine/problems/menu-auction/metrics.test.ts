import { describe, expect, it } from 'vitest';
import { salesQuantiles } from './metrics.ts';

describe('salesQuantiles', () => {
  it('interpolates between order statistics, in whatever order they come', () => {
    expect(salesQuantiles(Float64Array.of(4, 1, 3, 2))).toEqual([1, 1.75, 2.5, 3.25, 4]);
  });

  it('of one sale is that sale', () => {
    expect(salesQuantiles(Float64Array.of(7))).toEqual([7, 7, 7, 7, 7]);
  });

  it('of no sale is nothing', () => {
    expect(salesQuantiles(new Float64Array(0))).toEqual([]);
  });
});
