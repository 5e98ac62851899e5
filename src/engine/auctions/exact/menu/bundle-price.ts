/** A mechanism to begin with: the best single price for everything, at which each type takes what it likes best. */
import { bestPostedPrice } from '../../baselines/posted-price.ts';
import type { BuyerTypes } from './buyer-types.ts';

/** A feasible x of the menu programme (`menuColumns`): utilities, then shares. */
export function bundlePriced(types: BuyerTypes): Float64Array {
  const { count, numbers, exclusive } = types;
  const worths = Array.from({ length: count }, (_, n) => ownValues(types, n));
  const grand = Float64Array.from(worths, (own) =>
    own.reduce((sum, value) => (exclusive ? Math.max(sum, value) : sum + value), 0),
  );
  const { price } = bestPostedPrice(grand);
  const x = new Float64Array(count + numbers.reduce((sum, number) => sum + number, 0));
  let slot = count;
  worths.forEach((own, n) => {
    if (grand[n]! >= price) {
      x[n] = grand[n]! - price;
      if (exclusive) x[slot + own.indexOf(grand[n]!)] = 1;
      else x.fill(1, slot, slot + own.length);
    }
    slot += own.length;
  });
  return x;
}

function ownValues({ values, outcomes, first, numbers }: BuyerTypes, n: number): Float64Array {
  const start = n * outcomes + first[n]!;
  return values.subarray(start, start + numbers[n]!);
}
