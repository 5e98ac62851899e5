import { beforeAll, describe, expect, it } from 'vitest';
import { rootKey } from '../../random/key.ts';
import { itemsOf, wordsFor } from '../../auctions/buyers/bundle-bits.ts';
import { menuAuctionConfigSchema, type MenuAuctionConfig } from './config.ts';
import { initialMenu } from './initial-menu.ts';
import { loadAuctionData, type AuctionData } from '../../auctions/buyers/auction-data.ts';
import { bareHost } from '../../../../test/support/engine-host.ts';

const OPTIONS = 40;
const ITEMS = 50;

function configWith(initialBundles: 'random' | 'bids'): MenuAuctionConfig {
  return menuAuctionConfigSchema.parse({
    options: OPTIONS,
    initialBundles,
    valuations: { kind: 'cats-generator', bidders: 600 },
  });
}

describe.each(['random', 'bids'] as const)('initialMenu, %s bundles', (initialBundles) => {
  const config = configWith(initialBundles);
  let data: AuctionData;
  let start: ReturnType<typeof initialMenu>;
  let sizes: number[];

  beforeAll(async () => {
    data = await loadAuctionData(config, bareHost);
    start = initialMenu(config, data, rootKey(5));
    sizes = Array.from(
      { length: OPTIONS },
      (_, k) => start.logits.subarray(k * ITEMS, (k + 1) * ITEMS).filter((l) => l > 0).length,
    );
  });

  it('is a function of its key', () => {
    expect(initialMenu(config, data, rootKey(5))).toEqual(start);
    expect(initialMenu(config, data, rootKey(6))).not.toEqual(start);
  });

  it('spreads the sizes over the whole range', () => {
    const sorted = sizes.toSorted((a, b) => a - b);
    expect(sorted[0]!).toBeLessThan(15);
    expect(sorted.at(-1)).toBeGreaterThan(45);
    // Targets (k + 1) / 40 of 50 items have the median 25.6; a random bundle misses its target by 3.5 items at most, sd.
    expect(Math.abs(sorted[OPTIONS / 2]! - 26)).toBeLessThan(10);
  });

  it('asks positive prices, higher ones for larger bundles on the whole', () => {
    const prices = Array.from(start.prices, (x) => Math.log1p(Math.exp(x)));
    expect(prices.every((price) => price > 0 && Number.isFinite(price))).toBe(true);
    const mean = (of: (size: number) => boolean) => {
      const chosen = prices.filter((_, k) => of(sizes[k]!));
      return chosen.reduce((a, b) => a + b, 0) / chosen.length;
    };
    expect(mean((size) => size > 35)).toBeGreaterThan(2 * mean((size) => size < 15));
  });
});

it('bundles from bids contain what some training buyer wants', async () => {
  const config = configWith('bids');
  const { bidders, split } = await loadAuctionData(config, bareHost);
  if (bidders.kind !== 'xor') throw new Error('expected xor bidders');
  const { logits } = initialMenu(config, { bidders, split, valueScale: 1 }, rootKey(5));
  for (let k = 0; k < OPTIONS; k++) {
    const inside = (j: number) => logits[k * ITEMS + j]! > 0;
    const wanted = [...split.train].some((n) =>
      Array.from(
        { length: bidders.starts[n + 1]! - bidders.starts[n]! },
        (_, i) => bidders.starts[n]! + i,
      ).some((a) => itemsOf(bidders.bundles, a * wordsFor(ITEMS), ITEMS).every(inside)),
    );
    expect(wanted).toBe(true);
  }
});
