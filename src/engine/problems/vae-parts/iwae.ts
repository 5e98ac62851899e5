/**
 * The importance-weighted bound E log (1/S) sum_s p(x, z_s) / q(z_s | x), z_s ~ q(z | x): at least the ELBO, at most log p(x), and
 * closer to it the larger S is.
 * Source: Burda, Grosse, Salakhutdinov, "Importance Weighted Autoencoders", ICLR 2016, equation 8.
 */
import * as tf from '@tensorflow/tfjs-core';
import { EVALUATION_KEY, judgedImages, type JudgedData } from '../../images/judged-images.ts';
import { fold, type Key } from '../../random/key.ts';
import type { IwaeConfig } from './config.ts';

/** Rows, one per image and code, of one pass, at most; fewer of wide ones. */
const MOST_ROWS = 2000;
/** Numbers in the widest tensor of a pass, about. */
const MOST_NUMBERS = 4_000_000;

/**
 * log p(x, z) - log q(z | x) of `draws` codes of each image of x [B, P]: [draws B], the first code of every image first.
 */
export type LogWeights = (x: tf.Tensor2D, draws: number, key: Key) => tf.Tensor;

/**
 * Mean over the test images, in nats.
 * @param width numbers of a row in the widest tensor that `logWeights` makes
 */
export async function iwaeBound(
  judged: JudgedData,
  { samples, images }: IwaeConfig,
  width: number,
  logWeights: LogWeights,
  breathe: () => Promise<void>,
): Promise<number> {
  const { test } = judged.data;
  const key = fold(EVALUATION_KEY, 'iwae');
  const count = Math.min(images ?? test.count, test.count);
  const rows = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_NUMBERS / width)));
  const sums = new Float64Array(count);
  const tops = new Float64Array(count).fill(-Infinity);
  for (let from = 0; from < count; from += rows) {
    const to = Math.min(count, from + rows);
    const draws = Math.min(samples, Math.max(1, Math.floor(rows / (to - from))));
    for (let drawn = 0; drawn < samples; drawn += draws) {
      const own = Math.min(draws, samples - drawn);
      const logs = tf.tidy(() =>
        logWeights(judgedImages(judged, 'test', from, to), own, fold(fold(key, from), drawn)),
      );
      const values = await logs.data<'float32'>();
      logs.dispose();
      values.forEach((log, i) => add(sums, tops, from + (i % (to - from)), log));
      await breathe();
    }
  }
  return sums.reduce((all, sum, n) => all + tops[n]! + Math.log(sum / samples), 0) / count;
}

/** e^log more in sums[n] e^tops[n]. */
function add(sums: Float64Array, tops: Float64Array, n: number, log: number): void {
  const top = Math.max(tops[n]!, log);
  sums[n] = sums[n]! * Math.exp(tops[n]! - top) + Math.exp(log - top);
  tops[n] = top;
}
