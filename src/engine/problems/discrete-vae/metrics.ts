/** Names, meaning and direction of what a discrete VAE reports. All in nats per image, unless it says otherwise. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import type { Split } from '../../../shared/split.ts';
import { heldOut, heldOutValues, metric } from '../metric-descriptors.ts';
import { hardElbo, hardElboMetrics, iwaeMetric } from '../vae-parts/metrics.ts';
import type { CodeUseResult } from './code-use.ts';

export interface HardResult extends CodeUseResult {
  readonly elbo: number;
  /** The KL part of the ELBO, at weight 1. */
  readonly kl: number;
  /** log p(x), where every code can be enumerated. */
  readonly logLikelihood?: number;
  /** Of the test split. */
  readonly iwae?: number;
}

export function hardMetrics(split: Split, result: HardResult): Readonly<Record<string, number>> {
  const { elbo, iwae, ...use } = result;
  return {
    [hardElbo(split)]: elbo,
    ...(split !== 'train' && heldOutValues(split, { ...use })),
    ...(iwae !== undefined && { iwaeTest: iwae }),
  };
}

const HARD =
  'ELBO at codes drawn from q(z | x), one per image, nothing relaxed and the KL term with weight 1: reconstruction minus KL, nats per image, summed over the pixels';

export const discreteVaeMetrics: readonly MetricDescriptor[] = [
  metric(
    'trainingElbo',
    'Training ELBO',
    'What the estimator believes f to be, relaxed where it relaxes and with the weight that the KL term has at that step: the mean over the minibatches since the last logged point (logEvery steps).',
    'higher',
    { column: 'training', baselines: true, split: 'train' },
  ),
  ...hardElboMetrics(HARD),
  iwaeMetric,
  metric(
    'gap',
    'Gap, training images',
    'Training ELBO minus hard ELBO of the training images: near 0 if the training value can be believed. With a beta other than 1, or while it warms up, the weight of the KL term accounts for part of it.',
    'neither',
    { column: 'gap train', split: 'train' },
  ),
  ...heldOut(
    metric(
      'logLikelihood',
      'Log-likelihood',
      'log p(x) by enumeration of every code, nats per image, where there are at most 4096 codes, or 512 in each of two layers: no bound is above it.',
      'higher',
    ),
    'images',
  ),
  ...heldOut(
    metric(
      'kl',
      'KL',
      'KL term of the ELBO at weight 1, nats per image, summed over the latents of all layers: what the code of an image costs. Near 0 the code says nothing (collapse).',
      'neither',
    ),
    'images',
  ),
  ...heldOut(
    metric(
      'activeUnits',
      'Active units',
      'Latents, of all stochastic layers, one of whose probabilities under q has a variance above 0.01 over the images.',
      'higher',
      { health: 'alive-count' },
    ),
    'images',
  ),
  ...heldOut(
    metric(
      'codesUsed',
      'Codes used',
      'Different codes z that the images were given; at most as many as there are images.',
      'neither',
      { health: 'alive-count' },
    ),
    'images',
  ),
  ...heldOut(
    metric(
      'valuesUsed',
      'Values used',
      'Share of the values of the latents (2 D for bits, K D for categories) that some image was given.',
      'higher',
    ),
    'images',
  ),
  ...heldOut(
    metric(
      'perplexity',
      'Perplexity',
      'Effective number of values that a latent uses: exp of the entropy of what was drawn over all images of the split, on average over the latents; from 1 to 2 for bits, to K for categories.',
      'higher',
    ),
    'images',
  ),
];

export const discreteVaeCharts: readonly ChartDescriptor[] = [
  { title: 'ELBO, validation images', metrics: [hardElbo('validation')] },
  { title: 'ELBO, training images', metrics: [hardElbo('train'), 'trainingElbo'] },
  { title: 'Log-likelihood, validation images', metrics: ['validationLogLikelihood'] },
  { title: 'Gap, training images', metrics: ['gap'] },
  { title: 'KL, validation images', metrics: ['validationKl'] },
  { title: 'Active units, validation images', metrics: ['validationActiveUnits'] },
  { title: 'Perplexity, validation images', metrics: ['validationPerplexity'] },
  { title: 'Values used, validation images', metrics: ['validationValuesUsed'] },
  { title: 'Codes used, validation images', metrics: ['validationCodesUsed'] },
];
