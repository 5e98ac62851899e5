/**
 * x = W^T z + b + s e with z and e standard normal: what a Gaussian decoder without hidden layers is, and what probabilistic PCA
 * fits in closed form. Its log p(x) is exact, in doubles:
 *
 * log N(x; b, W^T W + s^2 I), through M = W W^T + s^2 I [D, D]: |C| = s^(2 (P - D)) |M|, C^-1 = (I - W^T M^-1 W) / s^2
 *
 * Source: Tipping, Bishop, "Probabilistic Principal Component Analysis", Journal of the Royal Statistical Society B 61, 1999,
 * sections 3.1 and 3.2; that a linear VAE has the same optimum: Lucas, Tucker, Grosse, Norouzi, "Don't Blame the ELBO! A Linear VAE
 * Perspective on Posterior Collapse", NeurIPS 2019, section 4.
 */
import type { ImageSplit } from '../../images/image-data.ts';
import type { GaussianVaeConfig } from './config.ts';
import { symmetricEigen } from '../../statistics/symmetric-eigen.ts';
import type { VaeParameters } from './networks.ts';

export interface LinearModel {
  /** W, D rows of P numbers. */
  readonly weights: readonly Float64Array[];
  /** b [P] */
  readonly offset: Float64Array;
  /** s^2 */
  readonly variance: number;
}

/** Of a trained decoder; undefined if it is not linear, or not Gaussian. */
export async function linearModel(
  { likelihood, hiddenLayers, latents }: GaussianVaeConfig,
  parameters: VaeParameters,
): Promise<LinearModel | undefined> {
  if (likelihood.kind !== 'gaussian' || hiddenLayers > 0) return undefined;
  const [weights, offset, log] = await Promise.all([
    parameters['decoderWeights1']!.data(),
    parameters['decoderBiases1']!.data(),
    parameters['logDeviation']?.data() ?? [Math.log(likelihood.deviation)],
  ]);
  const pixels = offset.length;
  return {
    weights: Array.from({ length: latents }, (_, d) =>
      Float64Array.from(weights.slice(d * pixels, (d + 1) * pixels)),
    ),
    offset: Float64Array.from(offset),
    variance: Math.exp(2 * log[0]!),
  };
}

/** Of the first `count` images, in nats per image. */
export function meanLogLikelihood(
  { weights, offset, variance }: LinearModel,
  { pixels }: Pick<ImageSplit, 'pixels'>,
  count: number,
): number {
  const [latents, size] = [weights.length, offset.length];
  const factor = cholesky(
    weights.map((row, i) => weights.map((other, j) => dot(row, other) + (i === j ? variance : 0))),
  );
  const logDeterminant =
    (size - latents) * Math.log(variance) + 2 * factor.reduce((sum, row, i) => sum + Math.log(row[i]!), 0);
  let distances = 0;
  const away = new Float64Array(size);
  for (let n = 0; n < count; n++) {
    for (let p = 0; p < size; p++) away[p] = pixels[n * size + p]! - offset[p]!;
    // |L^-1 W (x - b)|^2 = (x - b)^T W^T M^-1 W (x - b)
    const solved: number[] = [];
    for (let d = 0; d < latents; d++) {
      const before = solved.reduce((sum, value, e) => sum + factor[d]![e]! * value, 0);
      solved.push((dot(weights[d]!, away) - before) / factor[d]![d]!);
    }
    distances += (dot(away, away) - solved.reduce((sum, value) => sum + value * value, 0)) / variance;
  }
  return -0.5 * (size * Math.log(2 * Math.PI) + logDeterminant + distances / count);
}

/** Pixels of an image up to which its covariance is decomposed; more would take minutes. */
const MOST_PIXELS = 256;

/**
 * The model of greatest likelihood with so many latents: s^2 the mean of the eigenvalues of the images' covariance that it leaves
 * out, W the eigenvectors of the others times the root of what they have more. Undefined where images are too large, or there is
 * none because some direction has no variance.
 */
export function probabilisticPca(
  { pixels, count }: Pick<ImageSplit, 'pixels' | 'count'>,
  latents: number,
): LinearModel | undefined {
  const size = pixels.length / count;
  if (size > MOST_PIXELS || latents >= size) return undefined;
  const offset = new Float64Array(size);
  pixels.forEach((value, i) => (offset[i % size]! += value / count));
  const covariance = Array.from({ length: size }, () => new Float64Array(size));
  const away = new Float64Array(size);
  for (let n = 0; n < count; n++) {
    for (let p = 0; p < size; p++) away[p] = pixels[n * size + p]! - offset[p]!;
    for (let p = 0; p < size; p++) {
      const row = covariance[p]!;
      for (let q = 0; q <= p; q++) row[q]! += (away[p]! * away[q]!) / count;
    }
  }
  for (let p = 0; p < size; p++) for (let q = 0; q < p; q++) covariance[q]![p] = covariance[p]![q]!;
  const { values, vectors } = symmetricEigen(covariance);
  const left = values.slice(latents);
  const variance = left.reduce((sum, value) => sum + value, 0) / left.length;
  if (!(variance > 1e-9)) return undefined;
  const weights = vectors.slice(0, latents).map((vector, d) => {
    const root = Math.sqrt(Math.max(0, values[d]! - variance));
    return vector.map((entry) => entry * root);
  });
  return { weights, offset, variance };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** L, lower triangular, with L L^T the matrix. */
function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const factor: number[][] = [];
  matrix.forEach((row, i) => {
    const own: number[] = [];
    for (let j = 0; j <= i; j++) {
      const other = j === i ? own : factor[j]!;
      let rest = row[j]!;
      for (let k = 0; k < j; k++) rest -= own[k]! * other[k]!;
      own.push(j === i ? Math.sqrt(rest) : rest / other[j]!);
    }
    factor.push(own);
  });
  return factor;
}
