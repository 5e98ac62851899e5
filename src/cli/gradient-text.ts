/** What `gradient` prints for people. */
import { counted } from '../shared/counted.ts';
import {
  coordinateNames,
  isContinuous,
  type GradientResult,
  type GradientTask,
  type Interval,
  type SweepResult,
  type SweepTask,
  type Unseen,
  type Warmed,
} from '../shared/gradient.ts';
import { plainNumber } from '../shared/number-format.ts';
import { table } from './output.ts';

const MOST_ROWS = 50;

/** One row per logit or parameter, and the figures over all of them. */
export function gradientText(task: GradientTask, result: GradientResult): string {
  const { one, all } = wordsFor(task);
  const names = isContinuous(task.distribution) ? coordinateNames(task.distribution, 0) : undefined;
  const rows = result.coordinates.slice(0, MOST_ROWS).map((coordinate, i) => {
    const { exact, mean, standardError, variance, trusted } = coordinate;
    const bias = exact === null ? undefined : mean - exact;
    return [
      names?.[i] ?? String(i),
      plainNumber(exact, 6),
      plainNumber(mean, 6),
      `${plainNumber(standardError, 3)}${trusted ? '' : ' ?'}`,
      plainNumber(bias, 3),
      bias === undefined || standardError === 0 || !trusted ? '-' : plainNumber(bias / standardError, 3),
      plainNumber(variance, 6),
    ];
  });
  const head = [one, 'exact', 'mean', 's.e.', 'bias', 'z', 'variance'];
  const left = result.coordinates.length - rows.length;
  const { bias, variance, mse, cosine } = result.figures;
  return [
    `${result.estimator}: ${counted(result.samples, 'estimate')} of the gradient of E f for the ${all}, ${counted(result.evaluationsPerSample, 'evaluation')} of f each, seed ${task.seed}${warmth(task, result.warmedUp)}`,
    '',
    table(head, rows, head),
    ...(left > 0 ? [`and ${left} more; --json has all`] : []),
    '',
    table(
      [`over all ${all}`, '', '95 % interval'],
      [
        ['norm of the bias', ...cells(bias)],
        ['variance, summed', ...cells(variance)],
        ['mean squared error', ...cells(mse)],
        ['cosine to the exact gradient', ...cells(cosine)],
      ],
      [''],
    ),
    ...neverDrawn(result.unseen),
    ...(result.doubts.length === 0
      ? []
      : [
          '',
          `Do not trust ${variance?.low === null ? `standard errors with a question mark, and the intervals over all ${all}, which are left out` : 'standard errors with a question mark'}. ${sentences(result.doubts)}`,
        ]),
    ...(result.coordinates[0]?.exact === null
      ? ['', 'f has too many values to enumerate, so the exact gradient is not known.']
      : []),
  ].join('\n');
}

/** What the gradient is for. */
function wordsFor({ distribution }: GradientTask | SweepTask): {
  readonly one: string;
  readonly all: string;
} {
  return isContinuous(distribution)
    ? { one: 'parameter', all: 'parameters' }
    : { one: 'logit', all: 'logits' };
}

function cells(interval: Interval | null): string[] {
  if (interval === null) return ['-', '-'];
  const { value, low, high } = interval;
  return [plainNumber(value), low === null ? '-' : `${plainNumber(low)} to ${plainNumber(high)}`];
}

function neverDrawn(unseen: Unseen | null): string[] {
  if (unseen === null || unseen.values === 0) return [];
  const { values, of, probability } = unseen;
  return [
    '',
    `Never drawn: ${counted(values, 'value')} of z of ${of}, with probability ${plainNumber(probability, 3)}.`,
  ];
}

function sentences(doubts: readonly string[]): string {
  return doubts.map((doubt) => `${doubt.charAt(0).toUpperCase()}${doubt.slice(1)}.`).join(' ');
}

/** One row per value. */
export function sweepText(task: SweepTask, { estimator, over, points }: SweepResult): string {
  const head = [over, 'f', 'bias', 'variance', 'mse', 'cosine', ...learnedNames(points)];
  const rows = points.map(({ at, evaluationsPerSample, warmedUp, figures }) => [
    plainNumber(at),
    String(evaluationsPerSample),
    ...[figures.bias, figures.variance, figures.mse, figures.cosine].map(ranged),
    ...learnedNames(points).map((name) => plainNumber(warmedUp.learned[name])),
  ]);
  return [
    `${estimator}: ${counted(task.samples, 'estimate')} of the gradient of E f at each value of ${over}, seed ${task.seed}${warmth(task, points[0]?.warmedUp)}`,
    '',
    table(head, rows, head),
    '',
    `f: evaluations of f for one estimate; bias: its norm; variance: summed over the ${wordsFor(task).all}; with 95 % intervals.`,
    ...points.flatMap(({ at, doubts }) =>
      doubts.length === 0
        ? []
        : [`No trustworthy intervals at ${over} ${plainNumber(at)}. ${sentences(doubts)}`],
    ),
  ].join('\n');
}

function learnedNames(points: SweepResult['points']): string[] {
  return Object.keys(points[0]?.warmedUp.learned ?? {});
}

function ranged(interval: Interval | null): string {
  if (interval === null) return '-';
  const { value, low, high } = interval;
  return low === null
    ? plainNumber(value)
    : `${plainNumber(value)} (${plainNumber(low)} to ${plainNumber(high)})`;
}

/** What the warm-up came to; empty where none was asked for. */
function warmth({ warmUp }: GradientTask | SweepTask, warmed: Warmed | undefined): string {
  if (warmUp === 0 || warmed === undefined) return '';
  if (warmed.steps === 0) return '; nothing to warm up: this estimator keeps no state';
  const learned = Object.entries(warmed.learned).map(([name, value]) => `${name} ${plainNumber(value)}`);
  return `, after ${counted(warmed.steps, 'step')} of warm-up${learned.length === 0 ? '' : ` (${learned.join(', ')})`}`;
}
