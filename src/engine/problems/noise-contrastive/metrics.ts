/** Names, meaning and direction of what a model of words reports. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import { splits, splitWords, type Split } from '../../../shared/split.ts';
import { metric, splitName } from '../metric-descriptors.ts';

type Measure = 'Nll' | 'ScoreNll' | 'LogZ' | 'LogZDeviation';

/** `hardTestNll`, `testLogZ`. */
export function named(split: Split, measure: Measure): string {
  return splitName(measure === 'Nll' || measure === 'ScoreNll' ? 'hard' : '', split, measure);
}

interface Described {
  readonly measure: Measure;
  readonly label: string;
  readonly help: string;
  readonly better: MetricDescriptor['better'];
  readonly columns?: Partial<Record<Split, string>>;
}

const described: readonly Described[] = [
  {
    measure: 'Nll',
    label: 'Exact NLL',
    help: 'Mean of -ln p of the words that are predicted, in nats: p is divided by its sum over the whole vocabulary, whatever the loss samples. For skip-gram, the mean over the neighbours of a place. For negative sampling, ln p is score + ln(k q).',
    better: 'lower',
    columns: { train: 'train NLL', validation: 'validation NLL', test: 'test NLL' },
  },
  {
    measure: 'ScoreNll',
    label: 'NLL of the plain scores',
    help: 'The same with softmax of the scores themselves: for negative sampling, whose scores are PMI - ln k rather than logarithms of probabilities. Other losses have none.',
    better: 'neither',
  },
  {
    measure: 'LogZ',
    label: 'Mean ln Z',
    help: 'ln of the sum over the vocabulary of what the loss takes for p: exp(score), for negative sampling k q exp(score), divided by Z where Z is learned. NCE promises 0; for softmax losses any number is as good.',
    better: 'neither',
    columns: { test: 'test ln Z' },
  },
  {
    measure: 'LogZDeviation',
    label: 'Standard deviation of ln Z',
    help: 'Over the contexts of the places that are judged: 0 where Z is the same everywhere.',
    better: 'neither',
    columns: { test: 'deviation of ln Z' },
  },
];

function onSplit({ measure, label, help, better, columns }: Described, split: Split): MetricDescriptor {
  const when = {
    train: ' During training, over as many evenly spaced places as take a few tenths of a second.',
    validation: measure === 'Nll' ? ' Used for early stopping and restarts.' : '',
    test: ' At the end; for a very large text and vocabulary, over evenly spaced places.',
  };
  const column = columns?.[split];
  return metric(
    named(split, measure),
    `${label}, ${splitWords[split]} words`,
    `${help}${when[split]}`,
    better,
    {
      split,
      ...(measure === 'Nll' && { baselines: true }),
      ...(column !== undefined && { column }),
    },
  );
}

export const wordMetrics: readonly MetricDescriptor[] = [
  metric(
    'trainingLoss',
    'Training loss',
    'What is trained, in nats per word of the text, the mean over the minibatches since the last logged point (logEvery steps): the loss of the method itself. Losses of different methods, or of different k, cannot be compared.',
    'lower',
    { column: 'training', split: 'train' },
  ),
  ...splits.flatMap((split) => described.map((one) => onSplit(one, split))),
  metric(
    'gap',
    'Gap, training words',
    'Training loss minus the exact NLL of the training words: near 0 for full softmax and log-partition; for sampled softmax and importance, by how much sampling makes ln Z too small or too large. NCE and negative sampling have none, because their loss is not a likelihood.',
    'neither',
    { column: 'gap train', split: 'train' },
  ),
  metric(
    'pmiCorrelation',
    'Correlation with PMI',
    'Correlation of ln p(w | c) - ln p(w) in the model (for negative sampling, score + ln k, up to how q differs from p) with the PMI of the pair: the true one for a generated text, otherwise as counted in the training text, over pairs of its 300 most common words that occur five times. For skip-gram.',
    'higher',
    { column: 'PMI correlation' },
  ),
  metric(
    'wordSimilarity',
    'Word similarity',
    "Spearman's rank correlation of the cosines of input vectors with the scores in the file named by similarity, over the pairs in the vocabulary.",
    'higher',
    { column: 'similarity' },
  ),
  metric(
    'analogyAccuracy',
    'Analogies found',
    'Share of the analogies in the file named by analogies whose fourth word is the nearest to b - a + c (3CosAdd), of at most 1000 evenly spaced ones, at the end.',
    'higher',
    { column: 'analogies' },
  ),
  {
    ...metric(
      'wordsPerSecond',
      'Words per second',
      'Words of the text trained on per second of step time since the last evaluation; too high where a device still computes after the step returns.',
      'higher',
    ),
    unit: '1/s',
    deterministic: false,
  },
];

export const wordCharts: readonly ChartDescriptor[] = [
  { title: 'Exact NLL, validation words', metrics: [named('validation', 'Nll')] },
  { title: 'Mean ln Z, validation words', metrics: [named('validation', 'LogZ')] },
  { title: 'Deviation of ln Z, validation words', metrics: [named('validation', 'LogZDeviation')] },
  { title: 'Exact NLL, training words', metrics: [named('train', 'Nll')] },
  { title: 'Training loss', metrics: ['trainingLoss'] },
  { title: 'Correlation with PMI', metrics: ['pmiCorrelation'] },
  { title: 'Word similarity', metrics: ['wordSimilarity'] },
  { title: 'Words per second', metrics: ['wordsPerSecond'] },
  { title: 'NLL of the plain scores, validation words', metrics: [named('validation', 'ScoreNll')] },
  { title: 'Gap, training words', metrics: ['gap'] },
];
