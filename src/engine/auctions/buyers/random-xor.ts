/** Random XOR buyers: `atoms` different non-empty bundles, each of them uniform over all 2^m - 1, with values U[0, 1]. */
import type { Key } from '../../random/key.ts';
import { xorBidders, type Atom, type XorBidders } from './bidders.ts';
import { draws, type Draws } from '../../random/draws.ts';

/** @param atoms at most 2^items - 1 */
export function randomXorBidders(items: number, atoms: number, count: number, key: Key): XorBidders {
  const random = draws(key);
  const buyers = Array.from({ length: count }, () => {
    const own = new Map<string, Atom>();
    while (own.size < atoms) {
      const bundle = randomBundle(items, random);
      const name = bundle.join();
      if (bundle.length > 0 && !own.has(name)) own.set(name, { items: bundle, value: random.uniform() });
    }
    return [...own.values()];
  });
  return xorBidders(items, buyers);
}

function randomBundle(items: number, random: Draws): number[] {
  const bundle: number[] = [];
  for (let j = 0; j < items; j++) if (random.uniform() < 0.5) bundle.push(j);
  return bundle;
}
