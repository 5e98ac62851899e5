/**
 * The two networks of RegretNet, which see all bids: one gives the logits of the allocation, one the share of its value that
 * each bidder pays.
 * Source: Dütting, Feng, Narasimhan, Parkes, Ravindranath, "Optimal Auctions through Deep Learning: Advances in Differentiable
 * Economics", JACM 71(1), 2024 (first ICML 2019), section 4, https://arxiv.org/abs/1706.03459.
 */
import * as tf from '@tensorflow/tfjs-core';
import { createDense, forward, namedLayers, type DenseLayer } from '../../networks/dense.ts';
import { fold, type Key } from '../../random/key.ts';
import type { RegretnetConfig } from './config.ts';

export interface Networks {
  readonly allocation: readonly DenseLayer[];
  readonly payment: readonly DenseLayer[];
}

export interface Mechanism {
  /** Of each item's choice among nobody and the n bidders, [R, m, n + 1]. */
  readonly logits: tf.Tensor3D;
  /** Share of the value of what it gets that each bidder pays, [R, n], in (0, 1): nobody pays more than it gets. */
  readonly fractions: tf.Tensor2D;
}

/** Outputs of the allocation network. */
export function allocationOutputs({ bidders, items, demand }: RegretnetConfig): number {
  return demand === 'additive' ? items * (bidders + 1) : 2 * (items + 1) * (bidders + 1);
}

export function createNetworks(config: RegretnetConfig, init: Key): Networks {
  const { bidders, items, hiddenLayers, hiddenUnits } = config;
  const hidden = new Array<number>(hiddenLayers).fill(hiddenUnits);
  const network = (name: string, outputs: number) =>
    createDense([bidders * items, ...hidden, outputs], fold(init, name));
  return {
    allocation: network('allocation', allocationOutputs(config)),
    payment: network('payment', bidders),
  };
}

/** Parameters by name: allocationWeights1, allocationBiases1, ... */
export function parametersOf({ allocation, payment }: Networks): Record<string, tf.Variable> {
  return { ...namedLayers('allocation', allocation), ...namedLayers('payment', payment) };
}

/** @param bids [R, n m] */
export function mechanism(networks: Networks, bids: tf.Tensor2D, shape: RegretnetConfig): Mechanism {
  return mechanismOf(
    forward(networks.allocation, bids, 'tanh'),
    forward(networks.payment, bids, 'tanh'),
    shape,
  );
}

/** @param allocation, payment what the networks say of the same rows of bids, [R, outputs] and [R, n] */
export function mechanismOf(
  allocation: tf.Tensor2D,
  payment: tf.Tensor2D,
  shape: RegretnetConfig,
): Mechanism {
  const { demand, items, bidders } = shape;
  return {
    logits:
      demand === 'additive'
        ? tf.reshape(allocation, [allocation.shape[0], items, bidders + 1])
        : matchingLogits(allocation, shape),
    fractions: tf.sigmoid(payment),
  };
}

/** Below this a probability counts as this, so that its logarithm is finite. */
const LEAST_PROBABILITY = 1e-12;

/**
 * Logits whose softmax is the published allocation of unit-demand bidders: z_ij the smaller of a softmax over bidders and nobody
 * and one over items and nothing, so that no row and no column sums to more than 1; nobody gets what is left of an item.
 */
function matchingLogits(out: tf.Tensor2D, { bidders, items }: RegretnetConfig): tf.Tensor3D {
  const rows = out.shape[0];
  const [first, second] = tf.split(out, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  const overBidders = tf.softmax(tf.reshape(first, [rows, items + 1, bidders + 1]));
  const overItems = tf.softmax(tf.reshape(second, [rows * (bidders + 1), items + 1]));
  const turned = tf.transpose(tf.reshape(overItems, [rows, bidders + 1, items + 1]), [0, 2, 1]);
  const shares = tf.slice(tf.minimum(overBidders, turned), [0, 0, 1], [rows, items, bidders]);
  const nobody = tf.sub(1, tf.sum(shares, 2, true));
  return tf.log<tf.Tensor3D>(tf.maximum(tf.concat([nobody, shares], 2), LEAST_PROBABILITY));
}
