/** Names and meaning of what `measureGradient` gives: ordinary series of every run that asks for it. */
import type { ChartDescriptor, MetricDescriptor } from '../../shared/descriptor.ts';

const OF = 'at the current parameters, for all of them together; needs the config key diagnostics.';

function withInterval(
  name: string,
  label: string,
  help: string,
  better: MetricDescriptor['better'],
): MetricDescriptor[] {
  const base = { unit: '', deterministic: true };
  return [
    { ...base, name, label, help: `${help} ${OF}`, better },
    ...(['Low', 'High'] as const).map((end): MetricDescriptor => ({
      ...base,
      name: `${name}${end}`,
      label: `${label}, ${end === 'Low' ? 'lower' : 'upper'} end`,
      help: `${end === 'Low' ? 'Lower' : 'Upper'} end of its 95 % interval.`,
      better: 'neither',
      endOf: name,
    })),
  ];
}

export const gradientMetrics: readonly MetricDescriptor[] = [
  ...withInterval(
    'gradientBias',
    'Gradient bias',
    "Norm of the mean estimate's distance from the exact gradient",
    'lower',
  ),
  ...withInterval(
    'gradientVariance',
    'Gradient variance',
    'Variance of one estimate of the gradient',
    'lower',
  ),
  ...withInterval(
    'gradientMse',
    'Gradient MSE',
    'Mean squared distance of one estimate from the exact gradient: squared bias plus variance,',
    'lower',
  ),
  ...withInterval(
    'gradientCosine',
    'Gradient cosine',
    'Mean cosine of the angle between one estimate and the exact gradient',
    'higher',
  ),
  {
    name: 'gradientReferenceError',
    label: 'Error of the reference gradient',
    help: 'Where the choice has too many values, a mean of many unbiased estimates stands in for the exact gradient; this is its own error, below which no bias can be seen.',
    unit: '',
    better: 'lower',
    deterministic: true,
  },
];

const chart = (title: string, name: string): ChartDescriptor => ({
  title,
  metrics: [name, `${name}Low`, `${name}High`],
});

export const gradientCharts: readonly ChartDescriptor[] = [
  chart('Gradient bias', 'gradientBias'),
  chart('Gradient variance', 'gradientVariance'),
  chart('Gradient MSE', 'gradientMse'),
  chart('Gradient cosine', 'gradientCosine'),
  { title: 'Error of the reference gradient', metrics: ['gradientReferenceError'] },
];
