/**
 * The hard evaluation: every position has its nearest code, whichever way training finds codes; nothing is drawn or relaxed.
 * Passes through the networks run on the backend in chunks; how codes are used is counted on the host, over all images of a split,
 * and so does not depend on any minibatch.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../../shared/split.ts';
import { readScalar } from '../../core/named-tensor.ts';
import type { ImageData } from '../../images/image-data.ts';
import { CHUNK, judgedImages } from '../../images/judged-images.ts';
import { imageBatches } from '../../images/minibatch.ts';
import { codeLogits, uniformKl } from './codebook.ts';
import type { VqVaeConfig } from './config.ts';
import { codeUse, hardCodes, type HardCodes } from './hard-codes.ts';
import { hardMetrics } from './metrics.ts';

/** Images that a quick evaluation looks at, the first of the split. */
const QUICK_IMAGES = 500;

export interface Evaluated {
  readonly config: VqVaeConfig;
  readonly data: ImageData;
  readonly parameters: Readonly<Record<string, tf.Tensor>>;
}

/** Sums over images. */
interface Sums {
  /** ln p(x | codes) and ln p(codes), nats. */
  likelihood: number;
  logPrior: number;
  /** What training raises, at nearest codes. */
  objective: number;
  /** Squared distance of grey values to those of the reconstruction, summed over pixels. */
  squaredError: number;
  /** Norms of the encoder's vectors, their mean over the positions. */
  norm: number;
}

export async function evaluateVqVae(
  { config, data, parameters }: Evaluated,
  split: Split,
  mode: 'quick' | 'full',
  breathe: () => Promise<void> = () => Promise.resolve(),
): Promise<Readonly<Record<string, number>>> {
  const model = hardCodes(config, parameters);
  const judged = { data, batches: imageBatches(data) };
  const images = mode === 'quick' ? Math.min(QUICK_IMAGES, data[split].count) : data[split].count;
  const counts = new Float64Array(config.codes);
  const sums: Sums = { likelihood: 0, logPrior: 0, objective: 0, squaredError: 0, norm: 0 };
  for (let from = 0; from < images; from += CHUNK) {
    const to = Math.min(images, from + CHUNK);
    const parts = tf.tidy(() => hardParts(model, config, judgedImages(judged, split, from, to)));
    for (const code of await parts.codes.data()) counts[code]! += 1;
    for (const name of Object.keys(sums) as (keyof Sums)[]) {
      for (const value of await parts[name].data()) sums[name] += value;
    }
    tf.dispose(Object.values(parts));
    await breathe();
  }
  const codeNorm = await readScalar(
    tf.tidy(() => tf.mean<tf.Scalar>(tf.norm(model.codebook, 'euclidean', 1))),
  );
  const mean = Object.fromEntries(
    Object.entries(sums).map(([name, sum]) => [name, sum / images]),
  ) as unknown as Sums;
  return hardMetrics(split, {
    ...mean,
    ...codeUse(counts),
    codes: config.codes,
    pixels: data.height * data.width,
    codeNorm,
  });
}

/** Of images [B, P], [B] each; codes [B, M]. */
function hardParts(
  { networks, prior, codebook, parameters, encode, vectorsOf }: HardCodes,
  { quantiser, positions }: VqVaeConfig,
  x: tf.Tensor2D,
): Record<keyof Sums, tf.Tensor1D> & { readonly codes: tf.Tensor2D } {
  const rows = x.shape[0];
  const vectors = networks.encode(x);
  const codes = encode(x);
  const decoded = networks.decode(vectorsOf(codes));
  const likelihood = networks.logLikelihood(x, decoded);
  const ofImage = (each: tf.Tensor): tf.Tensor1D => tf.sum(tf.reshape(each, [rows, each.size / rows]), 1);
  const penalty = () => {
    if (quantiser.kind === 'nearest') {
      const weight = quantiser.commitment + (quantiser.codebook === 'loss' ? 1 : 0);
      return tf.mul(ofImage(tf.squaredDifference(vectors, vectorsOf(codes))), weight);
    }
    const logits = codeLogits(vectors, codebook, parameters['logSharpness']!, positions);
    return tf.mul(uniformKl(logits), quantiser.klWeight);
  };
  return {
    codes,
    likelihood,
    logPrior: prior.logProbability(codes),
    objective: tf.sub(likelihood, penalty()),
    squaredError: ofImage(tf.squaredDifference(x, networks.pixels(decoded))),
    norm: tf.div(ofImage(tf.norm(vectors, 'euclidean', 1)), positions),
  };
}
