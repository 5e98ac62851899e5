/**
 * Scores of one trained classifier by which rows inside are told from the others: each is higher inside. And what the classifier
 * makes of some rows: logits, and logits after ODIN's change of the inputs.
 */
import * as tf from '@tensorflow/tfjs-core';
import { logSumExp } from '../../statistics/calibration.ts';
import { CHUNK } from '../../images/judged-images.ts';
import type { ConfidentConfig } from './config.ts';
import type { Networks } from './networks.ts';

export interface Looked {
  readonly count: number;
  readonly classes: number;
  /** [count, classes] */
  readonly logits: Float32Array;
  /** The same at inputs that are moved by epsilon towards the likeliest class. */
  readonly moved: Float32Array;
}

/** @param rows of `count`, those from `from` to `to` - 1 */
export async function look(
  { odin }: ConfidentConfig,
  { classify }: Pick<Networks, 'classify'>,
  count: number,
  rows: (from: number, to: number) => tf.Tensor2D,
  breathe: () => Promise<void> = () => Promise.resolve(),
): Promise<Looked> {
  const parts: [Float32Array, Float32Array][] = [];
  for (let from = 0; from < count; from += CHUNK) {
    const tensors = tf.tidy(() => {
      const x = rows(from, Math.min(count, from + CHUNK));
      return [classify(x), classify(moved(classify, x, odin))] as const;
    });
    parts.push(
      (await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()))) as [Float32Array, Float32Array],
    );
    tf.dispose([...tensors]);
    await breathe();
  }
  const joined = (which: 0 | 1) => Float32Array.from(parts.flatMap((part) => [...part[which]]));
  const logits = joined(0);
  return { count, classes: logits.length / count, logits, moved: joined(1) };
}

/**
 * x + epsilon sign(grad ln p_c(x)), c the likeliest class and p at ODIN's temperature T. The gradient is that of f_c - sum_k p_k f_k with
 * p as constants, over T, whose size does not matter: at a T of 1000 float32 would lose it.
 * Source: Liang, Li, Srikant, "Enhancing the Reliability of Out-of-distribution Image Detection in Neural Networks", ICLR 2018,
 * section 3, equation 2. Differs from source: epsilon is not tuned on rows that are out of distribution.
 */
function moved(
  classify: Networks['classify'],
  x: tf.Tensor2D,
  { temperature, epsilon }: ConfidentConfig['odin'],
): tf.Tensor2D {
  const logits = classify(x);
  const likeliest = tf.oneHot(tf.argMax(logits, 1), logits.shape[1], 1, 0, 'float32');
  const weights = tf.sub(likeliest, tf.softmax(tf.div(logits, temperature)));
  const slope = tf.grad((at: tf.Tensor) => tf.sum(tf.mul(classify(at as tf.Tensor2D), weights)))(x);
  return tf.add(x, tf.mul(tf.sign(slope), epsilon));
}

export const scoreNames = ['hard', 'scaled', 'maxLogit', 'energy', 'odin'] as const;
export type ScoreName = (typeof scoreNames)[number];

export const scoreLabels: Readonly<Record<ScoreName, string>> = {
  hard: 'Max softmax',
  scaled: 'Max softmax, scaled',
  maxLogit: 'Max logit',
  energy: 'Energy',
  odin: 'ODIN',
};

/**
 * Largest probability as the logit ln p / (1 - p): the same order, and no two that differ become 1.
 * @param logits of one row
 */
function oddsOfLargest(logits: Float32Array, temperature: number): number {
  const most = logits.indexOf(Math.max(...logits));
  const others = logits.filter((_, k) => k !== most);
  return logits[most]! / temperature - logSumExp(others, temperature);
}

/**
 * max softmax: Hendrycks, Gimpel, ICLR 2017; scaled, at the fitted temperature: Guo et al., ICML 2017; max logit: Hendrycks et al.,
 * "Scaling Out-of-Distribution Detection for Real-World Settings", ICML 2022; energy, ln sum exp of the logits: Liu, Wang, Owens, Li,
 * "Energy-based Out-of-distribution Detection", NeurIPS 2020, equation 4, with the sign turned and T = 1; ODIN: see `moved`.
 */
export function scoresOf(
  { count, classes, logits, moved: odin }: Looked,
  temperature: number,
  { odin: { temperature: odinTemperature } }: ConfidentConfig,
): Readonly<Record<ScoreName, Float64Array>> {
  const each = (from: Float32Array, of: (row: Float32Array) => number) =>
    Float64Array.from({ length: count }, (_, n) => of(from.subarray(n * classes, (n + 1) * classes)));
  return {
    hard: each(logits, (row) => oddsOfLargest(row, 1)),
    scaled: each(logits, (row) => oddsOfLargest(row, temperature)),
    maxLogit: each(logits, (row) => Math.max(...row)),
    energy: each(logits, (row) => logSumExp(row)),
    odin: each(odin, (row) => oddsOfLargest(row, odinTemperature)),
  };
}
