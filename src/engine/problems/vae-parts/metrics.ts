/** Names, meaning and direction of the ELBOs that every VAE reports, in nats per image. */
import type { MetricDescriptor } from '../../../shared/descriptor.ts';
import { metric, splitName } from '../metric-descriptors.ts';

export const hardElbo = (split: Parameters<typeof splitName>[1]) => splitName('hard', split, 'Elbo');

/**
 * On each split.
 * @param meaning what the ELBO is of and how it is computed
 */
export function hardElboMetrics(meaning: string): readonly MetricDescriptor[] {
  return [
    metric(
      hardElbo('train'),
      'Hard ELBO, training images',
      `${meaning}. During training, over at most the first 500 images.`,
      'higher',
      { column: 'hard train', baselines: true, split: 'train' },
    ),
    metric(
      hardElbo('validation'),
      'Hard ELBO, validation images',
      `${meaning}. Used for early stopping and restarts.`,
      'higher',
      { column: 'hard validation', baselines: true, split: 'validation' },
    ),
    metric(hardElbo('test'), 'Hard ELBO, test images', `${meaning}, at the end: the result.`, 'higher', {
      column: 'hard test',
      baselines: true,
      split: 'test',
    }),
  ];
}

export const iwaeMetric: MetricDescriptor = metric(
  'iwaeTest',
  'IWAE bound, test images',
  'The bound on log p(x) with iwae.samples importance-weighted codes per image: between the ELBO and log p(x), in nats per image, at the end.',
  'higher',
  { column: 'IWAE test', baselines: true, split: 'test' },
);
