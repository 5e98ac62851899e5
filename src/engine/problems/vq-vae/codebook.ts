/**
 * A codebook: which code is nearest to a vector, and how codes learn without a gradient.
 * N vectors (of all rows and positions), K codes, d numbers each.
 * Source: van den Oord, Vinyals, Kavukcuoglu, "Neural Discrete Representation Learning", NeurIPS 2017, sections 3.1 and 3.2, and
 * appendix A.1 (moving averages), https://arxiv.org/abs/1711.00937.
 */
import * as tf from '@tensorflow/tfjs-core';
import { entropy } from '../../distributions/categorical.ts';

/**
 * How close each vector is to each code, [N, K]: ||z||^2 less the squared distance, 2 z.e - ||e||^2, so that the order is that of
 * nearness, and a softmax over codes is one of squared distances.
 * @param vectors [N, d]
 * @param codebook [K, d]
 */
function closeness(vectors: tf.Tensor2D, codebook: tf.Tensor2D): tf.Tensor2D {
  const products = tf.matMul(vectors, codebook, false, true);
  return tf.sub(tf.mul(2, products), tf.sum(tf.square(codebook), 1));
}

/** The nearest code of each vector, the first of several, [N], int32. */
export function nearestCodes(vectors: tf.Tensor2D, codebook: tf.Tensor2D): tf.Tensor1D {
  return tf.argMax(closeness(vectors, codebook), 1);
}

/**
 * Logits of codes whose probability falls with their squared distance, q = softmax(-sharpness ||z - e||^2), [B, M, K].
 * @param logSharpness [1]
 */
export function codeLogits(
  vectors: tf.Tensor2D,
  codebook: tf.Tensor2D,
  logSharpness: tf.Tensor,
  positions: number,
): tf.Tensor3D {
  const logits = tf.mul(closeness(vectors, codebook), tf.exp(logSharpness));
  return tf.reshape(logits, [vectors.shape[0] / positions, positions, codebook.shape[0]]);
}

/** KL(q || uniform) of logits [B, M, K], nats, summed over positions, [B]. */
export function uniformKl(logits: tf.Tensor3D): tf.Tensor1D {
  const [, positions, codes] = logits.shape;
  return tf.sub(positions * Math.log(codes), tf.sum<tf.Tensor1D>(entropy(logits), 1));
}

/** What lasts of a codebook from step to step. */
export interface CodebookState {
  /** Moving average of the share of vectors that each code is given, [K]. */
  readonly usage: tf.Variable<tf.Rank.R1>;
  /** Moving sums of the vectors of each code, [K, d], and of their number, [K]; absent: codes learn by a gradient. */
  readonly sums?: tf.Variable<tf.Rank.R2>;
  readonly counts?: tf.Variable<tf.Rank.R1>;
}

/** @param averages whether codes are moving averages */
export function createCodebookState(codes: number, codeSize: number, averages: boolean): CodebookState {
  return {
    // As if all were used evenly: none is dead before it was seen to be.
    usage: tf.tidy(() => tf.variable(tf.fill<tf.Rank.R1>([codes], 1 / codes), false)),
    ...(averages && {
      // Empty: at the start codes are nothing that has been seen, and the first vectors count in full.
      sums: tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R2>([codes, codeSize]), false)),
      counts: tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([codes]), false)),
    }),
  };
}

/** What was seen in a step: vectors, [N, d], and the code that each was given, [N]. */
export interface Seen {
  readonly vectors: tf.Tensor2D;
  readonly indices: tf.Tensor1D;
}

/**
 * One step of the moving averages: sums <- decay sums + (1 - decay) (sum of the vectors of a code), counts alike, code <- sums / counts.
 * A code that was given no vector stays where it is, to the last bit. Sums and counts begin at 0 together, so that their quotient is
 * a weighted mean of vectors from the first step on: no bias to correct, and no norm beyond that of the vectors.
 * Differs from source: no Laplace smoothing of the counts, which pulls the norm of rare codes off; a decay of 0 is a step of k-means.
 */
export function moveAverages(
  codebook: tf.Variable<tf.Rank.R2>,
  { sums, counts }: CodebookState,
  { vectors, indices }: Seen,
  decay: number,
): void {
  if (sums === undefined || counts === undefined) return;
  tf.tidy(() => {
    const [codes] = codebook.shape;
    const given = tf.oneHot(indices, codes, 1, 0, 'float32'); // [N, K]
    const found = tf.sum<tf.Tensor1D>(given, 0);
    const blend = <T extends tf.Tensor>(past: T, now: T): T =>
      tf.add(tf.mul(past, decay), tf.mul(now, 1 - decay));
    sums.assign(blend<tf.Tensor2D>(sums, tf.matMul(given, vectors, true)));
    counts.assign(blend<tf.Tensor1D>(counts, found));
    const used = tf.greater(tf.expandDims(found, 1), 0);
    // A count of 0 is of a code that stays.
    const means = tf.div<tf.Tensor2D>(sums, tf.maximum(tf.expandDims(counts, 1), 1e-30));
    codebook.assign(tf.where<tf.Tensor2D>(used, means, codebook));
  });
}

/** How slowly `usage` forgets, a step. */
const USAGE_DECAY = 0.98;

export function countUsage({ usage }: CodebookState, { indices }: Seen): void {
  tf.tidy(() => {
    const share = tf.mean<tf.Tensor1D>(tf.oneHot(indices, usage.size, 1, 0, 'float32'), 0);
    usage.assign(tf.add(tf.mul(usage, USAGE_DECAY), tf.mul(share, 1 - USAGE_DECAY)));
  });
}

/**
 * Moves every code that is used less than `below` of an even use to a vector of the minibatch. It then counts as used evenly, and its
 * averages begin anew.
 * @param drawn numbers of vectors, one for each code, [K], int32
 */
export function restartDeadCodes(
  codebook: tf.Variable<tf.Rank.R2>,
  { usage, sums, counts }: CodebookState,
  { vectors }: Pick<Seen, 'vectors'>,
  drawn: tf.Tensor1D,
  below: number,
): void {
  tf.tidy(() => {
    const codes = usage.size;
    const dead = tf.less(usage, below / codes); // [K]
    const rows = tf.expandDims(dead, 1);
    const fresh = tf.gather(vectors, drawn);
    codebook.assign(tf.where<tf.Tensor2D>(rows, fresh, codebook));
    usage.assign(tf.where<tf.Tensor1D>(dead, tf.fill([codes], 1 / codes), usage));
    sums?.assign(tf.where<tf.Tensor2D>(rows, tf.zerosLike(sums), sums));
    counts?.assign(tf.where<tf.Tensor1D>(dead, tf.zerosLike(counts), counts));
  });
}
