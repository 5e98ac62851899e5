/** Auction instances after the CATS distributions; what is drawn and how: `cats-market.ts`, `cats-bidder.ts`. */
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Key } from '../../random/key.ts';
import { xorBidders, type XorBidders } from './bidders.ts';
import { catsBidderSource, type PrivateValues } from './cats-bidder.ts';
import { UndominatedBids } from './cats-dominance.ts';
import { drawMarket, type CatsStructure } from './cats-market.ts';
import { draws } from '../../random/draws.ts';

export const catsDistributions = ['arbitrary-npv', 'arbitrary-upv', 'regions-npv', 'regions-upv'] as const;
export type CatsDistribution = (typeof catsDistributions)[number];

/** Bidders in a row that may bring no new bid before the goods count as exhausted. */
const MOST_FRUITLESS = 2000;
/** Prices have as many digits as CATS prints, so that a written instance is the instance. */
const DIGITS = 6;

/**
 * One instance: bidders until `bids` bids remain that are not dominated (the last bidder may bring a few more).
 * @throws AppError `precondition` if so few goods cannot carry so many undominated bids
 */
export function generateCats(
  distribution: CatsDistribution,
  goods: number,
  bids: number,
  key: Key,
): XorBidders {
  const [structure, privateValues] = distribution.split('-') as [CatsStructure, PrivateValues];
  const random = draws(key);
  const nextBidder = catsBidderSource(drawMarket(structure, goods, random), privateValues, random);
  const kept = new UndominatedBids(goods);
  let most = 0;
  for (let fruitless = 0; kept.count < bids; fruitless++) {
    if (fruitless > MOST_FRUITLESS) {
      throw new AppError(
        'precondition',
        `valuations.bidsPerMarket: expected a number that ${counted(goods, 'item')} can support, found ${bids}, but only about ${most} bids are not dominated there; lower it or raise items.`,
        { path: 'valuations.bidsPerMarket' },
      );
    }
    kept.add(nextBidder().map((atom) => ({ ...atom, value: Number(atom.value.toPrecision(DIGITS)) })));
    if (kept.count > most) {
      most = kept.count;
      fruitless = 0;
    }
  }
  return xorBidders(goods, kept.bidders());
}
