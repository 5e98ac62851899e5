/**
 * What the towers learn: f of a logged round with context x, item a, reward r and propensity p, to be maximised. pi is the policy of
 * the towers, w = pi(a | x) / p, q the reward model.
 *
 * ips             w r                         clipped: min(w, c) r, with the gradient min(w, c) r grad ln pi
 * snips           w (r - lambda) + lambda     as w has mean 1, a shift of all rewards leaves the best policy what it is
 * shrinkage       lambda w / (w^2 + lambda) r
 * sub-gaussian    w / (1 - lambda + lambda w) r
 * direct          q(x, z), z ~ pi
 * dr              q(x, z) + w (r - q(x, a)), z ~ pi; q was fitted without this round
 * switch-dr       the same, the second term only where w <= limit
 * regression      minus the loss of predicting r
 *
 * Of those with z, the gradient of the expectation is an estimator's; the correction is a part of f that depends on the parameters and
 * not on z. Gradients of the others are those of the Open Bandit Pipeline (obp/policy/offline.py), as grad w = w grad ln pi.
 *
 * Sources: Strehl et al., "Learning from Logged Implicit Exploration Data", NIPS 2010 (ips); Chen et al., "Top-K Off-Policy
 * Correction for a REINFORCE Recommender System", WSDM 2019, section 4.3 (the gradient of clipped weights); Joachims, Swaminathan,
 * de Rijke, "Deep Learning with Logged Bandit Feedback", ICLR 2018 (BanditNet: snips); Dudik et al. 2014 (dr); Wang, Agarwal, Dudik,
 * ICML 2017 (switch); Su et al., ICML 2020 (shrinkage); Metelli, Russo, Restelli, NeurIPS 2021 (sub-gaussian); Swaminathan, Joachims,
 * "Counterfactual Risk Minimization", ICML 2015 (POEM's penalty). Differs from POEM: the variance itself, not the root of its n-th.
 */
import * as tf from '@tensorflow/tfjs-core';
import { stopGradient } from '../../core/gradient-flow.ts';
import type { Learning, TwoTowerConfig } from './config.ts';

/** Of a minibatch of B rounds. */
export interface LoggedBatch {
  /** [B] */
  readonly reward: tf.Tensor1D;
  /** ln p, [B]; null: the log does not say. */
  readonly logPropensity: tf.Tensor1D | null;
  /** q(x, a) of the item shown, [B]; null: the method has none. */
  readonly shownQ: tf.Tensor1D | null;
}

/** ln pi of all items, [B, K]: softmax of the logits, a share `exploration` of it uniform. */
export function logPolicy(logits: tf.Tensor2D, exploration: number): tf.Tensor2D {
  const shifted = tf.sub(logits, stopGradient(tf.max(logits, 1, true)));
  const logs = tf.sub<tf.Tensor2D>(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true)));
  return explored(logs, exploration, logits.shape[1]);
}

/** ln of probabilities whose logs are given, when a share `exploration` of the rounds goes to all `items` alike. */
export function explored<T extends tf.Tensor>(logs: T, exploration: number, items: number): T {
  if (exploration === 0) return logs;
  return tf.log(tf.add(tf.mul(tf.exp(logs), 1 - exploration), exploration / items));
}

/** Items that are drawn in a step to stand for all of them. */
export interface Candidates {
  /** u . v / temperature of the S draws, [B, S]. */
  readonly scores: tf.Tensor2D;
  /** ln of how often each of them is drawn in the mean, S q(item), [S]. */
  readonly logDraws: tf.Tensor1D;
  /** 1 where a draw is the item shown (an accidental hit), [B, S]. */
  readonly hits: tf.Tensor2D;
}

/**
 * ln pi of the item shown, [B], with the sum over items estimated without bias: the item's own term, and of each draw of another
 * one exp(score - ln(S q)). Taking q away, not adding it, is what makes often drawn items count less.
 * Source: Bengio, Senecal, "Adaptive Importance Sampling to Accelerate Training of a Neural Probabilistic Language Model", IEEE
 * Transactions on Neural Networks 19, 2008; Yi et al., RecSys 2019, equation 3. Differs from the latter: the item shown counts in
 * full and not as a draw.
 * @param own score of the item shown, [B]
 */
export function logSampledPolicy(
  own: tf.Tensor1D,
  { scores, logDraws, hits }: Candidates,
  exploration: number,
  items: number,
): tf.Tensor1D {
  const corrected = tf.sub<tf.Tensor2D>(scores, logDraws);
  const most = stopGradient(tf.maximum(tf.max<tf.Tensor1D>(corrected, 1), own));
  const others = tf.mul(tf.exp(tf.sub(corrected, tf.expandDims(most, 1))), tf.sub(1, hits));
  const sum = tf.add(tf.sum(others, 1), tf.exp(tf.sub(own, most)));
  const logs = tf.sub<tf.Tensor1D>(tf.sub(own, most), tf.log(sum));
  return explored(logs, exploration, items);
}

/**
 * What a method makes of the policy in a minibatch: a value of each round that depends on no drawn item, [B].
 * @param own ln pi of the item shown, [B]
 */
export function loggedTerm(
  {
    learning,
    variancePenalty,
    imitation,
  }: Pick<TwoTowerConfig, 'learning' | 'variancePenalty' | 'imitation'>,
  own: tf.Tensor1D,
  batch: LoggedBatch,
  meanReward: number,
): tf.Tensor1D {
  const { logPropensity } = batch;
  // Refused before training where a method or the penalty needs them.
  if (logPropensity === null) return tf.zerosLike(own);
  const ratio = tf.sub<tf.Tensor1D>(own, logPropensity);
  let term = weighted(learning, ratio, own, batch, meanReward);
  if (variancePenalty > 0) {
    const variance = tf.squaredDifference(term, tf.mean(term));
    term = tf.sub(term, tf.mul(variance, variancePenalty));
  }
  return imitation > 0 ? tf.add(term, tf.mul(ratio, imitation)) : term;
}

/** @param ratio ln w @param own ln pi(a | x) */
function weighted(
  learning: Learning,
  ratio: tf.Tensor1D,
  own: tf.Tensor1D,
  { reward, shownQ }: LoggedBatch,
  meanReward: number,
): tf.Tensor1D {
  const w = tf.exp(ratio);
  const missed = () => tf.sub<tf.Tensor1D>(reward, shownQ!);
  switch (learning.kind) {
    case 'ips':
      return learning.clip === null
        ? tf.mul(w, reward)
        : scored(tf.mul(tf.minimum(w, learning.clip), reward), own);
    case 'snips': {
      const shift = learning.shift ?? meanReward;
      return tf.add(tf.mul(w, tf.sub(reward, shift)), shift);
    }
    case 'shrinkage': {
      const { lambda } = learning;
      return tf.mul(tf.div(tf.mul(w, lambda), tf.add(tf.square(w), lambda)), reward);
    }
    case 'sub-gaussian': {
      const { lambda } = learning;
      return tf.mul(tf.div(w, tf.add(tf.mul(w, lambda), 1 - lambda)), reward);
    }
    case 'dr':
      return tf.mul(w, missed());
    case 'switch-dr': {
      const counts = tf.cast(tf.lessEqual(stopGradient(w), learning.limit), 'float32');
      return tf.mul(tf.mul(w, counts), missed());
    }
    case 'direct':
    case 'regression':
      return tf.zerosLike(reward);
  }
}

/** The value `terms`, whose gradient is terms grad `logs`. */
function scored(terms: tf.Tensor1D, logs: tf.Tensor1D): tf.Tensor1D {
  return tf.mul(stopGradient(terms), tf.add(tf.sub(logs, stopGradient(logs)), 1));
}

/** Minus the loss of predicting the reward, [B]. @param own score of the item shown, [B] */
export function predictionTerm(
  loss: 'logistic' | 'squared',
  own: tf.Tensor1D,
  { reward }: LoggedBatch,
): tf.Tensor1D {
  if (loss === 'squared') return tf.mul(tf.squaredDifference(own, reward), -0.5);
  return tf.sub(tf.mul(own, reward), tf.softplus(own));
}
