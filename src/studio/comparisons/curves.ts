/** One series of a group of runs as one curve: mean and interval at the steps they share. */
import type { ComparisonCurve, CurveAxis, MemberCurve } from '../../shared/contract/comparisons.ts';
import { halfWidth } from '../../shared/interval.ts';
import { Decimator } from '../store/decimate.ts';
import type { DecimationWindow } from '../store/types.ts';
import { WALL, type CurveBook } from './curve-book.ts';
import type { SeedGroup } from './groups.ts';
import type { Moments, SharedStep } from './moments.ts';

export interface CurveWindow {
  readonly from: number | null;
  readonly to: number | null;
  readonly columns: number;
}

interface PlacedStep extends SharedStep {
  readonly x: number;
}

const SERIES_OF = { evaluations: 'evaluations', seconds: 'seconds', wall: WALL } as const;

export interface CurveQuestion {
  readonly series: string;
  readonly axis: CurveAxis;
  readonly window: CurveWindow;
  readonly members: boolean;
}

export interface CurveAnswer {
  /** One per group. */
  readonly curves: ComparisonCurve[];
  /** One per run, if they were asked for. */
  readonly members: MemberCurve[];
  /** Where an open window ends. */
  readonly end: number;
}

export function curvesOf(
  book: CurveBook,
  groups: readonly SeedGroup[],
  { series, axis, window: asked, members }: CurveQuestion,
): CurveAnswer {
  const placed = (runs: readonly string[]) => {
    const places = axis === 'steps' ? null : book.moments(runs, SERIES_OF[axis]);
    return placedSteps(book.moments(runs, series), places);
  };
  const means = groups.map(({ key, estimator, runs }) => ({
    group: key,
    estimator,
    points: placed(runs.map(({ id }) => id)),
  }));
  const single = groups.flatMap(({ key, estimator, runs }) =>
    members ? runs.map(({ id }) => ({ run: id, group: key, estimator, points: placed([id]) })) : [],
  );
  const last = Math.max(0, ...[...means, ...single].map(({ points }) => points.at(-1)?.x ?? 0));
  const planned = Math.max(0, ...groups.flatMap(({ runs }) => runs.map(({ steps }) => steps)));
  const end = axis === 'steps' ? planned : roundUp(last);
  const from = asked.from ?? 0;
  const window = { from, to: asked.to ?? Math.max(from, end), columns: asked.columns };
  return {
    curves: means.map(({ group, estimator, points }) => ({ group, estimator, ...curveOf(points, window) })),
    members: single.map(({ run, group, estimator, points }) => {
      const { xs, mean } = curveOf(points, window);
      return { run, group, estimator, xs, values: mean };
    }),
    end,
  };
}

/**
 * Shared steps with their place on the x axis, which strictly grows. A step is left out if not all of its runs have a place
 * there, or if its place does not lie after the one before: a mean time goes back where a slow run ends.
 * @param places moments of the axis' own series over the same runs; null: steps are the axis
 */
export function placedSteps(moments: Moments, places: Moments | null): readonly PlacedStep[] {
  if (places === null) return Array.from(moments.shared(), (point) => ({ ...point, x: point.step }));
  const known = new Map(Array.from(places.shared(), (place) => [place.step, place]));
  const placed: PlacedStep[] = [];
  for (const point of moments.shared()) {
    const place = known.get(point.step);
    if (place?.n !== point.n || !(place.mean > (placed.at(-1)?.x ?? -Infinity))) continue;
    placed.push({ ...point, x: place.mean });
  }
  return placed;
}

/** Of the points in the window those are kept that an M4 decimation of the mean keeps, and the ones just outside it. */
export function curveOf(
  points: readonly PlacedStep[],
  window: DecimationWindow,
): Omit<ComparisonCurve, 'group' | 'estimator'> {
  const inside = points.filter(({ x }) => x >= window.from && x <= window.to);
  const decimator = new Decimator(window);
  decimator.addPoints(
    Float64Array.from(inside, ({ x }) => x),
    Float64Array.from(inside, ({ mean }) => mean),
  );
  const { steps, nonFinite } = decimator.finish();
  const kept = new Set(steps);
  const shown = [
    ...points.filter(({ x }) => x < window.from).slice(-1),
    ...inside.filter(({ x }) => kept.has(x)),
    ...points.filter(({ x }) => x > window.to).slice(0, 1),
  ];
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    xs: shown.map(({ x }) => x),
    mean: shown.map(({ mean }) => finite(mean)),
    halfWidth: shown.map(({ n, squares }) => finite(halfWidth(n, squares))),
    n: shown.map(({ n }) => n),
    count: inside.length,
    nonFinite,
  };
}

/** The next number with two digits: an axis that grows with its points does so in few, visible steps. */
function roundUp(value: number): number {
  if (value <= 0) return 1;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / unit) * unit).toPrecision(3));
}
