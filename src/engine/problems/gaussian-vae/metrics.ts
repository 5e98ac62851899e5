/** Names, meaning and direction of what a Gaussian VAE reports. All in nats per image, unless it says otherwise. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import type { Split } from '../../../shared/split.ts';
import { heldOut, heldOutValues, metric } from '../metric-descriptors.ts';
import { hardElbo, hardElboMetrics, iwaeMetric } from '../vae-parts/metrics.ts';

export interface HardResult {
  readonly elbo: number;
  /** The KL part of the ELBO, at weight 1. */
  readonly kl: number;
  readonly activeUnits: number;
  /** log p(x), where it has a closed form. */
  readonly logLikelihood?: number;
  /** Of the test split. */
  readonly iwae?: number;
}

export function hardMetrics(split: Split, result: HardResult): Readonly<Record<string, number>> {
  const { elbo, iwae, ...held } = result;
  return {
    [hardElbo(split)]: elbo,
    ...(split !== 'train' && heldOutValues(split, { ...held })),
    ...(iwae !== undefined && { iwaeTest: iwae }),
  };
}

const HARD =
  'ELBO at codes drawn from q(z | x), one per image, both terms with weight 1 and the KL in closed form: reconstruction minus KL, nats per image, summed over the pixels';

export const gaussianVaeMetrics: readonly MetricDescriptor[] = [
  metric(
    'trainingElbo',
    'Training ELBO',
    'What the estimator believes f to be, with the weights that its terms have at that step: the mean over the minibatches since the last logged point (logEvery steps).',
    'higher',
    { column: 'training', baselines: true, split: 'train' },
  ),
  ...hardElboMetrics(HARD),
  iwaeMetric,
  metric(
    'gap',
    'Gap, training images',
    'Training ELBO minus hard ELBO of the training images: it comes only from noise and from weights other than 1, because nothing is relaxed.',
    'neither',
    { column: 'gap train', split: 'train' },
  ),
  ...heldOut(
    metric(
      'kl',
      'KL',
      'KL term of the ELBO at weight 1, nats per image, summed over the numbers of the code: what the code says about its image. Near 0 it says nothing (collapse).',
      'neither',
    ),
    'images',
  ),
  ...heldOut(
    metric(
      'activeUnits',
      'Active units',
      'Numbers of the code whose mean under q has a variance above 0.01 over the images; at most D.',
      'higher',
      { health: 'alive-count' },
    ),
    'images',
  ),
  ...heldOut(
    metric(
      'logLikelihood',
      'Log-likelihood',
      'log p(x) in closed form, nats per image, for a Gaussian decoder without hidden layers: no bound is above it, and on the training images probabilistic PCA has the largest.',
      'higher',
      { baselines: true },
    ),
    'images',
  ),
];

export const gaussianVaeCharts: readonly ChartDescriptor[] = [
  { title: 'ELBO, validation images', metrics: [hardElbo('validation'), 'validationLogLikelihood'] },
  { title: 'ELBO, training images', metrics: [hardElbo('train'), 'trainingElbo'] },
  { title: 'Gap, training images', metrics: ['gap'] },
  { title: 'KL, validation images', metrics: ['validationKl'] },
  { title: 'Active units, validation images', metrics: ['validationActiveUnits'] },
];
