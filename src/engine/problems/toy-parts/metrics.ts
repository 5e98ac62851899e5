/** What both toys report. */
import type { ChartDescriptor, MetricDescriptor, ProblemDescriptor } from '../../../shared/descriptor.ts';
import { metric } from '../metric-descriptors.ts';
import { SAMPLED_VALUES } from './evaluate.ts';

export const toyMetrics: readonly MetricDescriptor[] = [
  metric(
    'estimatedValue',
    'Estimated f',
    'What the estimator believes E f to be, its training value: the mean over the steps since the last logged point (logEvery steps).',
    'lower',
    { column: 'estimated f', baselines: true },
  ),
  metric(
    'expectedValue',
    'Expected f',
    `E f at the logits as they are, over every value of z with its probability; with too many values, the mean of ${SAMPLED_VALUES} draws with fixed noise.`,
    'lower',
    { column: 'expected f', baselines: true },
  ),
  metric('modeValue', 'f of the mode', 'f of the most probable z.', 'lower', {
    column: 'f of mode',
    baselines: true,
  }),
  metric(
    'gap',
    'Gap',
    'Estimated minus expected f: near 0 if the training value can be believed.',
    'neither',
    { column: 'gap' },
  ),
  metric('entropy', 'Entropy', 'Entropy of a choice in nats, mean over the choices of a row.', 'neither', {
    health: 'entropy',
  }),
];

export const toyCharts: readonly ChartDescriptor[] = [
  { title: 'Value', metrics: ['expectedValue', 'modeValue', 'estimatedValue'] },
  { title: 'Gap', metrics: ['gap'] },
  { title: 'Entropy', metrics: ['entropy'] },
];

export const toyBaselines: ProblemDescriptor['baselines'] = [
  {
    name: 'optimum',
    label: 'Smallest f',
    everySplit: true,
    bound: true,
    help: 'The smallest value of f, to which E f can be brought; left out where f has too many values to enumerate.',
  },
];
