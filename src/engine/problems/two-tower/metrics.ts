/** Names, meaning and direction of what a two-tower recommender reports. */
import type { ChartDescriptor, HealthRole, MetricDescriptor } from '../../../shared/descriptor.ts';
import { splits, splitWords, type Split } from '../../../shared/split.ts';
import { metric, splitName } from '../metric-descriptors.ts';

/** What is measured of a split. */
export type Measure =
  | 'Value'
  | 'GreedyValue'
  | 'Estimate'
  | 'EstimateError'
  | 'Ips'
  | 'Snips'
  | 'Dm'
  | 'EffectiveShare'
  | 'LargestWeight'
  | 'MeanWeight'
  | 'Entropy'
  | 'Unsupported'
  | 'Ndcg'
  | 'Recall'
  | 'Concentration'
  | 'Popularity';

const hows: Partial<Record<Measure, string>> = {
  Value: 'true',
  GreedyValue: 'true',
  Estimate: 'hard',
  EstimateError: 'hard',
};

/** `trueTestValue`, `hardTestEstimate`, `testIps`. */
export function named(split: Split, measure: Measure): string {
  return splitName(hows[measure] ?? '', split, measure);
}

interface Described {
  readonly measure: Measure;
  readonly label: string;
  readonly help: string;
  readonly better: MetricDescriptor['better'];
  /** Whether it stands beside the reference lines. */
  readonly lines?: true;
  /** Of the table of a comparison, for the splits that have one. */
  readonly columns?: Partial<Record<Split, string>>;
  readonly health?: HealthRole;
}

/** What ranking metrics measure of a log that a policy chose. */
const BIASED =
  'Absent where no reward is above 0. The logging policy chose which items could have one, so a policy like it looks better than it is.';

const described: readonly Described[] = [
  {
    measure: 'Value',
    label: 'True value of the policy',
    help: 'Mean of the expected reward under the policy. For generated logs, whose expected rewards are known; neither training nor early stopping sees it.',
    better: 'higher',
    lines: true,
    columns: { validation: 'true validation', test: 'true test' },
  },
  {
    measure: 'GreedyValue',
    label: 'True value, most likely items',
    help: 'Mean of the expected reward of the item with the largest score in every context. For generated logs.',
    better: 'higher',
    lines: true,
    columns: { test: 'true test, greedy' },
  },
  {
    measure: 'Estimate',
    label: 'Estimated value of the policy',
    help: 'What the log says about the policy: the doubly robust estimate, with the reward model fitted to the training rounds (of training rounds, cross-fitted). Without a reward model the self-normalised one, without propensities the direct method, which is no better than its model.',
    better: 'higher',
    lines: true,
    columns: { train: 'train', validation: 'validation', test: 'test' },
  },
  {
    measure: 'EstimateError',
    label: 'Standard error of the estimated value',
    help: 'Over the rounds of the split; for the direct method it leaves out the error of the model.',
    better: 'lower',
    columns: { test: 'test s.e.' },
  },
  {
    measure: 'Ips',
    label: 'Value by IPS',
    help: 'Mean of w r, w = policy / propensity of the item shown.',
    better: 'neither',
    lines: true,
  },
  {
    measure: 'Snips',
    label: 'Value by SNIPS',
    help: 'Sum of w r over the sum of w.',
    better: 'neither',
    lines: true,
  },
  {
    measure: 'Dm',
    label: 'Value by the reward model',
    help: 'Mean of q(x, a) under the policy: the direct method.',
    better: 'neither',
    lines: true,
  },
  {
    measure: 'EffectiveShare',
    label: 'Effective sample size',
    help: '(sum of w)^2 / sum of w^2, as a share of the rounds: near 0, the estimate rests on a few of them.',
    better: 'higher',
    health: 'effective-share',
    columns: { test: 'effective share' },
  },
  {
    measure: 'LargestWeight',
    label: 'Largest weight',
    help: 'Largest value of policy / propensity over the rounds.',
    better: 'neither',
  },
  {
    measure: 'MeanWeight',
    label: 'Mean weight',
    help: '1 up to chance, where the propensities are right and the log can show what the policy shows.',
    better: 'neither',
  },
  {
    measure: 'Entropy',
    label: 'Entropy of the policy',
    help: 'Nats, averaged over the contexts: from 0, one item for certain, to ln of the number of items.',
    better: 'neither',
    health: 'entropy',
  },
  {
    measure: 'Unsupported',
    label: 'Items never shown',
    help: 'Support deficiency: how often the policy shows items that no training round shows, whose reward nobody has seen.',
    better: 'lower',
  },
  {
    measure: 'Ndcg',
    label: 'nDCG@k',
    help: `For the rounds whose reward is above 0: 1 / log2(1 + rank) of the item shown in the policy's ranking, 0 beyond rank k = rankingCutoff; the mean over their orders where scores are equal. ${BIASED}`,
    better: 'higher',
    columns: { test: 'test nDCG' },
  },
  {
    measure: 'Recall',
    label: 'Recall@k',
    help: `Share of the rounds whose reward is above 0 in which the item shown is among the k = rankingCutoff items that the policy ranks first: 1 where there are no more items than that. ${BIASED}`,
    better: 'higher',
    columns: { test: 'test recall' },
  },
  {
    measure: 'Concentration',
    label: 'Concentration of exposure',
    help: 'Gini coefficient of how often the policy shows each item: 0, all equally often; 1 - 1 / items, a single one.',
    better: 'neither',
  },
  {
    measure: 'Popularity',
    label: 'Correlation with popularity',
    help: "Spearman's rank correlation, over the items, of how often the policy and the training rounds show them; absent where either shows all items equally often.",
    better: 'neither',
  },
];

const REFERENCES = ['uniformPolicy', 'behaviourPolicy', 'bestPolicy'];

function onSplit(
  { measure, label, help, better, lines, columns, health }: Described,
  split: Split,
): MetricDescriptor {
  const when = {
    train: ' During training, over at most the first 2000 rounds.',
    validation: measure === 'Estimate' ? ' Used for early stopping and restarts.' : '',
    test: ' At the end.',
  };
  const column = columns?.[split];
  return metric(
    named(split, measure),
    `${label}, ${splitWords[split]} rounds`,
    `${help}${when[split]}`,
    better,
    {
      split,
      ...(lines === true && { baselines: REFERENCES }),
      ...(health !== undefined && { health }),
      ...(column !== undefined && { column }),
    },
  );
}

export const twoTowerMetrics: readonly MetricDescriptor[] = [
  metric(
    'trainingValue',
    'Training value',
    "What is trained, the mean over the minibatches since the last logged point (logEvery steps): the method's own estimate of the policy's value, penalties subtracted; for regression, minus the loss of its predictions.",
    'higher',
    { column: 'training', split: 'train', baselines: REFERENCES },
  ),
  ...splits.flatMap((split) => described.map((one) => onSplit(one, split))),
  metric(
    'gap',
    'Gap, training rounds',
    'Training value minus the estimated value of the training rounds: what a method believes beyond the doubly robust estimate. Regression has none, because its training value is not the value of a policy.',
    'neither',
    { column: 'gap train', split: 'train' },
  ),
];

const validation = (measures: readonly Measure[]) => measures.map((one) => named('validation', one));

export const twoTowerCharts: readonly ChartDescriptor[] = [
  { title: 'True value, validation rounds', metrics: validation(['Value', 'GreedyValue']) },
  {
    title: 'Estimates, validation rounds',
    metrics: validation(['Estimate', 'Ips', 'Snips', 'Dm']),
  },
  { title: 'Value, training rounds', metrics: ['trainingValue', named('train', 'Estimate')] },
  { title: 'Effective sample size, validation rounds', metrics: validation(['EffectiveShare']) },
  { title: 'Largest weight, validation rounds', metrics: validation(['LargestWeight']) },
  { title: 'Entropy of the policy, validation rounds', metrics: validation(['Entropy']) },
  { title: 'Items never shown, validation rounds', metrics: validation(['Unsupported']) },
  { title: 'Ranking, validation rounds', metrics: validation(['Ndcg', 'Recall']) },
  {
    title: 'Exposure of items, validation rounds',
    metrics: validation(['Concentration', 'Popularity']),
  },
  { title: 'Gap, training rounds', metrics: ['gap'] },
];
