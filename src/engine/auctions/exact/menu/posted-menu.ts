/** A menu for everybody: from options over outcomes of types, and as plain data for scripts. */
import type { Bidders } from '../../buyers/bidders.ts';
import { wordsFor, itemsOf } from '../../buyers/bundle-bits.ts';
import type { Menu, MenuAllocation } from '../../menus/menu.ts';
import type { BuyerTypes } from './buyer-types.ts';
import type { Option } from './option-list.ts';
import type { ExactOption } from '../../../../shared/menus/exact-menu.ts';

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

/** A menu as plain data for scripts: every option with its price and what it gives. */
export function listedMenu(menu: Menu): readonly ExactOption[] {
  const { allocation, items } = menu;
  return Array.from(menu.prices, (price, k): ExactOption => {
    if (allocation.kind === 'items')
      return { price, shares: [...allocation.shares.subarray(k * items, (k + 1) * items)] };
    const support = allocation.kind === 'lotteries' ? allocation.support : 1;
    const places = Array.from({ length: support }, (_, d) => k * support + d);
    const bundles = places.map((place) => ({
      items: itemsOf(allocation.bundles, place * wordsFor(items), items),
      probability: allocation.kind === 'lotteries' ? allocation.weights[place]! : 1,
    }));
    return { price, bundles: bundles.filter(({ probability }) => probability > 0) };
  });
}
