import { describe, expect, it } from 'vitest';
import { itemMyersonRevenue } from './item-myerson.ts';

const unit = (items: number) => Array.from({ length: items }, () => [0, 1] as const);

describe('item-wise Myerson', () => {
  // Dütting et al., Optimal Auctions through Deep Learning, table 1 (item-wise), and the integral of max(2 v - 1, 0).
  it.each([
    [1, 1, 1 / 4],
    [2, 1, 5 / 12],
    [3, 1, 17 / 32],
    [5, 1, 0.671875],
    [2, 2, 5 / 6],
    [3, 10, 5.3125],
    [5, 10, 6.71875],
  ])('%i bidders, %i items on [0, 1]: %f', (bidders, items, revenue) => {
    expect(itemMyersonRevenue(bidders, unit(items))).toBeCloseTo(revenue, 12);
  });

  it.each([
    [1, 4, 16],
    [2, 4, 7],
    [3, 0.5, 2],
    [2, 0, 3],
  ])('%i bidders on [%f, %f]: the integral of the positive virtual value', (bidders, low, high) => {
    const points = 200_000;
    let sum = 0;
    for (let x = 0; x < points; x++) {
      const share = (x + 0.5) / points;
      const virtual = 2 * (low + (high - low) * share) - high;
      sum += Math.max(0, virtual) * bidders * share ** (bidders - 1);
    }
    expect(itemMyersonRevenue(bidders, [[low, high]])).toBeCloseTo(sum / points, 6);
  });
});
