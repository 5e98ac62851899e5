/** A trained discrete VAE before the images of its run: what pictures, questions and exports have in common. */
import * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../../shared/split.ts';
import type { ImagesPanel } from '../../../shared/pictures/images.ts';
import type { Trained } from '../../core/capabilities.ts';
import type { ImageData } from '../../images/image-data.ts';
import { imagesPanel } from '../../images/image-panel.ts';
import { CHUNK, EVALUATION_KEY, judgedImages } from '../../images/judged-images.ts';
import { imageBatches } from '../../images/minibatch.ts';
import { fold, type Key } from '../../random/key.ts';
import { likeliestCode, sampleCode } from './code-law.ts';
import type { DiscreteVaeConfig } from './config.ts';
import { hardParts, type Evaluated } from './evaluate.ts';
import { networksOf, type VaeNetworks } from './networks.ts';

export type TrainedVae = Trained<DiscreteVaeConfig, ImageData>;

export async function trainedVae(trained: TrainedVae): Promise<Evaluated> {
  const { config } = trained;
  const data = await trained.data();
  const { parameters } = await trained.instance();
  return { config, data, batches: imageBatches(data), networks: networksOf(config, parameters) };
}

export interface Codes {
  readonly images: number;
  /** Numbers in a code: D, or D K. */
  readonly width: number;
  /** Of layer 1, image after image. */
  readonly values: Float32Array;
}

/**
 * Codes of the first images of a split.
 * @param how drawn as the hard evaluation draws them, or the most probable ones
 */
export async function codesOf(
  vae: Evaluated,
  split: Split,
  most: number,
  how: 'drawn' | 'likeliest',
  breathe: () => Promise<void>,
): Promise<Codes> {
  const images = Math.min(most, vae.data[split].count);
  const parts: Float32Array[] = [];
  for (let from = 0; from < images; from += CHUNK) {
    const codes = tf.tidy(() => {
      const x = judgedImages(vae, split, from, Math.min(vae.data[split].count, from + CHUNK));
      return how === 'likeliest'
        ? likeliestCode(vae.networks.kind, vae.networks.encode(x))
        : hardParts(vae.networks, x, fold(fold(EVALUATION_KEY, split), from)).codes[0]!;
    });
    parts.push(Float32Array.from(await codes.data()));
    codes.dispose();
    await breathe();
  }
  const { kind, latents, classes } = vae.networks;
  const width = kind === 'bernoulli' ? latents : latents * classes;
  const values = new Float32Array(images * width);
  let at = 0;
  for (const part of parts) {
    values.set(part.subarray(0, values.length - at), at);
    at += part.length;
  }
  return { images, width, values };
}

/** Codes of layer 1 from the prior, [count, ...]; of two layers by way of z2. */
export function priorCodes(networks: VaeNetworks, count: number, key: Key): tf.Tensor {
  const { kind, latents, classes, layers, priorLogits } = networks;
  const side = kind === 'bernoulli' ? [latents] : [latents, classes];
  const logits = tf.add(tf.zeros([count, ...side]), priorLogits ?? 0);
  const last = sampleCode(kind, logits, fold(key, 'prior'));
  return layers === 1 ? last : sampleCode(kind, networks.decodeTop(last), fold(key, 'below'));
}

/** A code as people write it: 0110, or 3 0 7. */
export function codeText(code: Float32Array, { kind, classes }: VaeNetworks): string {
  if (kind === 'bernoulli') return code.join('');
  const digits = Array.from({ length: code.length / classes }, (_, d) =>
    code.subarray(d * classes, (d + 1) * classes).indexOf(1),
  );
  return digits.join(' ');
}

/** Values of codes as a tensor, [n, D] or [n, D, K]. */
export function asCodes(values: Float32Array, { kind, latents, classes }: VaeNetworks): tf.Tensor {
  const side = kind === 'bernoulli' ? [latents] : [latents, classes];
  return tf.tensor(values, [values.length / side.reduce((a, b) => a * b, 1), ...side]);
}

/** p(x_p = 1 | z) of each code, an array for each. */
export async function decodedImages(networks: VaeNetworks, codes: () => tf.Tensor): Promise<Float32Array[]> {
  const pixels = tf.tidy(() => tf.sigmoid(networks.decode(codes())));
  const [count] = pixels.shape;
  const values = await pixels.data<'float32'>();
  pixels.dispose();
  return rowsOf(Float32Array.from(values), count);
}

/** Parts of equal length. */
export function rowsOf(values: Float32Array, count: number): Float32Array[] {
  const size = values.length / count;
  return Array.from({ length: count }, (_, n) => values.subarray(n * size, (n + 1) * size));
}

interface Captioned {
  /** Absent: it has none. */
  readonly caption?: string;
  readonly pixels: Float32Array;
}

/** A panel of images of the run's size. */
export function panelOf(
  { width, height }: ImageData,
  title: string,
  images: readonly Captioned[],
  columns?: number,
): ImagesPanel {
  const pixels = new Float32Array(images.length * width * height);
  images.forEach((image, n) => pixels.set(image.pixels, n * width * height));
  const captions = images.map(({ caption = '' }) => caption);
  return imagesPanel({ title, width, height, pixels, captions, ...(columns !== undefined && { columns }) });
}
