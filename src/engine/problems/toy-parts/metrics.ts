/** What both toys report. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { SAMPLED_VALUES } from './evaluate.ts';

function metric(
  name: string,
  label: string,
  help: string,
  better: MetricDescriptor['better'],
  column?: string,
): MetricDescriptor {
  const base = { name, label, help, unit: '', better, deterministic: true };
  return column === undefined ? base : { ...base, column };
}

export const toyMetrics: readonly MetricDescriptor[] = [
  metric(
    'estimatedValue',
    'Estimated f',
    'What the estimator believes E f to be: its training value.',
    'lower',
    'estimated f',
  ),
  metric(
    'expectedValue',
    'Expected f',
    `E f at the logits as they are, over every value of z with its probability; with too many values, the mean of ${SAMPLED_VALUES} draws with fixed noise.`,
    'lower',
    'expected f',
  ),
  metric('modeValue', 'f of the mode', 'f of the most probable z.', 'lower', 'f of mode'),
  metric(
    'gap',
    'Gap',
    'Estimated minus expected f: near 0 if the training value can be believed.',
    'neither',
    'gap',
  ),
  metric('entropy', 'Entropy', 'Entropy of a choice in nats, mean over the choices of a row.', 'neither'),
];

export const toyCharts: readonly ChartDescriptor[] = [
  { title: 'Value', metrics: ['expectedValue', 'modeValue', 'estimatedValue'], baselines: true },
  { title: 'Gap', metrics: ['gap'], baselines: false },
  { title: 'Entropy', metrics: ['entropy'], baselines: false },
];

export const toyBaselines: ProblemDescriptor['baselines'] = [
  {
    name: 'optimum',
    label: 'Smallest f',
    help: 'The smallest value of f, to which E f can be brought; left out where f has too many values to go through.',
  },
];
