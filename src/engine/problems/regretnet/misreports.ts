/**
 * The adversary of training: every bidder of every profile looks for a lie that the lottery rewards, by gradient ascent on
 * its expected utility, all others bidding the truth. Lies stay within the items' ranges.
 * Source: as in `networks.ts`, section 4.3; Adam with a new state for every minibatch as in the authors' code,
 * https://github.com/saisrivatsan/deep-opt-auctions. Differs from source: none known.
 */
import * as tf from '@tensorflow/tfjs-core';
import { onOwnTape } from '../../core/gradient-flow.ts';
import { ascend, BETA1, BETA2, canAscend, EPSILON } from '../../kernels/lie-ascent.ts';
import { scaledSoftmax } from '../../kernels/scaled-softmax.ts';
import type { RegretnetConfig } from './config.ts';
import { frozenLayers, frozenNetworks } from './frozen-networks.ts';
import { ownBids, type Minibatch } from './minibatch.ts';
import { allocationOutputs, mechanismOf, type Networks } from './networks.ts';
import type { RegretnetData } from './profiles.ts';

/** Profiles in which bidder i alone lies, [B, n, n, m]: index i of the second axis has lie i in row i. */
export function lyingProfiles({ values }: Minibatch, lies: tf.Tensor3D): tf.Tensor4D {
  const [, bidders] = values.shape;
  const truth = tf.expandDims<tf.Tensor4D>(values, 1);
  const change = tf.expandDims<tf.Tensor4D>(tf.sub(lies, values), 1);
  return tf.add(truth, tf.mul(change, ownMask(bidders, [1, bidders, bidders, 1])));
}

/** The identity. */
function ownMask<R extends tf.Rank>(bidders: number, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return tf.reshape<R>(tf.eye(bidders), shape);
}

/** Bidder i's fraction where it lies, fractions [B n, n] -> [B, n, 1, 1]. */
export function ownFractions(fractions: tf.Tensor2D, bidders: number): tf.Tensor4D {
  const each = tf.reshape(fractions, [-1, bidders, bidders]);
  return tf.reshape(tf.sum(tf.mul(each, ownMask(bidders, [1, bidders, bidders])), 2), [-1, bidders, 1, 1]);
}

/**
 * Expected utility of bidder i where it alone lies, [B, n].
 * @param outputs of `frozenNetworks`
 */
export function lyingUtilities(
  outputs: (bids: tf.Tensor2D) => tf.Tensor2D,
  batch: Minibatch,
  lies: tf.Tensor3D,
  config: RegretnetConfig,
): tf.Tensor2D {
  const { bidders, items } = config;
  const rows = batch.rows.size;
  const bids = tf.reshape<tf.Rank.R2>(lyingProfiles(batch, lies), [rows * bidders, bidders * items]);
  const [allocation, payment] = tf.split<tf.Tensor2D>(outputs(bids), [allocationOutputs(config), bidders], 1);
  const { logits, fractions } = mechanismOf(allocation!, payment!, config);
  const shares = tf.reshape(scaledSoftmax(logits, 1), batch.ownWorth.shape);
  const paid = tf.mul(ownBids(lies), ownFractions(fractions, bidders));
  return tf.sum(tf.mul(shares, tf.sub(batch.ownWorth, paid)), [2, 3]);
}

/**
 * Lies after `config.misreports.steps` steps of ascent from `start`, [B, n, m], a constant to every gradient; the caller's
 * tape or tidy owns it.
 */
export function climb(
  networks: Networks,
  batch: Minibatch,
  start: tf.Tensor3D,
  config: RegretnetConfig,
  ranges: RegretnetData['ranges'],
): tf.Tensor3D {
  const { steps, rate } = config.misreports;
  return onOwnTape(() =>
    tf.tidy(() => {
      if (steps === 0) return tf.clone(start);
      const layers = frozenLayers(networks);
      const [lowest, highest] = [0, 1].map((end) => tf.tensor1d(ranges.map((range) => range[end]!))) as [
        tf.Tensor1D,
        tf.Tensor1D,
      ];
      if (config.demand === 'additive' && canAscend(start))
        return ascend({ values: batch.values, start, lowest, highest, layers, steps, rate });
      const outputs = frozenNetworks(layers);
      const slope = tf.grad((lies) => tf.sum(lyingUtilities(outputs, batch, lies as tf.Tensor3D, config)));
      let lies = start;
      let [mean, square]: [tf.Tensor, tf.Tensor] = [tf.zerosLike(start), tf.zerosLike(start)];
      for (let t = 1; t <= steps; t++) {
        const next = tf.tidy(() => {
          const g = slope(lies);
          const nextMean = tf.add(tf.mul(mean, BETA1), tf.mul(g, 1 - BETA1));
          const nextSquare = tf.add(tf.mul(square, BETA2), tf.mul(tf.square(g), 1 - BETA2));
          const step = rate / (1 - BETA1 ** t);
          const scale = tf.add(tf.sqrt(tf.mul(nextSquare, 1 / (1 - BETA2 ** t))), EPSILON);
          const moved = tf.add(lies, tf.div(tf.mul(nextMean, step), scale));
          return [tf.minimum(tf.maximum(moved, lowest), highest), nextMean, nextSquare];
        });
        if (t > 1) tf.dispose([lies, mean, square]);
        [lies, mean, square] = next as [tf.Tensor3D, tf.Tensor, tf.Tensor];
      }
      return lies;
    }),
  );
}
