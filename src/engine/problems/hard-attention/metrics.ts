/** Names, meaning and direction of what hard attention reports. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import type { Split } from '../../../shared/split.ts';
import { heldOut, metric, splitName } from '../metric-descriptors.ts';

function onCanvases(
  how: string,
  what: string,
  label: string,
  help: string,
  better: MetricDescriptor['better'],
  further: Pick<MetricDescriptor, 'baselines' | 'health'> = {},
): readonly MetricDescriptor[] {
  const named = (split: Split) => splitName(how, split, what);
  return heldOut(metric(named('test'), label, help, better, further), 'canvases', {}, named);
}

const HARD = 'with the most likely choice of what to see, nothing relaxed';

export const hardAttentionMetrics: readonly MetricDescriptor[] = [
  metric(
    'trainingLoss',
    'Training loss',
    'What the estimator believes the loss to be, in nats: the mean over the minibatches since the last logged point (logEvery steps).',
    'lower',
    { column: 'training', split: 'train', baselines: ['chance'] },
  ),
  metric(
    'hardTrainLoss',
    'Hard loss, training canvases',
    `Cross-entropy in nats ${HARD}, and the price of the patches seen, where they have one. During training, over at most the first 500 images.`,
    'lower',
    { column: 'hard train', split: 'train', baselines: ['chance'] },
  ),
  metric(
    'hardValidationLoss',
    'Hard loss, validation canvases',
    `Cross-entropy in nats ${HARD}, and the price of the patches seen. Used for early stopping and restarts.`,
    'lower',
    { column: 'hard validation', split: 'validation', baselines: ['chance'] },
  ),
  metric(
    'hardTestLoss',
    'Hard loss, test canvases',
    `Cross-entropy in nats ${HARD}, and the price of the patches seen, at the end.`,
    'lower',
    { column: 'hard test', split: 'test', baselines: ['chance'] },
  ),
  ...(['train', 'validation', 'test'] as const).map((split) =>
    metric(
      splitName('hard', split, 'Accuracy'),
      `Accuracy, ${split === 'train' ? 'training' : split} canvases`,
      `Share of the canvases whose class is found ${HARD}${split === 'test' ? ', at the end: the result' : ''}.`,
      'higher',
      {
        split,
        column: `accuracy ${split}`,
        baselines: ['majority'],
      },
    ),
  ),
  ...onCanvases(
    'sampled',
    'Accuracy',
    'Accuracy, drawn attention',
    'Share of the canvases whose class is found with one choice drawn from the attention.',
    'higher',
    { baselines: ['majority'] },
  ),
  ...onCanvases(
    'expected',
    'Accuracy',
    'Accuracy, expected',
    'Probability that the class is found with a patch drawn from the attention, summed over all patches: what the drawn accuracy estimates. For one patch only.',
    'higher',
    { baselines: ['majority'] },
  ),
  ...onCanvases(
    'soft',
    'Accuracy',
    'Accuracy, soft attention',
    'Share of the canvases whose class is found when probabilities take the place of the choice: what a relaxation believes, and no hard choice earns.',
    'higher',
    { baselines: ['majority'] },
  ),
  ...onCanvases(
    '',
    'Entropy',
    'Entropy of the attention',
    'Nats per choice: from 0 to ln P for a glimpse, to ln 2 for a bit of a mask. Near 0 the attention no longer explores.',
    'neither',
    { health: 'entropy' },
  ),
  ...onCanvases(
    '',
    'Touching',
    'Glimpses on the digit',
    'Share of the patches seen that have a part of the rectangle that the image lies in; 0 where none is seen.',
    'higher',
  ),
  ...onCanvases('', 'Seen', 'Patches seen', 'Patches that a mask lets through.', 'neither'),
  metric(
    'gap',
    'Gap, training canvases',
    'Training loss minus hard loss of the training canvases: below 0 if a relaxation believes itself better than its hard choices are.',
    'neither',
    { column: 'gap train', split: 'train' },
  ),
];

export const hardAttentionCharts: readonly ChartDescriptor[] = [
  {
    title: 'Accuracy, validation canvases',
    metrics: [
      'hardValidationAccuracy',
      'sampledValidationAccuracy',
      'expectedValidationAccuracy',
      'softValidationAccuracy',
    ],
  },
  { title: 'Loss, training canvases', metrics: ['hardTrainLoss', 'trainingLoss'] },
  { title: 'Loss, validation canvases', metrics: ['hardValidationLoss'] },
  { title: 'Gap, training canvases', metrics: ['gap'] },
  { title: 'Glimpses on the digit, validation canvases', metrics: ['validationTouching'] },
  { title: 'Entropy of the attention, validation canvases', metrics: ['validationEntropy'] },
  { title: 'Patches seen, validation canvases', metrics: ['validationSeen'] },
];
