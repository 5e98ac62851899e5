/** The lotteries that support points and a flow stand for, in plain doubles, apart from the training graph. */
import { sigmoid, softmax } from '../../../shared/log-space.ts';
import { addItem, wordsFor } from '../../auctions/buyers/bundle-bits.ts';
import type { LotteryAllocation } from '../../auctions/menus/menu.ts';
import type { PlainFlow } from '../../flows/flow-doubles.ts';
import type { BundleFlowAllocationConfig } from './bundle-flow-config.ts';
import type { MenuTensors } from './flow-inputs.ts';

/**
 * Bundle d of an option is where the flow carries its location, rounded; at the location itself the mixture's density is
 * prod_j 1 / deviation_j up to a constant. Weights sum to 1 whatever they do in training: only a lottery can be sold.
 */
export function plainLotteries(
  flow: PlainFlow,
  { support, weighting, locations }: BundleFlowAllocationConfig,
  tensors: Omit<MenuTensors, 'prices'>,
): LotteryAllocation {
  const { items } = flow.shape;
  const words = wordsFor(items);
  const points = tensors.weights.length;
  const bundles = new Uint32Array(points * words);
  const logWeights = Float64Array.from(tensors.weights);
  for (let a = 0; a < points; a++) {
    const mu = tensors.locations.subarray(a * items, (a + 1) * items);
    const start = Float64Array.from(mu, (x) => locations.from + locations.range * sigmoid(10 * x));
    const journey = flow.journey(start);
    const end = journey.points.at(-1)!;
    for (let j = 0; j < items; j++) if (end[j]! > 0.5) addItem(bundles, a * words, j);
    if (weighting === 'free') continue;
    logWeights[a] = logWeights[a]! + journey.logDensityChange;
    if (weighting === 'unnormalised') continue;
    for (let j = 0; j < items; j++) logWeights[a] = logWeights[a]! - tensors.deviations[a * items + j]!;
  }
  const weights = new Float64Array(points);
  for (let from = 0; from < points; from += support) {
    weights.set(softmax([...logWeights.subarray(from, from + support)]), from);
  }
  return { kind: 'lotteries', support, bundles, weights };
}
