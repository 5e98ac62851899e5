/** What the curves of a comparison can be drawn against. */
import { curveAxes, type CurveAxis } from '../../../shared/contract/comparisons.ts';
import { formatTick } from '../../../shared/number-format.ts';
import { STEPS, type XAxis } from '../../charts/x-axis.ts';
import { formatCount } from '../../format/numbers.ts';

export interface AxisChoice extends XAxis {
  readonly axis: CurveAxis;
  /** On its button. */
  readonly short: string;
  readonly help: string;
}

const SECONDS = { grain: 0.001, format: formatTick };

export const axisChoices: readonly AxisChoice[] = [
  { ...STEPS, axis: 'steps', short: 'Steps', help: 'Training steps' },
  {
    axis: 'evaluations',
    short: 'Evaluations of f',
    help: 'Evaluations of f so far, over all rows of the minibatches: what an estimator with several samples pays for its steps',
    label: 'Evaluations of f',
    grain: 1,
    format: formatCount,
  },
  {
    ...SECONDS,
    axis: 'seconds',
    short: 'Training time',
    help: 'Mean training time of the seeds at each step, in seconds, without pauses; runs that are trained together share it',
    label: 'Training time, s',
  },
  {
    ...SECONDS,
    axis: 'wall',
    short: 'Wall time',
    help: 'Mean time since the first step, in seconds, with pauses and interruptions',
    label: 'Wall time, s',
  },
];

/** As an address holds it; steps for anything unknown. */
export function axisFromQuery(text: string | undefined): AxisChoice {
  const axis = curveAxes.find((known) => known === text) ?? 'steps';
  return axisChoices.find((choice) => choice.axis === axis) ?? axisChoices[0]!;
}
