/** What the buyer of an option gets, item by item and in words. */
import { formatCount, formatNumber, formatPercent } from '../number-format.ts';
import { bundleItems } from './bundle-text.ts';
import type { Received } from './menu-view.ts';

/** Below it an item is as good as not there. */
export const LEAST_CHANCE = 5e-4;
const MOST_NAMED = 60;

/** Probability (or share) of each item. */
export function itemChances(received: Received, items: number): number[] {
  if (received.kind === 'items') return received.shares;
  const chances = new Array<number>(items).fill(0);
  const support = received.kind === 'lottery' ? received.support : [{ bundle: received.bundle, weight: 1 }];
  for (const { bundle, weight } of support) {
    for (const item of bundleItems(bundle)) chances[item] = (chances[item] ?? 0) + weight;
  }
  return chances;
}

/** Items that are expected. */
export function expectedSize(received: Received, items: number): number {
  return itemChances(received, items).reduce((sum, chance) => sum + chance, 0);
}

/** `items 0, 3 and 17`, `all 50 items`, `no item`. */
export function bundleInWords(bundle: string, items: number): string {
  const named = bundleItems(bundle);
  if (named.length === 0) return 'no item';
  if (named.length === items && items > 2) return `all ${items} items`;
  if (named.length === 1) return `item ${named[0]}`;
  return `items ${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;
}

export function inWords(received: Received, items: number): string {
  switch (received.kind) {
    case 'bundle':
      return bundleInWords(received.bundle, items);
    case 'items': {
      const likely = received.shares.flatMap((share, item) =>
        share >= LEAST_CHANCE
          ? [share > 1 - LEAST_CHANCE ? `item ${item}` : `item ${item} at ${formatPercent(share)}`]
          : [],
      );
      if (likely.length === 0) return 'no item';
      const more = likely.length - MOST_NAMED;
      return likely.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
    }
    case 'lottery': {
      const [first] = received.support;
      if (first === undefined) return 'no item';
      if (received.support.length === 1) return bundleInWords(first.bundle, items);
      const size = formatNumber(expectedSize(received, items));
      return `one of ${formatCount(received.support.length)} bundles, ${size} items expected`;
    }
  }
}
