/**
 * Descriptors of what problems report. A metric belongs to one split for good: its name, its label and its descriptor say which,
 * so that no curve ever changes whose data it is about.
 */
import type { MetricDescriptor } from '../../shared/descriptor.ts';
import type { Split } from '../../shared/split.ts';

type HeldOutSplit = Exclude<Split, 'train'>;

/** What of a descriptor can be left out. */
type Further = Partial<
  Pick<MetricDescriptor, 'column' | 'split' | 'baselines' | 'quantile' | 'health' | 'earlier'>
>;

export function metric(
  name: string,
  label: string,
  help: string,
  better: MetricDescriptor['better'],
  further: Further = {},
): MetricDescriptor {
  return { name, label, help, unit: '', better, deterministic: true, ...further };
}

/** What is measured of a split, and how: `hardTestElbo`; without a how, `testSold`. @param what begins with a capital */
export function splitName(how: string, split: Split, what: string): string {
  return how === '' ? `${split}${what}` : `${how}${capital(split)}${what}`;
}

/** `sold` of the validation split is `validationSold`. */
function heldOutName(split: HeldOutSplit, name: string): string {
  return splitName('', split, capital(name));
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
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
 * descriptor for each.
 * @param rows what a split holds: `buyers`, `images`
 * @param columns titles of their columns in the table of a comparison
 * @param named absent: as `heldOutValues` names the values
 */
export function heldOut(
  { name, label, help, better, baselines, quantile, health }: MetricDescriptor,
  rows: string,
  columns: Partial<Record<HeldOutSplit, string>> = {},
  named: (split: HeldOutSplit) => string = (split) => heldOutName(split, name),
): readonly MetricDescriptor[] {
  return (['validation', 'test'] as const).map((split) => {
    const when = split === 'test' ? ', at the end' : '';
    return metric(
      named(split),
      `${label}, ${split} ${rows}`,
      `${help} Over the ${split} ${rows}${when}.`,
      better,
      {
        ...(quantile === undefined ? {} : { quantile }),
        ...(baselines === undefined ? {} : { baselines }),
        ...(health === undefined ? {} : { health }),
        split,
        ...(columns[split] === undefined ? {} : { column: columns[split] }),
      },
    );
  });
}

/** The same with what runs of earlier versions have, both splits in one series, which keeps its name and says so. */
export function heldOutMetrics(
  descriptor: MetricDescriptor,
  rows: string,
  columns: Partial<Record<HeldOutSplit, string>> = {},
): readonly MetricDescriptor[] {
  const { name, label, help, better, quantile } = descriptor;
  return [
    ...heldOut(descriptor, rows, columns),
    metric(
      name,
      `${label}, validation and at the end test ${rows}`,
      `${help} Runs of earlier versions only: over the validation ${rows}, but the last point over the test ${rows}.`,
      better,
      { ...(quantile === undefined ? {} : { quantile }), earlier: true },
    ),
  ];
}

/** The names of some held-out metrics for a chart of the validation split, with those of earlier versions. */
export function validationCurves(names: readonly string[]): readonly string[] {
  return [...names.map((name) => heldOutName('validation', name)), ...names];
}
