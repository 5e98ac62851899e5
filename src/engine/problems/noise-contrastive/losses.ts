/**
 * What the scores s(w, h) of a word w in a context h are trained by: a loss of each row, in nats, to be minimised. n_1 .. n_k are
 * noise words drawn from q, sigma is the logistic function, Z_h = sum_w exp s(w, h).
 *
 * full-softmax        ln Z_h - s(w, h)
 * nce                 -ln sigma(D(w)) - sum_i ln sigma(-D(n_i)), D(w) = s(w, h) - c_h - ln(k q(w)); c_h = 0, or learned
 * negative-sampling   the same with D(w) = s(w, h)
 * sampled-softmax     ln(exp s(w, h) + sum over n_i other than w of exp(s(n_i, h) - ln(k q(n_i)))) - s(w, h)
 * importance          ln sum_i exp(s(n_i, h) - ln(k q(n_i))) - s(w, h)
 * log-partition       E_z [s(z, h) - ln p(z | h)] - s(w, h), z ~ p(. | h) = softmax s(., h)
 *
 * NCE and negative sampling keep a noise word that happens to be the word of the text, as their optimum rests on it; sampled softmax
 * counts it once. The gradient of `importance` for the scores of noise words is that of ln Z by self-normalised importance weights.
 * In `log-partition`, ln p is a constant to every gradient: the bracket is ln Z_h for every z (the free energy), and its gradient in
 * the mean over z is that of ln Z_h, E_z [grad s(z, h)], as the scores' own part of it, ln Z_h E_z [grad ln p(z | h)], is 0.
 *
 * Units: nats. Sources: Gutmann, Hyvarinen, "Noise-Contrastive Estimation of Unnormalized Statistical Models", JMLR 13, 2012, equations
 * 5 to 8; Mnih, Teh, ICML 2012, equations 6 to 9; Mikolov et al., NIPS 2013, equation 4; Jean et al., "On Using Very Large Target
 * Vocabulary for Neural Machine Translation", ACL 2015, section 3.1 (sampled softmax with the correction); Bengio, Senecal, IEEE
 * Transactions on Neural Networks 19, 2008, section III (importance sampling, and ln Z as an expectation).
 */
import * as tf from '@tensorflow/tfjs-core';
import { stopGradient } from '../../core/gradient-flow.ts';
import type { Loss } from './config.ts';

/** Scores of a minibatch of B rows. */
export interface SampledScores {
  /** Of the word of the text, [B]. */
  readonly own: tf.Tensor1D;
  /** Of its noise words, [B, k]. */
  readonly noise: tf.Tensor2D;
  /** ln(k q) of the word of the text, [B], and of noise words, [B, k]. */
  readonly ownLogDraws: tf.Tensor1D;
  readonly noiseLogDraws: tf.Tensor2D;
  /** 1 where a noise word is the word of the text, [B, k]. */
  readonly hits: tf.Tensor2D;
  /** c_h, [B]; null: it is 0. */
  readonly logPartition: tf.Tensor1D | null;
}

/** The losses that noise words are drawn for. */
export type SampledLoss = Exclude<Loss['kind'], 'full-softmax' | 'log-partition'>;

/** @returns [B] */
export function sampledLoss(kind: SampledLoss, scores: SampledScores): tf.Tensor1D {
  const { own, noise, ownLogDraws, noiseLogDraws, hits, logPartition } = scores;
  switch (kind) {
    case 'nce': {
      const ownLogit = tf.sub<tf.Tensor1D>(own, ownLogDraws);
      const noiseLogit = tf.sub<tf.Tensor2D>(noise, noiseLogDraws);
      if (logPartition === null) return discrimination(ownLogit, noiseLogit);
      return discrimination(
        tf.sub(ownLogit, logPartition),
        tf.sub(noiseLogit, tf.expandDims(logPartition, 1)),
      );
    }
    case 'negative-sampling':
      return discrimination(own, noise);
    case 'sampled-softmax': {
      const others = tf.add<tf.Tensor2D>(tf.sub(noise, noiseLogDraws), tf.mul(hits, LEFT_OUT));
      return tf.sub(logSumExp(tf.concat([tf.expandDims<tf.Tensor2D>(own, 1), others], 1)), own);
    }
    case 'importance':
      return tf.sub(logSumExp(tf.sub(noise, noiseLogDraws)), own);
  }
}

/** Added to a score, it makes exp 0 in float32. */
const LEFT_OUT = -1e9;

/** -ln P(D = 1 | w) - sum of ln P(D = 0 | n_i), [B], with P(D = 1 | w) = sigma of the logit. */
function discrimination(own: tf.Tensor1D, noise: tf.Tensor2D): tf.Tensor1D {
  return tf.add(tf.softplus(tf.neg(own)), tf.sum(tf.softplus(noise), 1));
}

/** ln sum exp of each row, [B, n] -> [B]. */
export function logSumExp(x: tf.Tensor2D): tf.Tensor1D {
  const most = stopGradient(tf.max<tf.Tensor1D>(x, 1));
  return tf.add(tf.log(tf.sum(tf.exp(tf.sub(x, tf.expandDims(most, 1))), 1)), most);
}

/**
 * P(D = 1 | w) = p(w) / (p(w) + k q(w)): that a word comes from the text and not from the noise, where there are k noise words for one
 * of the text. Source: Mnih, Teh, ICML 2012, equation 6.
 * @param logChance ln p(w), as the model has it @param logDraws ln(k q(w))
 */
export function textPosterior(logChance: number, logDraws: number): number {
  return 1 / (1 + Math.exp(logDraws - logChance));
}
