/**
 * f of a row's choices: the augmented Lagrangian of revenue and regret, linear in what is allotted (docs/adr/0011).
 *
 * f(z) = sum_i paid_i(z_0) - sum_i (lambda_i + rho r_i) active_i (u_i(z_i) - u_i(z_0)) + rho / 2 sum_i r_i^2
 * z_0: the items at the true bids; z_i: those where bidder i lies; r_i: the minibatch's mean
 * regret of the lottery. A bidder pays its fraction of the value that its own bids say it gets, so that
 * u_i(z_i) = sum_j z_ij (v_ij - fraction_i lie_ij). active_i and r_i are constants to the gradient.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Objective } from '../../core/choice.ts';
import { detached } from '../../core/gradient-flow.ts';
import { scaledSoftmax } from '../../kernels/scaled-softmax.ts';
import { ownBids, type Minibatch } from './minibatch.ts';
import { ownFractions } from './misreports.ts';
import type { Mechanism } from './networks.ts';

export interface RowAuctions {
  /** At the true bids, rows [B]. */
  readonly truth: Mechanism;
  /** Where bidder i lies, rows [B n], i changing fastest, and its lies, [B, n, m]. */
  readonly lies: Mechanism & { readonly bids: tf.Tensor3D };
}

export interface Lagrangian {
  /** [B, (n + 1) m, n + 1]: the items at the true bids, then those of each bidder's lie. */
  readonly logits: tf.Tensor3D;
  readonly objective: Objective;
  /** r_i, [n], a constant. */
  readonly regret: tf.Tensor1D;
}

export function lagrangian(
  { truth, lies }: RowAuctions,
  batch: Minibatch,
  multipliers: tf.Tensor1D,
  rho: number,
): Lagrangian {
  const [rows, bidders, items] = batch.values.shape;
  const classes = bidders + 1;
  const latents = (bidders + 1) * items;
  const kept = tf.sub<tf.Tensor2D>(1, truth.fractions); // share of its value that a truthful bidder keeps, [B, n]
  const paid = tf.mul(ownBids(lies.bids), ownFractions(lies.fractions, bidders));
  const lieWorth = tf.sub<tf.Tensor4D>(batch.ownWorth, paid); // [B, n, m, n + 1]

  const gain = detached(() => {
    const [p0, p1] = [truth.logits, lies.logits].map((logits) => scaledSoftmax(logits, 1));
    const values = tf.slice(tf.sum(tf.mul(p0!, batch.worth), 1), [0, 1], [rows, bidders]);
    const lied = tf.sum(tf.mul(tf.reshape(p1!, lieWorth.shape), lieWorth), [2, 3]);
    return tf.sub<tf.Tensor2D>(lied, tf.mul(kept, values));
  });
  const regret = detached(() => tf.mean<tf.Tensor1D>(tf.relu(gain), 0));
  const weights = detached(() =>
    tf.mul<tf.Tensor2D>(tf.step(gain), tf.add(multipliers, tf.mul(regret, rho))),
  );
  const constant = detached(() => tf.mul<tf.Scalar>(tf.sum(tf.square(regret)), rho / 2));

  const atTruth = tf.add(truth.fractions, tf.mul(weights, kept)); // [B, n]
  const nobody = tf.zeros([rows, 1]);
  const truthTerms = tf.mul(batch.worth, tf.expandDims(tf.concat([nobody, atTruth], 1), 1));
  const atLies = tf.mul(lieWorth, tf.reshape(tf.neg(weights), [rows, bidders, 1, 1]));
  const lieTerms = tf.reshape(atLies, [rows, bidders * items, classes]);
  const terms = tf.concat([truthTerms, lieTerms], 1); // [B, (n + 1) m, n + 1]
  return {
    logits: tf.concat3d([truth.logits, tf.reshape(lies.logits, [rows, bidders * items, classes])], 1),
    objective: {
      relaxable: true,
      additive: true,
      evaluate: (z) =>
        tf.add<tf.Tensor1D>(
          tf.sum(tf.mul(tf.reshape(z, [rows, latents * classes]), tf.reshape(terms, [rows, -1])), 1),
          constant,
        ),
    },
    regret,
  };
}
