/** What was believed against what is true of the same parameters and the same data: the gap as a picture. */
import { counted } from '../counted.ts';
import type { ProblemDescriptor } from '../descriptor.ts';
import { leftOut } from './left-out.ts';

interface Belief {
  readonly title: string;
  /** Metrics of the two axes. */
  readonly believed: string;
  readonly earned: string;
  /** Which side of the diagonal is which, one sentence. */
  readonly sides: string;
}

type Known = Pick<ProblemDescriptor, 'direction' | 'valueMetric' | 'hardTrainMetric' | 'metrics'>;

/** x is the training value, y the hard value of the training split: x - y is the gap. */
export function beliefOf({ direction, valueMetric, hardTrainMetric, metrics }: Known): Belief {
  const earned = metrics.find(({ name }) => name === hardTrainMetric);
  const onTraining = earned?.split === undefined ? '' : ', training data';
  const sides =
    direction === 'maximize'
      ? 'Below the diagonal the estimator believes in more than the hard choices earn: the gap is positive.'
      : 'Above the diagonal the estimator believes in less than the true value: the gap is negative.';
  return {
    title: `Believed against true${onTraining}`,
    believed: valueMetric,
    earned: hardTrainMetric,
    sides: `On the diagonal the two agree. ${sides}`,
  };
}

/** Last values of a run by metric; null: not finite. */
type Metrics = Readonly<Record<string, number | null | undefined>>;

type Axes = Pick<Belief, 'believed' | 'earned'>;

/** The place of a run; null: it has none, for a reason of `notDrawn`. */
export function beliefPoint({ believed, earned }: Axes, metrics: Metrics): { x: number; y: number } | null {
  const [x, y] = [metrics[believed], metrics[earned]];
  if (!isFinite(x) || !isFinite(y) || isOther({ believed, earned }, metrics)) return null;
  return { x, y };
}

/** Which runs have no place and why, in words; empty where all have one. */
export function notDrawn(axes: Axes, runs: readonly Metrics[]): string {
  const others = runs.filter((metrics) => isOther(axes, metrics)).length;
  return [
    leftOut(
      'not drawn',
      runs.map((metrics) => [metrics[axes.believed], metrics[axes.earned]]),
    ),
    others === 0
      ? ''
      : `${others} of ${counted(runs.length, 'run')} not drawn: trained on another kind of quantity.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** Whether a run has both values and no gap, as its training value does not estimate the other (`ProblemDefinition.hasGap`). */
function isOther({ believed, earned }: Axes, metrics: Metrics): boolean {
  return metrics['gap'] === undefined && isFinite(metrics[believed]) && isFinite(metrics[earned]);
}

function isFinite(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
