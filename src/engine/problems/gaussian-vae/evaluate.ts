/**
 * The hard evaluation, apart from the training graph: one code an image, drawn from q(z | x) under a key of its own, both terms
 * with weight 1, the KL in closed form. Passes through the networks run on the backend in chunks.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../../shared/split.ts';
import { CHUNK, EVALUATION_KEY, judgedImages, type JudgedData } from '../../images/judged-images.ts';
import { fold, type Key } from '../../random/key.ts';
import { iwaeBound } from '../vae-parts/iwae.ts';
import type { GaussianVaeConfig } from './config.ts';
import { linearModel, meanLogLikelihood } from './linear-model.ts';
import { hardMetrics } from './metrics.ts';
import { logPrior, type VaeNetworks, type VaeParameters } from './networks.ts';

export interface Evaluated extends JudgedData {
  readonly config: GaussianVaeConfig;
  readonly parameters: VaeParameters;
  readonly networks: VaeNetworks;
}

/** Images that a quick evaluation looks at, the first of the split. */
const QUICK_IMAGES = 500;
/** Variance over the images above which a number's mean counts as used: Burda, Grosse, Salakhutdinov 2016, section 5.2. */
const ACTIVE_VARIANCE = 0.01;

export async function evaluateVae(
  evaluated: Evaluated,
  split: Split,
  mode: 'quick' | 'full',
  breathe: () => Promise<void> = () => Promise.resolve(),
): Promise<Readonly<Record<string, number>>> {
  const { data, config, networks, parameters } = evaluated;
  const count = mode === 'quick' ? Math.min(QUICK_IMAGES, data[split].count) : data[split].count;
  const means = new Float32Array(count * networks.latents);
  let elbo = 0;
  let kl = 0;
  for (let from = 0; from < count; from += CHUNK) {
    const to = Math.min(count, from + CHUNK);
    const key = fold(fold(EVALUATION_KEY, split), from);
    const parts = tf.tidy(() => hardParts(networks, judgedImages(evaluated, split, from, to), key));
    const [elbos, kls, ofChunk] = await Promise.all(
      [parts.elbo, parts.kl, parts.mean].map(async (tensor) => tensor.data<'float32'>()),
    );
    tf.dispose(parts);
    for (const value of elbos!) elbo += value;
    for (const value of kls!) kl += value;
    means.set(ofChunk!, from * networks.latents);
    await breathe();
  }
  const width = Math.max(data.height * data.width, config.hiddenUnits, networks.latents ** 2);
  const linear = split === 'train' ? undefined : await linearModel(config, parameters);
  return hardMetrics(split, {
    elbo: elbo / count,
    kl: kl / count,
    activeUnits: variances(means, networks.latents).filter((variance) => variance > ACTIVE_VARIANCE).length,
    ...(linear !== undefined && { logLikelihood: meanLogLikelihood(linear, data[split], count) }),
    ...(split === 'test' &&
      mode === 'full' && {
        iwae: await iwaeBound(
          evaluated,
          config.iwae,
          width,
          (...input) => logWeights(networks, ...input),
          breathe,
        ),
      }),
  });
}

/** Of images [B, P]: the ELBO at one code each and its KL part, [B], and the means of q(z | x), [B, D]. */
export function hardParts(networks: VaeNetworks, x: tf.Tensor2D, key: Key) {
  const { choice, mean, kl } = networks.encode(x);
  const z = choice.distribution.sample(choice.parameters, fold(key, 'z'));
  const divergence = kl();
  return {
    elbo: tf.sub<tf.Tensor1D>(networks.logLikelihood(x, networks.decode(z)), divergence),
    kl: divergence,
    mean,
  };
}

/** Of each column of [N, columns]. */
export function variances(values: Float32Array, columns: number): number[] {
  const rows = values.length / columns;
  return Array.from({ length: columns }, (_, column) => {
    let sum = 0;
    let squares = 0;
    for (let row = 0; row < rows; row++) {
      const value = values[row * columns + column]! - values[column]!;
      sum += value;
      squares += value * value;
    }
    return squares / rows - (sum / rows) ** 2;
  });
}

/** `LogWeights` of these networks. */
export function logWeights(networks: VaeNetworks, x: tf.Tensor2D, draws: number, key: Key): tf.Tensor1D {
  const repeated = tf.tile(x, [draws, 1]);
  const { choice } = networks.encode(repeated);
  const z = choice.distribution.sample(choice.parameters, fold(key, 'z'));
  return tf.addN([
    networks.logLikelihood(repeated, networks.decode(z)),
    logPrior(z),
    tf.neg(choice.distribution.logProb(choice.parameters, z)),
  ]);
}
