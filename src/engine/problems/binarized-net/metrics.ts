/** Names, meaning and direction of what a binarised network reports. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import { splits, splitWords, type Split } from '../../../shared/split.ts';
import { metric, splitName } from '../metric-descriptors.ts';
import type { HardOutcome } from './hard-network.ts';

type Measure = 'Accuracy' | 'LogLikelihood';

const hardName = (split: Split, measure: Measure) => splitName('hard', split, measure);

/** @param flips share of the signs that change in a step; undefined: weights are numbers, or none was made */
export function splitMetrics(
  split: Split,
  { predictions, logLikelihoods }: HardOutcome,
  labels: Uint8Array,
  flips: number | undefined,
): Readonly<Record<string, number>> {
  const right = predictions.reduce((sum, label, i) => sum + Number(label === labels[i]), 0);
  const total = logLikelihoods.reduce((sum, one) => sum + one, 0);
  return {
    [hardName(split, 'Accuracy')]: right / predictions.length,
    [hardName(split, 'LogLikelihood')]: total / predictions.length,
    ...(split === 'train' && flips !== undefined ? { signFlips: flips } : {}),
  };
}

const AS_EXPORTED =
  'of the network as it is exported: signs of the weights, running statistics turned into thresholds, nothing drawn';

const columns: Readonly<Record<Split, Partial<Record<Measure, string>>>> = {
  train: { Accuracy: 'train accuracy' },
  validation: { Accuracy: 'validation accuracy' },
  test: { Accuracy: 'test accuracy' },
};

function hardMetric(split: Split, measure: Measure): MetricDescriptor {
  const column = columns[split][measure];
  const when =
    split === 'train' ? ' During training, over at most 500 images.' : split === 'test' ? ' At the end.' : '';
  return metric(
    hardName(split, measure),
    `Hard ${measure === 'Accuracy' ? 'accuracy' : 'log-likelihood'}, ${splitWords[split]} images`,
    measure === 'Accuracy'
      ? `Share of the images whose label has the largest score, ${AS_EXPORTED}.${when}`
      : `Mean ln of the probability of the label, by softmax of the scores, ${AS_EXPORTED}.${when}`,
    'higher',
    {
      split,
      ...(column === undefined ? {} : { column }),
      ...(measure === 'Accuracy' ? { baselines: true } : {}),
    },
  );
}

export const binarizedNetMetrics: readonly MetricDescriptor[] = [
  metric(
    'trainLogLikelihood',
    'Log-likelihood, training images',
    'What the estimator believes the mean ln of the probability of the label to be, its training value: with the statistics of minibatches, and with draws where training draws. The mean over the steps since the last logged point (logEvery steps).',
    'higher',
    { split: 'train', column: 'trained on' },
  ),
  ...splits.flatMap((split) => [hardMetric(split, 'Accuracy'), hardMetric(split, 'LogLikelihood')]),
  metric(
    'gap',
    'Gap, training images',
    'Log-likelihood that training believes minus that of the exported network.',
    'neither',
    { split: 'train', column: 'gap' },
  ),
  metric(
    'signFlips',
    'Signs that flip',
    'Share of the weights whose sign a step changes, averaged over about the last 20 steps.',
    'neither',
  ),
];

export const binarizedNetCharts: readonly ChartDescriptor[] = [
  { title: 'Accuracy, validation images', metrics: ['hardValidationAccuracy'] },
  { title: 'Accuracy, training images', metrics: ['hardTrainAccuracy'] },
  {
    title: 'Log-likelihood, training images',
    metrics: ['trainLogLikelihood', 'hardTrainLogLikelihood'],
  },
  { title: 'Log-likelihood, validation images', metrics: ['hardValidationLogLikelihood'] },
  { title: 'Gap, training images', metrics: ['gap'] },
  { title: 'Signs that flip', metrics: ['signFlips'] },
];
