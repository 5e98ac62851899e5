/**
 * Allocation `bundle-flow`: an option is a lottery over the D bundles that a flow carries its support points to.
 *   location     mu_d -> from + range sigmoid(10 mu_d), z_d ~ N(location, deviation^2), drawn anew in each step
 *   bundle       the items with s_T > 1/2, where Euler's method carries z_d
 *   weight       softmax over d of  log w_d + log N(z_d; location, deviation) - Tr Q(z_d) int eta     (liouville)
 *                exp(-Tr Q(z_d) int eta) w_d, w = softmax(weights)                                    (unnormalised)
 *   value        sum_d weight_d v(bundle_d)
 * Everything in logarithms until the softmax: densities of many items differ by hundreds of nats.
 * Source: as `flows/flow-shape.ts`; the authors' code also multiplies log w_d by the inverse temperature of the buyer.
 */
import * as tf from '@tensorflow/tfjs-core';
import { softplus } from '../../../shared/log-space.ts';
import type { AuctionData } from '../../auctions/buyers/auction-data.ts';
import { detached } from '../../core/gradient-flow.ts';
import { PlainFlow } from '../../flows/flow-doubles.ts';
import { carry, flowTensors, type FlowTensors } from '../../flows/flow-graph.ts';
import {
  flowWeightNames,
  type FlowShape,
  type FlowWeightName,
  type FlowWeights,
} from '../../flows/flow-shape.ts';
import { fold, type Key } from '../../random/key.ts';
import { logistic, normal } from '../../random/noise.ts';
import type { BundleFlowAllocationConfig } from './bundle-flow-config.ts';
import type { MenuAuctionConfig } from './config.ts';
import type { FlowInputs, MenuTensors } from './flow-inputs.ts';
import { initialLotteries } from './initial-lotteries.ts';
import type { LearnedOptions } from './learned-options.ts';
import { minibatchOf, type Minibatch } from './minibatch.ts';
import { plainLotteries } from './plain-lotteries.ts';
import { bundleValues, hardBundleValues } from './relaxed-values.ts';

export function learnedLotteries(
  config: MenuAuctionConfig,
  allocation: BundleFlowAllocationConfig,
  data: AuctionData,
  inputs: FlowInputs,
  init: Key,
): LearnedOptions {
  const { options, noise } = config;
  const { support, weighting, deviation, bundleGradient, roundingWidth } = allocation;
  const { shape } = inputs.flow;
  const { items } = shape;
  const points = options * support;
  const first = inputs.start ?? initialLotteries(config, allocation, data, inputs, init);
  const menu = tf.tidy(() => ({
    locations: tf.variable(tf.tensor2d(first.locations, [points, items])),
    weights: tf.variable(tf.tensor2d(first.weights, [options, support])),
    prices: tf.variable(tf.tensor1d(first.prices)),
    deviations: tf.variable(tf.tensor2d(first.deviations, [points, items])),
  }));
  const flow = flowOfMenu(allocation, inputs);
  const batchOf = minibatchOf(data.bidders, data.valueScale * noise);

  /** s_T - 1/2 [K D, m] and weights [K, D], differentiable. */
  const lotteries = (key: Key): { logits: tf.Tensor2D; weights: tf.Tensor2D } => {
    const places = tf.sigmoid(tf.mul(menu.locations, 10));
    const { from, range } = allocation.locations;
    const centres = tf.add<tf.Tensor2D>(tf.mul(places, range), from);
    const drawn = deviation.redraw ? normal<tf.Rank.R2>(fold(key, 'support'), [points, items]) : undefined;
    const spread = drawn && detached<tf.Tensor2D>(() => tf.mul(drawn, tf.exp(menu.deviations)));
    const start: tf.Tensor2D = spread === undefined ? centres : tf.add(centres, spread);
    const carried = carry(shape, flow.tensors(), start, { speeds: flow.speeds });
    const logits = tf.sub<tf.Tensor2D>(carried.end, 0.5);
    const change = tf.reshape<tf.Rank.R2>(carried.logDensityChange, [options, support]);
    if (weighting === 'free') return { logits, weights: tf.softmax(menu.weights) };
    if (weighting === 'unnormalised')
      return { logits, weights: tf.mul(tf.softmax(menu.weights), tf.exp(change)) };
    // Up to a constant; the draw moves with its location, so that this has no gradient.
    const logDensity = detached(() => {
      const squares = drawn === undefined ? 0 : tf.div(tf.square(drawn), 2);
      return tf.reshape<tf.Rank.R2>(tf.neg(tf.sum(tf.add(menu.deviations, squares), 1)), [options, support]);
    });
    return { logits, weights: tf.softmax(tf.addN([menu.weights, logDensity, change])) };
  };

  return {
    parameters: { ...menu, ...flow.parameters },
    values(drawBuyers, { key }) {
      const batch = batchOf(key, drawBuyers);
      const { logits, weights } = lotteries(key);
      const seen =
        bundleGradient === 'gumbel'
          ? tf.add<tf.Tensor2D>(
              logits,
              tf.mul(logistic<tf.Rank.R2>(fold(key, 'rounding'), [points, items]), roundingWidth),
            )
          : logits;
      const values =
        bundleGradient === 'none'
          ? detached(() => chunkedValues(seen, batch, null))
          : chunkedValues(seen, batch, roundingWidth);
      // sum_d weight_d v_d: [K, 1, D] times [K, D, B].
      const mixed = tf.matMul(
        tf.expandDims<tf.Tensor3D>(weights, 1),
        tf.reshape(values, [options, support, -1]),
      );
      return tf.transpose(tf.reshape<tf.Rank.R2>(mixed, [options, -1]));
    },
    prices: () => tf.softplus(menu.prices),
    async download() {
      const read = async (variable: tf.Variable) => Float32Array.from(await variable.data());
      const [locations, weights, prices, deviations] = (await Promise.all(
        [menu.locations, menu.weights, menu.prices, menu.deviations].map(read),
      )) as [Float32Array, Float32Array, Float32Array, Float32Array];
      const tensors: MenuTensors = { locations, weights, prices, deviations };
      const plain = new PlainFlow(shape, await flow.download());
      return {
        prices: Float64Array.from(prices, softplus),
        allocation: plainLotteries(plain, allocation, tensors),
      };
    },
    participation: allocation.participation,
    dispose: flow.dispose,
  };
}

interface FlowOfMenu {
  readonly parameters: Readonly<Record<string, tf.Variable>>;
  tensors(): FlowTensors;
  /** eta at the left ends of Euler's steps, while they do not change. */
  readonly speeds: readonly number[] | undefined;
  download(): Promise<FlowWeights>;
  dispose(): void;
}

/**
 * The flow: constants, or, jointly trained, variables that hold the weights divided by `flowStep`: Adam's steps do not depend
 * on the scale of a gradient, so that the weights take steps of `flowStep` times the learning rate.
 */
function flowOfMenu({ joint, flowStep }: BundleFlowAllocationConfig, { flow }: FlowInputs): FlowOfMenu {
  const { shape, weights }: { shape: FlowShape; weights: FlowWeights } = flow;
  if (!joint) {
    const constants = tf.tidy(() => flowTensors(shape, weights, (constant) => tf.keep(constant)));
    return {
      parameters: {},
      tensors: () => constants,
      speeds: [...new PlainFlow(shape, weights).speeds],
      download: () => Promise.resolve(weights),
      dispose: () => tf.dispose(constants),
    };
  }
  const variables = tf.tidy(() =>
    flowTensors(shape, weights, (constant) => tf.variable(tf.div(constant, flowStep))),
  );
  const byName = <T>(of: (name: FlowWeightName) => T) =>
    Object.fromEntries(flowWeightNames.map((name) => [name, of(name)])) as Record<FlowWeightName, T>;
  return {
    parameters: Object.fromEntries(flowWeightNames.map((name) => [`flow.${name}`, variables[name]])),
    speeds: undefined,
    tensors: () => byName((name) => tf.mul(variables[name], flowStep)),
    async download() {
      const read = await Promise.all(
        flowWeightNames.map(async (name) => {
          const scaled = await variables[name].data();
          return [name, Float32Array.from(scaled, (weight) => weight * flowStep)] as const;
        }),
      );
      return Object.fromEntries(read) as unknown as FlowWeights;
    },
    dispose: () => undefined,
  };
}

/** What many bundles are worth to a minibatch, some of the bundles at a time. */

/** Numbers of a [bundles, buyers' atoms] tensor made at a time: `bundleValues` holds several of them. */
const CHUNK = 2 ** 22;

/**
 * logits [A, m] -> v [A, B] of the bundles of positive logits.
 * @param bundleTemperature of the gradient (`bundleValues`); null: none is wanted
 */
export function chunkedValues(
  logits: tf.Tensor2D,
  batch: Minibatch,
  bundleTemperature: number | null,
  chunk = CHUNK,
): tf.Tensor2D {
  const [bundles, items] = logits.shape;
  const columns = batch.kind === 'atoms' ? batch.buyers * batch.atoms : batch.values.shape[0];
  const rows = Math.max(1, Math.floor(chunk / columns));
  const parts: tf.Tensor2D[] = [];
  for (let from = 0; from < bundles; from += rows) {
    const size = Math.min(rows, bundles - from);
    const own =
      bundles <= rows ? logits : tf.slice<tf.Rank.R2, tf.Tensor2D>(logits, [from, 0], [size, items]);
    const values =
      bundleTemperature === null ? hardBundleValues(own, batch) : bundleValues(own, batch, bundleTemperature);
    parts.push(tf.transpose(values));
  }
  return parts.length === 1 ? parts[0]! : tf.concat(parts, 0);
}
