/** Whether a replay gave the same numbers, and where they first differ. */
import type { MetricDescriptor } from '../../shared/descriptor.ts';
import type { Series } from '../store/types.ts';

type SeriesByName = Readonly<Record<string, Series>>;

export interface SeriesDifference {
  readonly series: string;
  readonly step: number;
  /** null: no point at this step. */
  readonly expected: number | null;
  readonly actual: number | null;
}

export interface SeriesComparison {
  /** No difference: the same series, the same steps, the same numbers. */
  readonly equal: boolean;
  /** Points that both have, compared. */
  readonly points: number;
  /** The one at the smallest step over all series; at one step, the first by name. */
  readonly firstDifference?: SeriesDifference;
  /** Series that only `expected` has, and that only `actual` has, by name. */
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

const none: Series = { steps: new Float64Array(), values: new Float64Array() };

/**
 * Compares number by number as doubles, bit for bit but for the bits of a NaN (all NaN are equal, 0 and -0 are not).
 * `ignore` names series that differ between two equal runs (wall-clock measurements); steps after `through` are left out
 * (a replay of a run that was stopped goes on where that one ended).
 */
export function compareSeries(
  expected: SeriesByName,
  actual: SeriesByName,
  options: { readonly ignore?: readonly string[]; readonly through?: number } = {},
): SeriesComparison {
  const ignored = new Set(options.ignore);
  const through = options.through ?? Infinity;
  const names = (all: SeriesByName) =>
    Object.entries(all).flatMap(([name, { steps }]) => {
      const begins = steps[0];
      return !ignored.has(name) && begins !== undefined && begins <= through ? [name] : [];
    });
  const expectedNames = names(expected).sort();
  const actualNames = names(actual).sort();
  let points = 0;
  let first: SeriesDifference | undefined;
  for (const name of [...new Set([...expectedNames, ...actualNames])].sort()) {
    const found = firstDifference(expected[name] ?? none, actual[name] ?? none, through);
    points += found.points;
    if (found.at && (!first || found.at.step < first.step)) first = { series: name, ...found.at };
  }
  return {
    equal: first === undefined,
    points,
    ...(first && { firstDifference: first }),
    missing: expectedNames.filter((name) => !actualNames.includes(name)),
    extra: actualNames.filter((name) => !expectedNames.includes(name)),
  };
}

/**
 * Names of series that a run of an earlier version and one of this version do not have in common because metrics were named
 * anew: to be ignored when the two are compared. None if the stored run is of this version.
 */
export function renamedSeries(
  metrics: readonly Pick<MetricDescriptor, 'name' | 'earlier'>[],
  stored: SeriesByName,
  replayed: SeriesByName,
): readonly string[] {
  const earlier = metrics.flatMap(({ name, earlier }) => (earlier === true && name in stored ? [name] : []));
  if (earlier.length === 0) return [];
  return [...earlier, ...Object.keys(replayed).filter((name) => !(name in stored))];
}

function firstDifference(expected: Series, actual: Series, through: number) {
  let at: Omit<SeriesDifference, 'series'> | undefined;
  let points = 0;
  let e = 0;
  let a = 0;
  for (;;) {
    const expectedStep = expected.steps[e] ?? Infinity;
    const actualStep = actual.steps[a] ?? Infinity;
    const step = Math.min(expectedStep, actualStep);
    if (step === Infinity || step > through) return { at, points };
    const expectedValue = expectedStep === step ? (expected.values[e++] as number) : null;
    const actualValue = actualStep === step ? (actual.values[a++] as number) : null;
    if (expectedValue !== null && actualValue !== null) points += 1;
    if (!at && !Object.is(expectedValue, actualValue))
      at = { step, expected: expectedValue, actual: actualValue };
  }
}
