import { describe, expect, test } from 'vitest';
import { rootKey } from '../random/key.ts';
import { conditionOnMaximum, gumbelsWithMaximum } from './beam-search.ts';
import { GumbelStream } from './gumbel-stream.ts';

/** P(G <= x) of a Gumbel with location `location`, given that it is at most `bound`. */
function truncatedGumbelCdf(location: number, bound: number, x: number): number {
  return x >= bound ? 1 : Math.exp(Math.exp(location - bound) - Math.exp(location - x));
}

describe('Gumbels given their maximum', () => {
  const noise = new GumbelStream(rootKey(5));
  const gumbels = Array.from({ length: 50 }, () => noise.next());
  const largest = Math.max(...gumbels);

  test('the maximum is the target exactly, the order stays, nothing is NaN', () => {
    const moved = conditionOnMaximum(gumbels, -7.25);
    expect(Math.max(...moved)).toBe(-7.25);
    const order = (values: readonly number[]) =>
      values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
    expect(order(moved)).toEqual(order(gumbels));
    expect(conditionOnMaximum([2, 2, -Infinity], 1)).toEqual([1, 1, -Infinity]);
  });

  test('with the maximum that they have, they stay', () => {
    conditionOnMaximum(gumbels, largest).forEach((value, i) => expect(value).toBeCloseTo(gumbels[i]!, 12));
  });

  test('agrees with its definition', () => {
    const target = 1.5;
    conditionOnMaximum(gumbels, target).forEach((value, i) => {
      const g = gumbels[i]!;
      const direct = -Math.log(Math.exp(-target) - Math.exp(-largest) + Math.exp(-g));
      expect(value).toBeCloseTo(direct, 10);
    });
  });

  test('those that are not the maximum are Gumbels cut off there (Kolmogorov-Smirnov at 1e-6)', () => {
    const [locations, target, samples] = [[0, 0.7], 0.4, 20_000];
    const stream = new GumbelStream(rootKey(6));
    // Given that the second is the maximum, the first is a Gumbel at 0, cut off at the target.
    const kept: number[] = [];
    for (let i = 0; i < samples; i++) {
      const [first, second] = gumbelsWithMaximum(locations, [stream.next(), stream.next()], target);
      if (second === target) kept.push(first!);
    }
    const distance = kept
      .sort((a, b) => a - b)
      .reduce((most, x, i) => {
        const cdf = truncatedGumbelCdf(locations[0]!, target, x);
        return Math.max(most, Math.abs(cdf - i / kept.length), Math.abs(cdf - (i + 1) / kept.length));
      }, 0);
    expect(distance).toBeLessThan(Math.sqrt(Math.log(2 / 1e-6) / (2 * kept.length)));
    expect(kept.length).toBeGreaterThan(samples / 2);
  });
});
