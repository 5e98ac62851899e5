/** What the training loop itself reports of every run, beside the problem's metrics. */
import type { ChartDescriptor, MetricDescriptor } from '../../shared/descriptor.ts';
import { SKIPPED_STEPS } from '../../shared/run.ts';
import { OWN_SECONDS } from '../../shared/sharing.ts';
import { gradientCharts, gradientMetrics } from '../diagnostics/gradient-metrics.ts';

export const trainingMetrics: readonly MetricDescriptor[] = [
  {
    name: 'temperature',
    label: 'Temperature',
    help: 'Temperature of the relaxation at the step, as scheduled.',
    unit: '',
    better: 'neither',
    deterministic: true,
  },
  {
    name: 'learningRate',
    label: 'Learning rate',
    help: 'Learning rate of Adam at the step, as scheduled.',
    unit: '',
    better: 'neither',
    deterministic: true,
  },
  {
    name: 'gradientNorm',
    label: 'Gradient norm',
    help: "Euclidean norm of the gradient with respect to the problem's parameters, before clipping.",
    unit: '',
    better: 'neither',
    deterministic: true,
  },
  {
    name: 'evaluations',
    label: 'Evaluations of f',
    help: 'Evaluations of f so far, summed over the rows of all minibatches.',
    unit: '',
    better: 'lower',
    deterministic: true,
  },
  {
    name: 'seconds',
    label: 'Training time',
    help: 'Wall-clock training time so far, without pauses.',
    unit: 's',
    better: 'lower',
    deterministic: false,
  },
  {
    name: OWN_SECONDS,
    label: 'Training time, own share',
    help: 'Of the training time so far, what is the run’s own where it was trained together with others: each moment divided by the runs that were trained then. What it would take alone is more.',
    unit: 's',
    better: 'lower',
    deterministic: false,
  },
  {
    name: SKIPPED_STEPS,
    label: 'Steps skipped',
    help: 'Planned steps skipped so far by early stopping or a spent budget, over all restarts; they do not count in steps/s.',
    unit: '',
    better: 'neither',
    deterministic: true,
  },
  ...gradientMetrics,
];

export const trainingCharts: readonly ChartDescriptor[] = [
  ...gradientCharts,
  { title: 'Gradient norm', metrics: ['gradientNorm'] },
  { title: 'Temperature', metrics: ['temperature'] },
  { title: 'Learning rate', metrics: ['learningRate'] },
];
