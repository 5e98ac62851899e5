/** What the lab shows as a table that other programs read. */
import type { GradientResult, Interval } from '../../../../shared/gradient.ts';

const FIGURES = ['bias', 'variance', 'mse', 'cosine'] as const;

/** One row a logit and estimator; the figures over all logits are repeated in each. */
export function resultCsv(results: readonly GradientResult[]): string {
  const ends = (name: string) => [name, `${name}_low`, `${name}_high`];
  const head = [
    ...[
      'estimator',
      'samples',
      'evaluations_per_sample',
      'logit',
      'exact',
      'mean',
      'standard_error',
      'variance',
    ],
    ...FIGURES.flatMap((name) => ends(`all_${name}`)),
  ];
  const rows = results.flatMap(({ estimator, samples, evaluationsPerSample, coordinates, figures }) =>
    coordinates.map(({ exact, mean, standardError, variance }, i) => [
      ...[estimator, samples, evaluationsPerSample, i, exact ?? '', mean, standardError, variance],
      ...FIGURES.flatMap((name) => cells(figures[name])),
    ]),
  );
  return [head, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

function cells(interval: Interval | null): (number | string)[] {
  return interval === null ? ['', '', ''] : [interval.value, interval.low, interval.high];
}
