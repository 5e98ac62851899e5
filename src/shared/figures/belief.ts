/** What was believed against what is true of the same parameters and the same data: the gap as a picture. */
import type { ProblemDescriptor } from '../descriptor.ts';

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
