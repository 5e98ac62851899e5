/**
 * Descriptors of what problems report. A metric belongs to one split for good: its name, its label and its descriptor say which,
 * so that no curve ever changes whose data it is about.
 */
import type { MetricDescriptor } from '../../shared/descriptor.ts';

type HeldOutSplit = 'validation' | 'test';

/** What of a descriptor can be left out. */
type Further = Partial<Pick<MetricDescriptor, 'column' | 'split' | 'baselines' | 'quantile' | 'earlier'>>;

export function metric(
  name: string,
  label: string,
  help: string,
  better: MetricDescriptor['better'],
  further: Further = {},
): MetricDescriptor {
  return { name, label, help, unit: '', better, deterministic: true, ...further };
}

/** `sold` of the validation split is `validationSold`. */
function heldOutName(split: HeldOutSplit, name: string): string {
  return `${split}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The values of a held-out split under its own names. */
export function heldOutValues(
  split: HeldOutSplit,
  values: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [heldOutName(split, name), value]));
}

/**
 * A metric that is measured on the validation split while training goes on and at the end, and on the test split at the end: a
 * descriptor for each. Runs of earlier versions have both in one series, which keeps its name and says so.
 * @param rows what a split holds: `buyers`, `profiles`
 * @param columns titles of their columns in the table of a comparison
 */
export function heldOutMetrics(
  { name, label, help, better, baselines, quantile }: MetricDescriptor,
  rows: string,
  columns: Partial<Record<HeldOutSplit, string>> = {},
): readonly MetricDescriptor[] {
  const shared: Further = quantile === undefined ? {} : { quantile };
  const of = (split: HeldOutSplit, when: string): MetricDescriptor =>
    metric(
      heldOutName(split, name),
      `${label}, ${split} ${rows}`,
      `${help} Of the ${split} ${rows}${when}.`,
      better,
      {
        ...shared,
        ...(baselines === undefined ? {} : { baselines }),
        split,
        ...(columns[split] === undefined ? {} : { column: columns[split] }),
      },
    );
  return [
    of('validation', ''),
    of('test', ', at the end'),
    metric(
      name,
      `${label}, validation and at the end test ${rows}`,
      `${help} Runs of earlier versions only: of the validation ${rows}, but the last point of the test ${rows}.`,
      better,
      { ...shared, earlier: true },
    ),
  ];
}

/** The names of some held-out metrics for a chart of the validation split, with those of earlier versions. */
export function validationCurves(names: readonly string[]): readonly string[] {
  return [...names.map((name) => heldOutName('validation', name)), ...names];
}
