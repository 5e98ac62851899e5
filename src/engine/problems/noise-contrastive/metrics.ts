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
    help: 'Mean of -ln p of the words that are predicted, in nats: p is divided by its sum over the whole vocabulary, whatever the loss samples. Of skip-gram the mean over the neighbours of a place. Of negative sampling, p goes by score + ln(k q).',
    better: 'lower',
    columns: { train: 'train NLL', validation: 'validation NLL', test: 'test NLL' },
  },
  {
    measure: 'ScoreNll',
    label: 'NLL of the plain scores',
    help: 'The same with softmax of the scores themselves: of negative sampling, whose scores are PMI - ln k and no logarithms of probabilities. Other losses have none.',
    better: 'neither',
  },
  {
    measure: 'LogZ',
    label: 'Mean ln Z',
    help: 'ln of the sum over the vocabulary of what the loss takes for p: exp(score), of negative sampling k q exp(score), with a learned Z divided by that. NCE promises 0; of softmax losses any number is as good.',
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
    train: ' While training goes on, of as many evenly spaced places as take some tenths of a second.',
    validation: measure === 'Nll' ? ' Early stopping and restarts go by it.' : '',
    test: ' At the end; of a very large text and vocabulary, of evenly spaced places.',
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
    'What is trained, in nats per word of the text, the mean over the minibatches since the last logged point (logEvery steps): the loss of the method itself. Those of different methods, or of different k, are not to be compared.',
    'lower',
    { column: 'training', split: 'train' },
  ),
  ...splits.flatMap((split) => described.map((one) => onSplit(one, split))),
  metric(
    'gap',
    'Gap, training words',
    'Training loss minus the exact NLL of the training words: near 0 of full softmax and log-partition; of sampled softmax and importance what sampling makes ln Z too small, or too large. NCE and negative sampling have none, as their loss is no likelihood.',
    'neither',
    { column: 'gap train', split: 'train' },
  ),
  metric(
    'pmiCorrelation',
    'Correlation with PMI',
    'Of ln p(w | c) - ln p(w) as the model has it (of negative sampling: score + ln k, but for how q differs from p) with PMI of the pair: the true one of a generated text, else as the training text counts it, of pairs of its 300 commonest words that it has five times. Of skip-gram.',
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
    'Share of the analogies in the file named by analogies whose fourth word is the nearest to b - a + c (3CosAdd), of 1000 evenly spaced ones at most, at the end.',
    'higher',
    { column: 'analogies' },
  ),
  {
    ...metric(
      'wordsPerSecond',
      'Words per second',
      'Words of the text that were trained on, by the time of the steps alone since the last evaluation; where a device computes on while the step returns, it is too high.',
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
