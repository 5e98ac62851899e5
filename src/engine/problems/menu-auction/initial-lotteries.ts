/** A menu over a flow at step 0. */
import { bundleValue } from '../../auctions/buyers/bidders.ts';
import type { AuctionData } from '../../auctions/buyers/auction-data.ts';
import { bestPostedPrice } from '../../auctions/baselines/posted-price.ts';
import { hasItem, wordsFor } from '../../auctions/buyers/bundle-bits.ts';
import { PlainFlow } from '../../flows/flow-doubles.ts';
import { fillNormal, fillUniform } from '../../random/fill.ts';
import { fold, type Key } from '../../random/key.ts';
import type { BundleFlowAllocationConfig } from './bundle-flow-config.ts';
import type { MenuAuctionConfig } from './config.ts';
import type { FlowInputs, MenuTensors } from './flow-inputs.ts';
import { inverseSoftplus, LEAST_PRICE, menuBundles, PRICE_SAMPLE } from './initial-menu.ts';
import { plainLotteries } from './plain-lotteries.ts';

/** |mu| of locations that start on the side of a bundle: sigmoid(10 mu) is 0.27 or 0.73. */
const SIDE = 0.1;

export function initialLotteries(
  config: MenuAuctionConfig,
  allocation: BundleFlowAllocationConfig,
  data: AuctionData,
  { flow }: FlowInputs,
  init: Key,
): MenuTensors {
  const { options } = config;
  const { items } = data.bidders;
  const points = options * allocation.support;
  const deviations = new Float32Array(points * items);
  fillUniform(fold(init, 'deviations'), deviations);
  const { from, range } = allocation.deviation;
  const weights = new Float32Array(points);
  fillNormal(fold(init, 'weights'), weights);
  const tensors = {
    locations: firstLocations(config, allocation, data, init),
    weights: weights.map((normal) => normal / allocation.support),
    deviations: deviations.map((u) => -(from + range * u)),
  };
  const prices = new Float32Array(options);
  if (allocation.initialPrices === 'uniform') {
    fillUniform(fold(init, 'prices'), prices);
    return { ...tensors, prices: prices.map((u) => inverseSoftplus(u / data.valueScale)) };
  }
  const plain = plainLotteries(new PlainFlow(flow.shape, flow.weights), allocation, tensors);
  return { ...tensors, prices: postedPrices(options, data, plain) };
}

/** mu, [K D, m]. */
function firstLocations(
  config: MenuAuctionConfig,
  allocation: BundleFlowAllocationConfig,
  data: AuctionData,
  init: Key,
): Float32Array {
  const { support, locations } = allocation;
  const { items } = data.bidders;
  const { options } = config;
  if (locations.initial === 'normal') {
    const normals = new Float32Array(options * support * items);
    fillNormal(fold(init, 'locations'), normals);
    return normals;
  }
  // Support points of an option have the same share of the items: menus of one bundle per option, D of them, side by side.
  const words = wordsFor(items);
  const mu = new Float32Array(options * support * items);
  for (let d = 0; d < support; d++) {
    const key = fold(fold(init, 'bundles'), d);
    const bundles = menuBundles(locations.initial, options, data, fold(init, 'sizes'), key);
    for (let k = 0; k < options; k++) {
      for (let j = 0; j < items; j++) {
        mu[(k * support + d) * items + j] = hasItem(bundles, k * words, j) ? SIDE : -SIDE;
      }
    }
  }
  return mu;
}

/** Each lottery's best price if it stood alone, for some of the training buyers. */
function postedPrices(
  options: number,
  { bidders, split, valueScale }: AuctionData,
  { support, bundles, weights }: ReturnType<typeof plainLotteries>,
): Float32Array {
  const words = bundles.length / (options * support);
  const sample = Array.from(split.train.subarray(0, PRICE_SAMPLE));
  return Float32Array.from({ length: options }, (_, k) => {
    const values = Float64Array.from(sample, (n) => {
      let value = 0;
      for (let d = k * support; d < (k + 1) * support; d++) {
        if (weights[d]! > 0) value += weights[d]! * bundleValue(bidders, n, bundles, d * words);
      }
      return value / valueScale;
    });
    return inverseSoftplus(Math.max(bestPostedPrice(values).price, LEAST_PRICE));
  });
}
