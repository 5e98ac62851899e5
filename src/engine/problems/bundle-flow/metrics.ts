/** Names, meaning and direction of what the training of a flow reports. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import type { Split } from '../../core/split.ts';
import { MOST_COUNTED_ITEMS, QUICK_POINTS, type FlowResult } from './evaluate.ts';

const HARD: Readonly<Record<Split, string>> = {
  train: 'hardTrainLoss',
  validation: 'hardValidationLoss',
  test: 'hardTestLoss',
};

/** Loss of the split; of the held-out splits also where the points end. */
export function hardMetrics(split: Split, { loss, ...ends }: FlowResult): Readonly<Record<string, number>> {
  return split === 'train' ? { [HARD[split]]: loss } : { [HARD[split]]: loss, ...ends };
}

function metric(
  name: string,
  label: string,
  help: string,
  better: MetricDescriptor['better'] = 'lower',
  column?: string,
): MetricDescriptor {
  const base = { name, label, help, unit: '', better, deterministic: true };
  return column === undefined ? base : { ...base, column };
}

const HELD_OUT = 'Of validation points during training, of test points at the end.';

export const bundleFlowMetrics: readonly MetricDescriptor[] = [
  metric(
    'trainingLoss',
    'Training loss',
    "The loss of the step's points, with relaxed or sampled rounding if rounding.weight is above 0.",
    'lower',
    'training',
  ),
  metric(
    HARD.train,
    'Loss, training points',
    `Mean of |(s_T - s_0) - phi|^2 at fixed points, plus rounding.weight for each item that the carried point really rounds to the other side. While training goes on, of ${QUICK_POINTS} points at most.`,
  ),
  metric(HARD.validation, 'Loss, validation points', 'The same at points that select restarts.'),
  metric(
    HARD.test,
    'Loss, test points',
    'The same at points that nothing was fitted to or chosen on.',
    'lower',
    'loss',
  ),
  metric('gap', 'Gap', 'Training loss minus loss at the training points.', 'neither'),
  metric(
    'changed',
    'Rounding decisions changed',
    `Share of the decisions, one an item and point, that differ between s_0 and where the flow carries it. ${HELD_OUT}`,
    'lower',
    'changed',
  ),
  metric(
    'changedBundles',
    'Bundles changed',
    `Share of the points with at least one changed decision. ${HELD_OUT}`,
  ),
  metric(
    'distinctBundles',
    'Distinct bundles',
    `Different bundles that the points end in. ${HELD_OUT}`,
    'higher',
    'bundles',
  ),
  metric(
    'coverage',
    'Coverage',
    `Share of all 2^m bundles that a point ends in, for ${MOST_COUNTED_ITEMS} items at most; evaluationPoints bounds it. ${HELD_OUT}`,
    'higher',
  ),
  metric(
    'startCoverage',
    'Coverage of the start',
    'Share of all 2^m bundles that the same points round to before they are carried.',
    'neither',
  ),
  metric(
    'boundaryDistance',
    'Distance from the boundary',
    `Mean of |s_T - 1/2| over points and items: 1/2 where points end in bundles, 0 on the decision boundary. ${HELD_OUT}`,
    'higher',
  ),
];

export const bundleFlowCharts: readonly ChartDescriptor[] = [
  { title: 'Loss', metrics: [HARD.validation, HARD.train, 'trainingLoss'], baselines: true },
  { title: 'Rounding changed', metrics: ['changed', 'changedBundles'], baselines: false },
  { title: 'Distinct bundles', metrics: ['distinctBundles'], baselines: false },
  { title: 'Coverage', metrics: ['coverage', 'startCoverage'], baselines: false },
  { title: 'Distance from the boundary', metrics: ['boundaryDistance'], baselines: false },
  { title: 'Gap', metrics: ['gap'], baselines: false },
];
