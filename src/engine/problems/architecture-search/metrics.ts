/** Names, meaning and direction of what an architecture search reports. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import { splitWords, type Split } from '../../../shared/split.ts';
import { metric, splitName } from '../metric-descriptors.ts';
import type { Cell, Operation } from './cell.ts';

interface Figures {
  readonly accuracy: number;
  readonly logLikelihood: number;
}

/** @param hard accuracy of the cell trained from scratch; undefined: not looked at */
export function splitMetrics(
  split: Split,
  { relaxed, inherited }: { readonly relaxed: Figures; readonly inherited: Figures },
  hard: number | undefined,
): Readonly<Record<string, number>> {
  return {
    [splitName('relaxed', split, 'Accuracy')]: relaxed.accuracy,
    [splitName('inherited', split, 'Accuracy')]: inherited.accuracy,
    ...(split === 'train' ? { inheritedTrainLogLikelihood: inherited.logLikelihood } : {}),
    ...(hard === undefined ? {} : { [splitName('hard', split, 'Accuracy')]: hard }),
    ...(split === 'test' && hard !== undefined ? { discretisationGap: relaxed.accuracy - hard } : {}),
  };
}

/** What the logits say, whatever the images. @param p [E][K] */
export function architectureMetrics(
  p: readonly (readonly number[])[],
  cell: Cell,
  operations: readonly Operation[],
): Readonly<Record<string, number>> {
  const entropy = (own: readonly number[]) =>
    own.reduce((sum, one) => (one > 0 ? sum - one * Math.log(one) : sum), 0);
  const share = (operation: Operation) =>
    cell.filter((place) => operations[place] === operation).length / cell.length;
  return {
    operationEntropy: p.reduce((sum, own) => sum + entropy(own), 0) / p.length,
    skipEdges: share('skip'),
    noneEdges: share('none'),
    cellNumber: cell.reduce((sum, place, e) => sum + place * operations.length ** e, 0),
  };
}

const meanings = {
  relaxed: [
    'Relaxed accuracy',
    'of the mixture of all operations by their probabilities, with the weights of the search',
  ],
  inherited: ['Inherited accuracy', 'of the likeliest operations alone, with the weights of the search'],
  hard: [
    'Hard accuracy',
    'of the likeliest operations, trained from scratch on the training images (retrain)',
  ],
} as const;

function accuracies(split: Split, kinds: readonly (keyof typeof meanings)[]): MetricDescriptor[] {
  const when =
    split === 'test' ? ' At the end.' : split === 'train' ? ' During training, over at most 500 images.' : '';
  return kinds.map((kind) => {
    const [label, what] = meanings[kind];
    return metric(
      splitName(kind, split, 'Accuracy'),
      `${label}, ${splitWords[split]} images`,
      `Share of the images whose label has the largest score, ${what}.${when}`,
      'higher',
      {
        split,
        baselines: true,
        ...(split === 'test' || kind === 'hard' ? { column: `${kind} ${split}` } : {}),
      },
    );
  });
}

export const architectureSearchMetrics: readonly MetricDescriptor[] = [
  metric(
    'searchLogLikelihood',
    'Log-likelihood of the search, training images',
    'What the estimator believes the mean ln of the probability of the label to be, its training value: over minibatches of the half of the training images that the operations are chosen on, after a step of the weights where unroll is above 0. The mean over the steps since the last logged point (logEvery steps).',
    'higher',
    { split: 'train', column: 'searched on' },
  ),
  metric(
    'inheritedTrainLogLikelihood',
    'Inherited log-likelihood, training images',
    'Mean ln of the probability of the label by the likeliest operations alone, with the weights of the search. During training, over at most 500 images.',
    'higher',
    { split: 'train' },
  ),
  ...accuracies('train', ['relaxed', 'inherited']),
  ...accuracies('validation', ['relaxed', 'inherited', 'hard']),
  ...accuracies('test', ['relaxed', 'inherited', 'hard']),
  metric(
    'discretisationGap',
    'Gap of the cell, test images',
    'Relaxed minus hard accuracy at the end: what the search promises beyond what its cell keeps.',
    'neither',
    { split: 'test', column: 'gap test' },
  ),
  metric(
    'gap',
    'Gap of the search',
    'Log-likelihood of the search minus that of the likeliest operations with the same weights, on training images.',
    'neither',
    { split: 'train' },
  ),
  metric(
    'operationEntropy',
    'Entropy of the operations',
    'Mean over the edges, in nats: ln K where nothing is decided, 0 where everything is.',
    'neither',
  ),
  metric(
    'skipEdges',
    'Edges that skip',
    'Share of the edges whose likeliest operation passes its input on: a search that collapses ends at 1.',
    'neither',
    { column: 'skip' },
  ),
  metric(
    'noneEdges',
    'Edges that are left out',
    'Share of the edges whose likeliest operation is none.',
    'neither',
  ),
  metric(
    'cellNumber',
    'Number of the cell',
    'Number of the cell of the likeliest operations, as the solver all-cells counts: the operation of the first edge changes fastest.',
    'neither',
    { column: 'cell' },
  ),
];

export const architectureSearchCharts: readonly ChartDescriptor[] = [
  {
    title: 'Accuracy, validation images',
    metrics: ['hardValidationAccuracy', 'relaxedValidationAccuracy', 'inheritedValidationAccuracy'],
  },
  { title: 'Log-likelihood of the search', metrics: ['searchLogLikelihood'] },
  { title: 'Accuracy, training images', metrics: ['relaxedTrainAccuracy', 'inheritedTrainAccuracy'] },
  { title: 'Entropy of the operations', metrics: ['operationEntropy'] },
  { title: 'Edges that skip or are left out', metrics: ['skipEdges', 'noneEdges'] },
  { title: 'Number of the cell', metrics: ['cellNumber'] },
  { title: 'Gap of the search', metrics: ['gap'] },
];
