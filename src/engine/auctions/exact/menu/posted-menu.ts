/** Options over outcomes of types as a menu for everybody. */
import type { Bidders } from '../../buyers/bidders.ts';
import { wordsFor } from '../../buyers/bundle-bits.ts';
import type { Menu, MenuAllocation } from '../../menus/menu.ts';
import type { BuyerTypes } from './buyer-types.ts';
import type { Option } from './option-list.ts';

export function postedMenu(bidders: Bidders, types: BuyerTypes, options: readonly Option[]): Menu {
  return {
    options: options.length,
    items: bidders.items,
    prices: Float64Array.from(options, ({ price }) => price * types.scale),
    allocation: allocationOf(bidders, types, options),
  };
}

function allocationOf(bidders: Bidders, { atoms }: BuyerTypes, options: readonly Option[]): MenuAllocation {
  const { items } = bidders;
  if (bidders.kind !== 'xor' || atoms === null) {
    const shares = new Float64Array(options.length * items);
    options.forEach(({ outcomes, shares: own }, k) =>
      outcomes.forEach((item, i) => (shares[k * items + item] = own[i]!)),
    );
    return { kind: 'items', shares };
  }
  const words = wordsFor(items);
  const bundleOf = (outcome: number) =>
    bidders.bundles.subarray(atoms[outcome]! * words, (atoms[outcome]! + 1) * words);
  if (options.every(({ shares }) => shares.length === 1 && shares[0] === 1)) {
    const bundles = new Uint32Array(options.length * words);
    options.forEach(({ outcomes }, k) => bundles.set(bundleOf(outcomes[0]!), k * words));
    return { kind: 'bundles', bundles };
  }
  // The last place of each option is the empty bundle, for what is left of the probability.
  const support = 1 + options.reduce((most, { outcomes }) => Math.max(most, outcomes.length), 0);
  const bundles = new Uint32Array(options.length * support * words);
  const weights = new Float64Array(options.length * support);
  options.forEach(({ outcomes, shares }, k) => {
    let rest = 1;
    outcomes.forEach((outcome, i) => {
      bundles.set(bundleOf(outcome), (k * support + i) * words);
      weights[k * support + i] = shares[i]!;
      rest -= shares[i]!;
    });
    weights[(k + 1) * support - 1] = Math.max(0, rest);
  });
  return { kind: 'lotteries', support, bundles, weights };
}
