/** Names, meaning and direction of what the training of a flow reports. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import type { Split } from '../../../shared/split.ts';
import { heldOutMetrics, heldOutValues, metric, validationCurves } from '../metric-descriptors.ts';
import { MOST_COUNTED_ITEMS, QUICK_POINTS, type FlowResult } from './evaluate.ts';

const HARD: Readonly<Record<Split, string>> = {
  train: 'hardTrainLoss',
  validation: 'hardValidationLoss',
  test: 'hardTestLoss',
};

/** Loss of the split; of the held-out splits also where the points end. */
export function hardMetrics(split: Split, { loss, ...ends }: FlowResult): Readonly<Record<string, number>> {
  const own = { [HARD[split]]: loss };
  return split === 'train' ? own : { ...own, ...heldOutValues(split, ends) };
}

const POINTS = 'points';

export const bundleFlowMetrics: readonly MetricDescriptor[] = [
  metric(
    'trainingLoss',
    'Training loss',
    "The loss of the steps' own points, with relaxed or sampled rounding if rounding.weight is above 0: the mean over the steps since the last logged point (logEvery steps).",
    'lower',
    { column: 'relaxed train', baselines: true, split: 'train' },
  ),
  metric(
    HARD.train,
    'Loss, training points',
    `Mean of |(s_T - s_0) - phi|^2 at fixed points, plus rounding.weight for each item that the carried point really rounds to the other side. During training, over at most ${QUICK_POINTS} points.`,
    'lower',
    { baselines: true, split: 'train' },
  ),
  metric(
    HARD.validation,
    'Loss, validation points',
    'The same at the points that select among restarts.',
    'lower',
    {
      baselines: true,
      split: 'validation',
    },
  ),
  metric(
    HARD.test,
    'Loss, test points',
    'The same at points that nothing was fitted to or chosen on, at the end.',
    'lower',
    { column: 'loss test', baselines: true, split: 'test' },
  ),
  metric('gap', 'Gap, training points', 'Training loss minus loss at the training points.', 'neither', {
    split: 'train',
  }),
  ...heldOutMetrics(
    metric(
      'changed',
      'Rounding decisions changed',
      'Share of the decisions, one per item and point, that differ between s_0 and where the flow carries it.',
      'lower',
    ),
    POINTS,
    { test: 'changed test' },
  ),
  ...heldOutMetrics(
    metric(
      'changedBundles',
      'Bundles changed',
      'Share of the points with at least one changed decision.',
      'lower',
    ),
    POINTS,
  ),
  ...heldOutMetrics(
    metric('distinctBundles', 'Distinct bundles', 'Different bundles that the points end in.', 'higher', {
      health: 'alive-count',
    }),
    POINTS,
    { test: 'bundles test' },
  ),
  ...heldOutMetrics(
    metric(
      'coverage',
      'Coverage',
      `Share of all 2^m bundles that a point ends in, for at most ${MOST_COUNTED_ITEMS} items; evaluationPoints bounds it.`,
      'higher',
    ),
    POINTS,
  ),
  ...heldOutMetrics(
    metric(
      'startCoverage',
      'Coverage of the start',
      'Share of all 2^m bundles that the same points round to before they are carried.',
      'neither',
    ),
    POINTS,
  ),
  ...heldOutMetrics(
    metric(
      'boundaryDistance',
      'Distance from the boundary',
      'Mean of |s_T - 1/2| over points and items: 1/2 where points end in bundles, 0 on the decision boundary.',
      'higher',
    ),
    POINTS,
  ),
];

const endsChart = (title: string, names: readonly string[]): ChartDescriptor => ({
  title: `${title}, validation points`,
  metrics: validationCurves(names),
});

/** A chart shows one split, so that reference lines of that split can stand in it. */
export const bundleFlowCharts: readonly ChartDescriptor[] = [
  { title: 'Loss, validation points', metrics: [HARD.validation] },
  { title: 'Loss, training points', metrics: [HARD.train, 'trainingLoss'] },
  endsChart('Rounding changed', ['changed', 'changedBundles']),
  endsChart('Distinct bundles', ['distinctBundles']),
  endsChart('Coverage', ['coverage', 'startCoverage']),
  endsChart('Distance from the boundary', ['boundaryDistance']),
  { title: 'Gap, training points', metrics: ['gap'] },
];
