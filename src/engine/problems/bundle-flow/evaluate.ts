/** What a flow does to fixed points, in plain doubles, without tensors. */
import type { PlainFlow } from '../../flows/flow-doubles.ts';
import type { Pairs } from './pairs.ts';

/** Points that a quick evaluation looks at, the first of the split. */
export const QUICK_POINTS = 512;
/** Most items for which {0, 1}^m is counted. */
export const MOST_COUNTED_ITEMS = 12;

export interface FlowResult {
  /** Mean over the points of |(s_T - s_0) - phi(t, s_t; s_0)|^2, plus `roundingWeight` for each item whose rounding changed. */
  readonly loss: number;
  /** Share of the rounding decisions, one per item and point, that differ between s_0 and the point where it is carried. */
  readonly changed: number;
  /** Share of the points with a changed decision. */
  readonly changedBundles: number;
  /** Different bundles that points end in. */
  readonly distinctBundles: number;
  /** The same as a share of all 2^m bundles, and of the bundles that the points start from; absent for many items. */
  readonly coverage?: number;
  readonly startCoverage?: number;
  /** Mean of |s_T - 1/2|. */
  readonly boundaryDistance: number;
}

/** @param count points of `pairs` to look at, from the first */
export function evaluateFlow(
  flow: PlainFlow,
  pairs: Pairs,
  count: number,
  roundingWeight: number,
): FlowResult {
  const { items } = flow.shape;
  let squared = 0;
  let changed = 0;
  let changedBundles = 0;
  let distance = 0;
  const [ends, starts] = [new Set<string>(), new Set<string>()];
  for (let n = 0; n < count; n++) {
    const start = pairs.starts.subarray(n * items, (n + 1) * items);
    const target = pairs.ends.subarray(n * items, (n + 1) * items);
    const time = pairs.times[n]!;
    const here = Float64Array.from(start, (x, j) => time * target[j]! + (1 - time) * x);
    const velocity = flow.velocity(flow.rates(start), time, here);
    const end = flow.journey(start).points.at(-1)!;
    let own = 0;
    const bits = new Array<number>(items);
    for (let j = 0; j < items; j++) {
      squared += (target[j]! - start[j]! - velocity[j]!) ** 2;
      distance += Math.abs(end[j]! - 0.5);
      bits[j] = Number(end[j]! > 0.5);
      if (bits[j] !== pairs.bundles[n * items + j]) own += 1;
    }
    changed += own;
    if (own > 0) changedBundles += 1;
    ends.add(bits.join(''));
    starts.add(pairs.bundles.subarray(n * items, (n + 1) * items).join(''));
  }
  const all = 2 ** items;
  return {
    loss: (squared + roundingWeight * changed) / count,
    changed: changed / (count * items),
    changedBundles: changedBundles / count,
    distinctBundles: ends.size,
    ...(items <= MOST_COUNTED_ITEMS ? { coverage: ends.size / all, startCoverage: starts.size / all } : {}),
    boundaryDistance: distance / (count * items),
  };
}

/** Loss of a flow that moves nothing: the mean of |s_T - s_0|^2. */
export function lossOfStandingStill({ starts, ends, count }: Pairs): number {
  return ends.reduce((sum, end, i) => sum + (end - starts[i]!) ** 2, 0) / count;
}
