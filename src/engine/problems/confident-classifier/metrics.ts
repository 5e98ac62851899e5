/** Names, meaning and direction of what a confident classifier reports. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import type { Split } from '../../../shared/split.ts';
import { heldOut, metric, splitName } from '../metric-descriptors.ts';
import { scoreLabels, type ScoreName } from './scores.ts';

type Baselines = Pick<MetricDescriptor, 'baselines'>;

function onRows(
  how: string,
  what: string,
  label: string,
  help: string,
  better: MetricDescriptor['better'],
  columns: Partial<Record<'validation' | 'test', string>> = {},
  further: Baselines = {},
): readonly MetricDescriptor[] {
  const named = (split: Split) => splitName(how, split, what);
  return heldOut(metric(named('test'), label, help, better, further), 'rows', columns, named);
}

const BIN_BIAS =
  'It is above 0 by chance alone, the more so the fewer the rows, and differences within a bin cancel out: the picture calibration shows how large it is by chance.';

/** Of probabilities as they are, or at the fitted temperature. */
function calibration(how: 'hard' | 'scaled'): readonly MetricDescriptor[] {
  const scaled = how === 'scaled';
  const label = (what: string) => (scaled ? `${what}, scaled` : what);
  const at = scaled ? ' With logits divided by the fitted temperature.' : '';
  const column = (what: string) => (scaled ? {} : { test: `${what} test` });
  return [
    ...onRows(
      how,
      'Nll',
      label('Negative log-likelihood'),
      `Mean of -ln p(label) in nats.${at}${scaled ? '' : ' Used for early stopping and restarts.'}`,
      'lower',
      { validation: scaled ? 'NLL scaled' : 'NLL validation', ...column('NLL') },
      { baselines: ['bayesNll'] },
    ),
    ...onRows(
      how,
      'Brier',
      label('Brier score'),
      `Mean of sum_k (p_k - y_k)^2, y one-hot: 0 to 2.${at}`,
      'lower',
    ),
    ...onRows(
      how,
      'Ece',
      label('Calibration error'),
      `Expected calibration error: mean distance of confidence and accuracy over bins of equal width. ${BIN_BIAS}${at}`,
      'lower',
      column('ECE'),
    ),
    ...onRows(
      how,
      'MassEce',
      label('Calibration error, equal mass'),
      `The same over bins of equally many rows. ${BIN_BIAS}${at}`,
      'lower',
    ),
    ...onRows(
      how,
      'LogitExcess',
      label('Excess of the expected logit'),
      `Mean expected logit, under the softmax, minus mean logit of the true class: above 0 where the classifier is too unsure of itself, below where it is too sure. The maximum-entropy condition is that it is 0.${at}${scaled ? ' On the validation rows it is 0 up to rounding, unless the temperature is at a limit.' : ''}`,
      'neither',
    ),
  ];
}

const DIRECTION = 'A score is higher in distribution.';

/** AUROC and TNR of a score. */
function detection(how: ScoreName): readonly MetricDescriptor[] {
  const score = scoreLabels[how];
  const isFirst = how === 'hard';
  return [
    ...onRows(
      how,
      'Auroc',
      `AUROC, ${score}`,
      `Probability that ${score} is higher for a row in distribution than for one out of it, ties counting half; 0.5 by chance. ${DIRECTION}`,
      'higher',
      isFirst ? { validation: 'AUROC validation', test: 'AUROC test' } : { test: `AUROC ${score}` },
    ),
    ...onRows(
      how,
      'Tnr',
      `TNR at 95 % TPR, ${score}`,
      `Share of the rows out of distribution that are refused by the strictest threshold of ${score} that accepts 95 % of those in distribution.`,
      'higher',
      isFirst ? { test: 'TNR test' } : {},
    ),
  ];
}

export const confidentMetrics: readonly MetricDescriptor[] = [
  metric(
    'trainingLoss',
    'Training loss',
    'Cross-entropy and klWeight times KL(uniform || p) on outliers, in nats: the mean over the minibatches since the last logged point (logEvery steps).',
    'lower',
    { column: 'training', split: 'train' },
  ),
  metric(
    'hardTrainLoss',
    'Loss, training rows',
    'The same loss by the hard evaluation. During training, over at most the first 500 rows and outliers; generated outliers always come from the same noise.',
    'lower',
    { column: 'hard train', split: 'train' },
  ),
  ...(['train', 'validation', 'test'] as const).map((split) =>
    metric(
      splitName('hard', split, 'Accuracy'),
      `Accuracy, ${split === 'train' ? 'training' : split} rows`,
      `Share of the rows whose likeliest class is the label${split === 'test' ? ', at the end' : ''}. Scaling by a temperature does not change it.`,
      'higher',
      { split, column: `accuracy ${split}`, baselines: ['majority', 'bayes'] },
    ),
  ),
  metric(
    'hardTrainOutlierConfidence',
    'Confidence, outliers',
    'Mean largest probability on the outliers that are trained on: 1 / K where the classifier is unsure of all of them.',
    'lower',
    { split: 'train' },
  ),
  ...detection('hard'),
  ...onRows(
    'hard',
    'AuprIn',
    'AUPR, in distribution positive',
    `Average precision of the largest probability. By chance it is the share of rows in distribution: compare runs with the same shares only.`,
    'higher',
  ),
  ...onRows(
    'hard',
    'AuprOut',
    'AUPR, out of distribution positive',
    'Average precision of one minus the largest probability. By chance it is the share of rows out of distribution: compare runs with the same shares only.',
    'higher',
  ),
  ...onRows(
    'hard',
    'DetectionError',
    'Detection error',
    'Least mean of the shares of either side that a threshold of the largest probability gets wrong; 0.5 by chance.',
    'lower',
  ),
  ...(['scaled', 'maxLogit', 'energy', 'odin'] as const).flatMap(detection),
  ...onRows(
    'hard',
    'Confidence',
    'Confidence in distribution',
    'Mean largest probability on labelled rows: their accuracy, if it is calibrated.',
    'neither',
  ),
  ...onRows(
    'hard',
    'UnseenConfidence',
    'Confidence out of distribution',
    'Mean largest probability on rows that belong to no class: 1 / K at best.',
    'lower',
    { test: 'confidence unseen' },
  ),
  ...calibration('hard'),
  ...calibration('scaled'),
  metric(
    'fittedTemperature',
    'Fitted temperature',
    'Temperature by which logits are divided so that the negative log-likelihood of the validation rows is smallest, from 1/20 to 20: above 1 where the classifier is too sure of itself. At 1/20 every validation row is classified right, and the colder the better.',
    'neither',
    { split: 'validation', column: 'temperature' },
  ),
  metric('gap', 'Gap, training rows', 'Training loss minus hard loss of the training rows.', 'neither', {
    column: 'gap train',
    split: 'train',
  }),
];

export const confidentCharts: readonly ChartDescriptor[] = [
  {
    title: 'AUROC, validation rows',
    metrics: [
      'hardValidationAuroc',
      'scaledValidationAuroc',
      'maxLogitValidationAuroc',
      'energyValidationAuroc',
      'odinValidationAuroc',
    ],
  },
  {
    title: 'TNR at 95 % TPR, validation rows',
    metrics: [
      'hardValidationTnr',
      'scaledValidationTnr',
      'maxLogitValidationTnr',
      'energyValidationTnr',
      'odinValidationTnr',
    ],
  },
  {
    title: 'Confidence, validation rows',
    metrics: ['hardValidationConfidence', 'hardValidationUnseenConfidence'],
  },
  { title: 'Accuracy, validation rows', metrics: ['hardValidationAccuracy'] },
  {
    title: 'Negative log-likelihood, validation rows',
    metrics: ['hardValidationNll', 'scaledValidationNll'],
  },
  {
    title: 'Calibration error, validation rows',
    metrics: ['hardValidationEce', 'scaledValidationEce', 'hardValidationMassEce', 'scaledValidationMassEce'],
  },
  {
    title: 'Excess of the expected logit, validation rows',
    metrics: ['hardValidationLogitExcess', 'scaledValidationLogitExcess'],
  },
  { title: 'Fitted temperature', metrics: ['fittedTemperature'] },
  { title: 'Loss, training rows', metrics: ['hardTrainLoss', 'trainingLoss'] },
  { title: 'Confidence, outliers that are trained on', metrics: ['hardTrainOutlierConfidence'] },
  { title: 'Gap, training rows', metrics: ['gap'] },
];
