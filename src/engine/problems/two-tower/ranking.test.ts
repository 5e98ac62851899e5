import { describe, expect, it } from 'vitest';
import { rankCorrelation } from '../../statistics/correlation.ts';
import { gini, rankedAt } from './ranking.ts';

describe('nDCG@k and recall@k of one relevant item', () => {
  // By hand: 1 / log2(2) = 1, 1 / log2(3) = 0.63093, 1 / log2(4) = 0.5, and 0 beyond k.
  it.each([
    ['first', 0, 3, 1, 1],
    ['second', 2, 3, 0.6309297535714575, 1],
    ['third', 1, 3, 0.5, 1],
    ['fourth, beyond k', 3, 3, 0, 0],
    ['k beyond the items', 3, 9, 0.43067655807339306, 1],
  ])('%s', (_, item, k, ndcg, recall) => {
    const ranked = rankedAt([9, 5, 7, -1], item, k);
    expect(ranked.ndcg).toBeCloseTo(ndcg, 14);
    expect(ranked.recall).toBe(recall);
  });

  it('of equal scores the mean over their orders', () => {
    // Item 1 stands second, third or fourth, each in a third of the orders; 0.63093 / 3, (0.63093 + 0.5) / 3, all three / 3.
    const scores = [4, 2, 2, 2];
    const [second, third, fourth] = [0.6309297535714575, 0.5, 0.43067655807339306];
    expect(rankedAt(scores, 1, 1)).toEqual({ ndcg: 0, recall: 0 });
    expect(rankedAt(scores, 1, 2).ndcg).toBeCloseTo(second / 3, 14);
    expect(rankedAt(scores, 1, 2).recall).toBeCloseTo(1 / 3, 14);
    expect(rankedAt(scores, 1, 3).ndcg).toBeCloseTo((second + third) / 3, 14);
    expect(rankedAt(scores, 1, 4).ndcg).toBeCloseTo((second + third + fourth) / 3, 14);
    expect(rankedAt(scores, 1, 4).recall).toBe(1);
  });
});

describe('exposure', () => {
  it('is evenly spread, or concentrated', () => {
    expect(gini([0.25, 0.25, 0.25, 0.25])).toBe(0);
    expect(gini([0, 0, 1, 0])).toBe(0.75);
    // Half the mean absolute difference over the mean: the 9 pairs differ by 2 (1 + 2 + 1) in all, 8 / 9 / (2 x 2).
    expect(gini([3, 1, 2])).toBeCloseTo(8 / 9 / 4, 15);
  });

  it('goes with popularity, or against it', () => {
    expect(rankCorrelation([0.1, 0.2, 0.7], [1, 10, 1000])).toBeCloseTo(1, 15);
    expect(rankCorrelation([0.7, 0.2, 0.1], [1, 10, 1000])).toBeCloseTo(-1, 15);
    // Ranks 1, 2, 3, 4 and 1, 2.5, 2.5, 4: 4.5 / sqrt(5 x 4.5).
    expect(rankCorrelation([1, 2, 3, 4], [0, 5, 5, 9])).toBeCloseTo(4.5 / Math.sqrt(22.5), 15);
    expect(rankCorrelation([0.1, 0.2, 0.7], [5, 5, 5])).toBeNull();
  });
});
