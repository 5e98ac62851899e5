/** log p(x) by enumeration of every code, where those are few. Passes run on the backend; logarithms of sums in doubles. */
import * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../../shared/split.ts';
import { CHUNK, judgedImages, type JudgedData } from '../../images/judged-images.ts';
import { logPrior } from './code-law.ts';
import type { DiscreteVaeConfig } from './config.ts';
import type { VaeNetworks } from './networks.ts';

/** Values of one layer's code; of two layers, pairs of codes are enumerated. */
const MOST_CODES = { one: 4096, two: 512 };

export function enumerable({ latent, latents, classes, layers }: DiscreteVaeConfig): boolean {
  return (
    (latent === 'bernoulli' ? 2 : classes) ** latents <= (layers === 1 ? MOST_CODES.one : MOST_CODES.two)
  );
}

/** Mean over the first images of a split, in nats. */
export async function exactLogLikelihood(
  evaluated: JudgedData & { readonly networks: VaeNetworks },
  split: Split,
  count: number,
  breathe: () => Promise<void>,
): Promise<number> {
  const { networks } = evaluated;
  const decoded = tf.tidy(() => {
    const codes = allCodes(networks);
    const pixels = networks.decode(codes);
    return {
      pixels: tf.transpose(pixels),
      // log p(z) less what of log p(x | z) is the same for every x
      constant: tf.sub(codeLogPrior(networks, codes), tf.sum(tf.softplus(pixels), 1)),
    };
  });
  let sum = 0;
  for (let from = 0; from < count; from += CHUNK) {
    const to = Math.min(count, from + CHUNK);
    const rows = tf.tidy(() =>
      logSumExp(
        tf.add(tf.matMul(judgedImages(evaluated, split, from, to), decoded.pixels), decoded.constant),
      ),
    );
    for (const row of await rows.data()) sum += row;
    rows.dispose();
    await breathe();
  }
  tf.dispose(decoded);
  return sum / count;
}

/** log p(z1), [V], of codes of layer 1. */
function codeLogPrior(networks: VaeNetworks, codes: tf.Tensor): tf.Tensor {
  const { kind, layers, priorLogits } = networks;
  const [count] = codes.shape as [number];
  const ofPrior = tf.add(tf.zeros([count]), logPrior(kind, priorLogits, codes));
  if (layers === 1) return ofPrior;
  // log p(z1 | z2) of every pair is linear in z1: [V1, V2]
  const top = networks.decodeTop(codes);
  const flat = tf.reshape<tf.Rank.R2>(codes, [count, codes.size / count]);
  const logits = tf.reshape<tf.Rank.R2>(top, [count, codes.size / count]);
  const normaliser = kind === 'bernoulli' ? tf.sum(tf.softplus(logits), 1) : tf.sum(logSumExp(top), 1);
  const pairs = tf.sub(tf.matMul(flat, logits, false, true), normaliser);
  return logSumExp(tf.add(pairs, ofPrior));
}

/** Of the last axis. */
function logSumExp(x: tf.Tensor): tf.Tensor {
  const top = tf.max(x, -1, true);
  const sums = tf.sum(tf.exp(tf.sub(x, top)), -1);
  return tf.add(tf.reshape(top, sums.shape), tf.log(sums));
}

/** Every code, the last latent changing fastest: [V, D] or [V, D, K]. */
export function allCodes({
  kind,
  latents,
  classes,
}: Pick<VaeNetworks, 'kind' | 'latents' | 'classes'>): tf.Tensor {
  const count = classes ** latents;
  const digits = new Int32Array(count * latents);
  for (let v = 0; v < count; v++) {
    for (let d = 0; d < latents; d++) {
      digits[v * latents + d] = Math.floor(v / classes ** (latents - 1 - d)) % classes;
    }
  }
  if (kind === 'bernoulli') return tf.tensor2d(Float32Array.from(digits), [count, latents]);
  const oneHot = new Float32Array(count * latents * classes);
  digits.forEach((digit, i) => (oneHot[i * classes + digit] = 1));
  return tf.tensor3d(oneHot, [count, latents, classes]);
}
