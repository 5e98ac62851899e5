/**
 * The rules by which a run's health is judged: each looks at one series, point by point, and says whether what it sees is bad. They
 * know roles of metrics and no problem's names. How long it has to be bad for an alert is in `health.ts`; docs/health.md has the
 * measured false alarms of these thresholds.
 */
import type { MetricDescriptor } from '../../shared/descriptor.ts';
import type { AlertId } from '../../shared/health.ts';
import { plainNumber } from '../../shared/number-format.ts';
import {
  isDone,
  lower,
  named,
  scaleOf,
  type Finding,
  type Seen,
  type Watch,
  type Watched,
} from './health-watch.ts';

/** A window of minibatches is a sample: its mean may lie a little beyond a bound on the mean of the split. As a share of the scale. */
const BEYOND_BOUND = 0.05;
/** A gap below this share of the values is what a relaxation costs. */
const GAP_SHARE = 0.1;
/** Evaluations that a growing gap is seen over: of independent noise, 6 values rise in order once in 720 times. */
const GAP_WINDOW = 6;
/** Less growth than this share of the values over the window is drift of a relaxation that stays what it is. */
const GAP_GROWTH = 0.05;
/** A hard value below this share of what is believed, or was earned, is nothing. */
const NOTHING_SHARE = 0.01;
/** What is in use, as a share of the most that was: three quarters dead is beyond the thinning that training begins with. */
const ALIVE_SHARE = 0.25;
/** By this share of the steps something has to have come alive. */
const ALIVE_BY = 0.2;
/** Share of the rows whose largest probability is above `CERTAIN`, and the gradient that is left of the first. */
const SATURATED_SHARE = 0.95;
const SATURATED_GRADIENT = 0.1;
/** At 0.999 the gradient of a probability, p (1 - p), is below 1/250 of its largest. */
export const CERTAIN = 0.999;
/** Logged gradient norms that are the measure of the later ones, by their geometric mean. */
export const FIRST_NORMS = 5;
/** The norm of a minibatch's gradient falls to a tenth or a hundredth as a run converges: its noise stays. */
const VANISHED = 1e-3;
/** Norms of one run are seldom 10 times apart; 100 times is no noise. */
const EXPLODED = 100;
/** What is left of the largest entropy. */
const ENTROPY_SHARE = 0.01;
/** The variance of an estimate from so small a share of the rounds is 20 times that of one from all. */
const EFFECTIVE_SHARE = 0.05;
export const NORM = 'gradientNorm';
/** Not a series: what the session measures at evaluations for the rule alone. */
export const SATURATED = 'saturated';

export function watchesOf(run: Watched): readonly Watch[] {
  const watches = [
    boundWatch(run),
    gapWatch(run),
    nothingWatch(run),
    ...run.metrics.flatMap((metric) => roleWatch(run, metric)),
    ...gradientWatches(run),
  ];
  return watches.filter((watch) => watch !== null);
}

function boundWatch(run: Watched): Watch | null {
  const { bound, value: name } = run;
  if (bound === null || run.hard === null) return null;
  return {
    id: 'above-bound',
    series: name,
    patience: 3,
    judge({ value, first }) {
      const excess = run.sign * (value - bound.value);
      if (excess <= BEYOND_BOUND * scaleOf(run, first)) return null;
      return {
        numbers: { [name]: value, [bound.name]: bound.value },
        say: () =>
          `${named(run, name)} ${plainNumber(value)} is ${run.sign > 0 ? 'above' : 'below'} ${lower(bound.label)} ${plainNumber(bound.value)}, which no choice can ${run.sign > 0 ? 'exceed' : 'go below'}.`,
      };
    },
  };
}

function gapWatch(run: Watched): Watch | null {
  const { hard: hardName, value: name } = run;
  if (hardName === null) return null;
  return {
    id: 'gap-growing',
    series: 'gap',
    patience: 1,
    judge({ value: gap, last, raised, first }, memory) {
      const better = run.sign * gap;
      const [relaxed, hard] = [last(name), last(hardName)];
      if (relaxed === undefined || hard === undefined) return null;
      // The gap that raised the alert stands first while it lasts.
      const window = raised ? memory.slice(1) : memory.slice();
      window.push(better);
      window.splice(0, window.length - GAP_WINDOW);
      const started = window[0]!;
      const peak = raised ? memory[0]! : better;
      memory.splice(0, memory.length, ...(raised ? [peak] : []), ...window);
      const found: Finding = {
        numbers: { [name]: relaxed, [hardName]: hard, gap },
        say: (since) =>
          `${named(run, name)} ${plainNumber(relaxed)} and ${lower(named(run, hardName))} ${plainNumber(hard)} move apart: a gap of ${plainNumber(gap)} at step ${since}, from ${plainNumber(run.sign * started)} ${GAP_WINDOW - 1} evaluations before.`,
      };
      if (raised) return better > peak / 2 ? found : null;
      const size = Math.max(Math.abs(relaxed), Math.abs(hard), Math.abs(hard - (first.hard ?? hard)));
      const rising = window.every((one, i) => i === 0 || one > window[i - 1]!);
      const grows = rising && better - started > GAP_GROWTH * size;
      const bad = window.length === GAP_WINDOW && grows && better > GAP_SHARE * size;
      if (!bad) return null;
      memory.unshift(better);
      return found;
    },
  };
}

function nothingWatch(run: Watched): Watch | null {
  const { hard, value: name } = run;
  const earns = run.metrics.some((metric) => metric.name === hard && metric.health === 'earnings');
  if (hard === null || !earns) return null;
  return {
    id: 'nothing-hard',
    series: hard,
    patience: 3,
    judge({ value, last }, memory) {
      const relaxed = last(name);
      const best = Math.max(memory[0] ?? 0, value, relaxed ?? 0);
      memory[0] = best;
      if (relaxed === undefined || value > NOTHING_SHARE * best || best <= 0) return null;
      return {
        collapse: true,
        numbers: { [name]: relaxed, [hard]: value },
        say: (since) =>
          `${named(run, hard)} ${plainNumber(value)} since step ${since}, while ${lower(named(run, name))} is ${plainNumber(relaxed)}.`,
      };
    },
  };
}

function roleWatch(run: Watched, metric: MetricDescriptor): readonly Watch[] {
  const { name, health } = metric;
  // Of the test split there is one point, at the end.
  if (metric.split === 'test') return [];
  if (health === 'alive-count' || health === 'alive-share') return [aliveWatch(run, metric)];
  if (health === 'entropy') {
    const judge: Watch['judge'] = (seen, memory) => {
      const most = Math.max(memory[0] ?? 0, seen.value);
      memory[0] = most;
      if (seen.value > ENTROPY_SHARE * most || most <= 0 || isDone(run, seen)) return null;
      return {
        numbers: { [name]: seen.value },
        say: (since) =>
          `${named(run, name)} ${plainNumber(seen.value)} since step ${since}, from ${plainNumber(most)}, with most of the steps to come.`,
      };
    };
    return [{ id: 'entropy-collapse', series: name, patience: 2, judge }];
  }
  if (health !== 'effective-share') return [];
  const judge: Watch['judge'] = ({ value }) =>
    value >= EFFECTIVE_SHARE
      ? null
      : {
          numbers: { [name]: value },
          say: (since) =>
            `${named(run, name)} ${plainNumber(100 * value)} % of the rounds since step ${since}: the estimate rests on few of them.`,
        };
  return [{ id: 'low-ess', series: name, patience: 2, judge }];
}

function aliveWatch(run: Watched, { name, health }: MetricDescriptor): Watch {
  const counts = health === 'alive-count';
  const shown = (value: number) => (counts ? plainNumber(value) : `${plainNumber(100 * value)} %`);
  return {
    id: 'dying-options',
    series: name,
    patience: 3,
    judge({ value, share }, memory) {
      const most = Math.max(memory[0] ?? 0, value);
      memory[0] = most;
      const never = most === 0 && share >= ALIVE_BY;
      if (!never && (most === 0 || value > ALIVE_SHARE * most)) return null;
      return {
        collapse: value <= (counts && most > 1 ? 1 : 0),
        numbers: { [name]: value },
        say: (since) =>
          never
            ? `${named(run, name)}: none so far, at step ${since}.`
            : `${named(run, name)} ${shown(value)} since step ${since}, from ${shown(most)} at the most.`,
      };
    },
  };
}

function gradientWatches(run: Watched): readonly Watch[] {
  const norm = (id: AlertId, patience: number, bad: (share: number, seen: Seen) => boolean): Watch => ({
    id,
    series: NORM,
    patience,
    judge(seen) {
      const reference = seen.first.norm;
      if (reference === undefined || !bad(seen.value / reference, seen)) return null;
      return {
        numbers: { [NORM]: seen.value, 'gradientNorm.first': reference },
        say: (since) =>
          `Gradient norm ${plainNumber(seen.value)} since step ${since}, ${plainNumber(reference)} at the beginning.`,
      };
    },
  });
  const saturated: Watch = {
    id: 'saturated-logits',
    series: SATURATED,
    patience: 2,
    judge(seen) {
      const [gradient, reference] = [seen.last(NORM), seen.first.norm];
      if (gradient === undefined || reference === undefined) return null;
      if (seen.value < SATURATED_SHARE || gradient > SATURATED_GRADIENT * reference) return null;
      if (isDone(run, seen)) return null;
      return {
        numbers: { [SATURATED]: seen.value, [NORM]: gradient },
        say: (since) =>
          `In ${plainNumber(100 * seen.value)} % of the rows the choice is certain to ${CERTAIN} since step ${since}, and the gradient norm is ${plainNumber(gradient)}, from ${plainNumber(reference)}.`,
      };
    },
  };
  return [
    // Back to a hundredth of the first norms it counts as recovered.
    norm('vanishing-gradient', 3, (share, seen) =>
      seen.raised ? share < 10 * VANISHED : share < VANISHED && !isDone(run, seen),
    ),
    norm('exploding-gradient', 2, (share, { raised }) => share > (raised ? EXPLODED / 10 : EXPLODED)),
    saturated,
  ];
}
