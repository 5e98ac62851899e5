/** Series of a run: how they are called, and which of their points count. */
import { z } from 'zod';

/** Name of a metric, and of the series of its values. */
export const seriesNameSchema = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/,
    'a name is a letter and then at most 63 letters, digits, _ . or -',
  );

/** A series that holds a metric for one of several estimators; a plain name is the run's own. */
export function estimatorSeries(metric: string, estimator: string): string {
  return `${metric}.${estimator}`;
}

/** Metric and estimator of a series; no estimator: the run's own. Neither metrics nor ids have a dot. */
export function readSeriesName(name: string): { readonly metric: string; readonly estimator: string | null } {
  const [metric = '', ...rest] = name.split('.');
  return { metric, estimator: rest.length === 0 ? null : rest.join('.') };
}

/** The last step of a series without points. */
export const NO_STEP = -1;

/**
 * Points come twice: a resumed run makes some again, and what was not acknowledged is sent again. The rule is that a series' steps
 * increase, and that the first point of a step counts. The store holds to it whatever it is sent (`SeriesWriter`). A trainer leaves
 * such points out to send less, the feed tells pages only what was new, and a page leaves out what it had read before it was told.
 * @param last the series' last step so far
 */
export function isRepeated(step: number, last = NO_STEP): boolean {
  return step <= last;
}

/**
 * @param steps strictly increasing
 * @returns the index of the first that is not repeated; the length if all are
 */
export function firstNew(steps: ArrayLike<number>, last = NO_STEP): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isRepeated(steps[middle]!, last)) low = middle + 1;
    else high = middle;
  }
  return low;
}
