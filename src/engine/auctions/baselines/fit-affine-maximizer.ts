/**
 * Affine maximiser auctions fitted to profiles: all boosts free (AMA), or a boost for each bidder and bundle that add up (VVCA, virtual
 * valuations combinatorial auction). Coordinate search with shrinking steps, from the best of several prices an unsold item, as if
 * each item had a reserve price; deterministic. A fitted auction need not be the best of its kind.
 * Source: Likhodedov, Sandholm, "Approximating Revenue-Maximizing Combinatorial Auctions", AAAI 2005,
 * https://aaai.org/papers/043-aaai05-043-approximating-revenue-maximizing-combinatorial-auctions/.
 */
import {
  affineRevenue,
  type AffineParameters,
  type AllocationValues,
  type Allocations,
} from './affine-maximizer.ts';

/** How parameters other than the weights make the boosts: lambda(a) is the sum of those listed for a. */
export interface BoostFamily {
  readonly parameters: number;
  /** Indices of the parameters, one list an allocation. */
  readonly of: readonly (readonly number[])[];
}

const RESERVES = 20;
const FIRST_STEP = 0.2;
const LAST_STEP = 0.002;
const MOST_SWEEPS = 4;

/** A parameter for every allocation; nothing sold is 0. */
export function freeBoosts({ count }: Allocations): BoostFamily {
  return { parameters: count - 1, of: Array.from({ length: count }, (_, a) => (a === 0 ? [] : [a - 1])) };
}

/** A parameter for every bidder and bundle; no items are 0. */
export function bundleBoosts({ count, winners }: Allocations, bidders: number, items: number): BoostFamily {
  const bundles = 2 ** items - 1;
  const of = Array.from({ length: count }, (_, a) =>
    Array.from({ length: bidders }, (__, i) => {
      let bundle = 0;
      for (let j = 0; j < items; j++) if (winners[a * items + j] === i) bundle += 2 ** j;
      return bundle === 0 ? [] : [i * bundles + bundle - 1];
    }).flat(),
  );
  return { parameters: bidders * bundles, of };
}

/**
 * @param sold items that allocation a sells, for the start
 * @param unit size of values: steps and reserves are shares of it
 */
export async function fitAffine(
  values: AllocationValues,
  family: BoostFamily,
  sold: readonly number[],
  unit: number,
  breathe: () => Promise<void>,
): Promise<AffineParameters> {
  // Logarithms of all weights but the first, then the boosts; the objective does not change when all are scaled together.
  const point = new Float64Array(values.bidders - 1 + family.parameters);
  const asParameters = (): AffineParameters => ({
    weights: [1, ...Array.from(point.subarray(0, values.bidders - 1), Math.exp)],
    boosts: Float64Array.from(family.of, (own) =>
      own.reduce((sum, p) => sum + unit * point[values.bidders - 1 + p]!, 0),
    ),
  });
  const start = await bestReserve(values, family, sold, unit, breathe);
  point.set(start, values.bidders - 1);
  let best = affineRevenue(values, asParameters());
  for (let step = FIRST_STEP; step >= LAST_STEP; step /= 2) {
    for (let sweep = 0, improved = true; improved && sweep < MOST_SWEEPS; sweep++) {
      improved = false;
      for (let p = 0; p < point.length; p++) {
        const before = point[p]!;
        let kept = before;
        for (const moved of [before + step, before - step]) {
          point[p] = moved;
          const revenue = affineRevenue(values, asParameters());
          if (revenue > best) [best, kept] = [revenue, moved];
        }
        point[p] = kept;
        improved ||= kept !== before;
        await breathe();
      }
    }
  }
  return asParameters();
}

/** Boosts of minus the best reserve price for every item that a parameter sells. */
async function bestReserve(
  values: AllocationValues,
  family: BoostFamily,
  sold: readonly number[],
  unit: number,
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  const items = new Float64Array(family.parameters);
  family.of.forEach((own, a) => {
    if (own.length === 1) items[own[0]!] = sold[a]!;
  });
  let [best, reserve] = [-Infinity, 0];
  for (let r = 0; r < RESERVES; r++) {
    const price = (unit * r) / RESERVES;
    const boosts = Float64Array.from(sold, (count) => -price * count);
    const revenue = affineRevenue(values, { weights: new Array<number>(values.bidders).fill(1), boosts });
    if (revenue > best) [best, reserve] = [revenue, r / RESERVES];
    await breathe();
  }
  return items.map((count) => -reserve * count);
}
