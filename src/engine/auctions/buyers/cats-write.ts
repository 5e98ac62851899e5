/** Writes a CATS auction instance; `cats-file.ts` has the grammar. */
import { itemsOf, wordsFor } from './bundle-bits.ts';
import type { XorBidders } from './bidders.ts';

/** Prices as doubles in their shortest exact form, so that reading the text gives the same bidders back. */
export function writeCats(bidders: XorBidders, comments: readonly string[]): string {
  const words = wordsFor(bidders.items);
  const lines: string[] = [];
  let dummies = 0;
  for (let n = 0; n < bidders.count; n++) {
    const first = bidders.starts[n]!;
    const end = bidders.starts[n + 1]!;
    const dummy = end - first > 1 ? [bidders.items + dummies++] : [];
    for (let a = first; a < end; a++) {
      const goods = [...itemsOf(bidders.bundles, a * words, bidders.items), ...dummy];
      lines.push([a, bidders.values[a], ...goods, '#'].join('\t'));
    }
  }
  const header = [`goods ${bidders.items}`, `bids ${lines.length}`, `dummy ${dummies}`];
  return [...comments.map((comment) => `%% ${comment}`), '', ...header, '', ...lines, ''].join('\n');
}
