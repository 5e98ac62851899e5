/** One series of several seeds as one curve: mean and interval at the steps they share. */
import type { ComparisonCurve } from '../../shared/contract/comparisons.ts';
import { interval } from '../statistics.ts';
import { Decimator } from '../store/decimate.ts';
import type { DecimationWindow, Series } from '../store/types.ts';

/**
 * A step is shared if every run that has got that far has a point there; nothing is interpolated. Where runs end, fewer take
 * part (n says so). Of the shared steps those are kept that an M4 decimation of the mean keeps.
 */
export function curveOfSeeds(
  series: readonly Series[],
  window: DecimationWindow,
): Omit<ComparisonCurve, 'estimator'> {
  const members = series.filter(({ steps }) => steps.length > 0);
  const valuesAt = new Map<number, number[]>();
  for (const { steps, values } of members) {
    for (let index = 0; index < steps.length; index += 1) {
      const step = steps[index]!;
      const found = valuesAt.get(step);
      if (found === undefined) valuesAt.set(step, [values[index]!]);
      else found.push(values[index]!);
    }
  }
  const ends = members.map(({ steps }) => steps.at(-1) ?? -1);
  const shared = [...valuesAt]
    .filter(([step, values]) => values.length === ends.filter((end) => end >= step).length)
    .sort(([a], [b]) => a - b);
  const means = shared.map(([, values]) => interval(values));
  const decimator = new Decimator(window);
  decimator.addPoints(
    Float64Array.from(shared, ([step]) => step),
    Float64Array.from(means, ({ mean }) => mean),
  );
  const kept = new Set(decimator.finish().steps);
  const shown = shared.flatMap(([step], index) => (kept.has(step) ? [{ step, ...means[index]! }] : []));
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    steps: shown.map(({ step }) => step),
    mean: shown.map(({ mean }) => finite(mean)),
    halfWidth: shown.map(({ half }) => finite(half)),
    n: shown.map(({ n }) => n),
    count: shared.length,
  };
}
