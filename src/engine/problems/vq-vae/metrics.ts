/** Names, meaning and direction of what a VQ-VAE reports: of nearest codes, whichever way training finds codes. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import type { Split } from '../../../shared/split.ts';
import { heldOut, heldOutValues, metric } from '../metric-descriptors.ts';
import { hardElbo, hardElboMetrics } from '../vae-parts/metrics.ts';
import type { CodeUse } from './hard-codes.ts';

/** Of a split: means over images, in nats unless said otherwise. */
export interface HardResult extends CodeUse {
  readonly likelihood: number;
  readonly logPrior: number;
  readonly objective: number;
  /** Summed over pixels. */
  readonly squaredError: number;
  /** Of the encoder's vectors, and of the codes. */
  readonly norm: number;
  readonly codeNorm: number;
  readonly codes: number;
  /** Of an image. */
  readonly pixels: number;
}

export function hardMetrics(split: Split, result: HardResult): Readonly<Record<string, number>> {
  const { likelihood, logPrior, objective, squaredError, norm, codeNorm, pixels, perplexity } = result;
  const elbo = { [hardElbo(split)]: likelihood + logPrior };
  if (split === 'train') return { hardTrainObjective: objective, ...elbo };
  return {
    ...elbo,
    ...heldOutValues(split, {
      reconstruction: -likelihood,
      squaredError: squaredError / pixels,
      rate: -logPrior / (pixels * Math.LN2),
      perplexity,
      usedCodes: result.used,
      deadCodes: result.codes - result.used,
      encoderNorm: norm,
    }),
    ...(split === 'validation' && { codeNorm }),
  };
}

const HARD =
  'ln p(x | codes) + ln p(codes) with the nearest code at every position and the learned prior, nats per image: a lower bound on ln p(x), because the code of an image is one of those that it could have';
const OBJECTIVE =
  'The likelihood of the reconstruction minus the distances that training adds (or, for a stochastic quantiser, minus klWeight times its KL term), nats per image; the prior is not part of it';

export const vqVaeMetrics: readonly MetricDescriptor[] = [
  metric(
    'trainingObjective',
    'Training objective',
    `What the estimator believes f to be. ${OBJECTIVE}: the mean over the minibatches since the last logged point (logEvery steps).`,
    'higher',
    { column: 'training', split: 'train' },
  ),
  metric(
    'hardTrainObjective',
    'Objective at nearest codes, training images',
    `${OBJECTIVE}; with the nearest code at every position. During training, over at most the first 500 images.`,
    'higher',
    { split: 'train' },
  ),
  ...hardElboMetrics(HARD),
  metric(
    'gap',
    'Gap, training images',
    'Training objective minus objective at nearest codes: near 0 if the training value can be believed. Without a random choice it is the noise of the minibatches; for a stochastic quantiser, the effect of its noise or its relaxation.',
    'neither',
    { column: 'gap train', split: 'train' },
  ),
  ...heldOut(
    metric(
      'reconstruction',
      'Reconstruction',
      'Minus ln p(x | codes) with nearest codes, nats per image, summed over pixels.',
      'lower',
    ),
    'images',
    { test: 'reconstruction test' },
  ),
  ...heldOut(
    metric(
      'squaredError',
      'Squared error',
      'Mean squared distance of the grey values of a pixel to those of its reconstruction.',
      'lower',
    ),
    'images',
  ),
  ...heldOut(
    metric(
      'rate',
      'Rate',
      'Bits per pixel that the codes of an image take under the learned prior: minus log2 p(codes), divided by the pixels.',
      'lower',
    ),
    'images',
    { test: 'rate test' },
  ),
  ...heldOut(
    metric(
      'perplexity',
      'Perplexity',
      'Effective number of codes in use: exp of the entropy of the codes of all positions of all images of the split, from 1 to K. It covers the whole split, so it does not depend on the minibatch.',
      'higher',
    ),
    'images',
    { test: 'perplexity test' },
  ),
  ...heldOut(
    metric('usedCodes', 'Used codes', 'Codes that some position of some image has.', 'higher', {
      health: 'alive-count',
    }),
    'images',
  ),
  ...heldOut(
    metric('deadCodes', 'Dead codes', 'Codes that no position of any image has.', 'lower'),
    'images',
  ),
  ...heldOut(
    metric(
      'encoderNorm',
      'Norm of vectors',
      "Mean length of the encoder's vectors. One that grows and grows runs away from the codes: raise commitment.",
      'neither',
    ),
    'images',
  ),
  metric('codeNorm', 'Norm of codes', 'Mean length of the codes of the codebook.', 'neither'),
];

export const vqVaeCharts: readonly ChartDescriptor[] = [
  { title: 'Hard ELBO, validation images', metrics: [hardElbo('validation')] },
  { title: 'Objective, training images', metrics: ['hardTrainObjective', 'trainingObjective'] },
  { title: 'Gap, training images', metrics: ['gap'] },
  { title: 'Reconstruction, validation images', metrics: ['validationReconstruction'] },
  { title: 'Rate, validation images', metrics: ['validationRate'] },
  { title: 'Perplexity, validation images', metrics: ['validationPerplexity', 'validationUsedCodes'] },
  { title: 'Dead codes, validation images', metrics: ['validationDeadCodes'] },
  { title: 'Norm of vectors, validation images', metrics: ['validationEncoderNorm'] },
  { title: 'Norm of codes', metrics: ['codeNorm'] },
];
