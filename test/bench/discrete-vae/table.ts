/**
 * The study's table: one row per estimator of a model, means over paired seeds with half widths of 95 % intervals, after equal steps
 * and at equal evaluations of f.
 */
import { interval } from '../../../src/shared/interval.ts';

export interface StudyRun {
  readonly estimator: string;
  readonly seed: number;
  readonly seconds: number;
  /** In all, rows included. */
  readonly evaluations: number;
  /** Final values, nats an image. */
  readonly training: number;
  readonly hard: number;
  readonly gap: number;
  readonly iwae: number;
  /** Of the last evaluated step, and hard ELBO of the validation images at its steps. */
  readonly steps: readonly number[];
  readonly validation: readonly number[];
}

/** Hard ELBO of the validation images after as many evaluations of f as the thriftiest estimator has in all its steps. */
export function atEvaluations(run: StudyRun, evaluations: number): number {
  const last = run.steps.at(-1) ?? 0;
  const step = (evaluations / run.evaluations) * last;
  const at = run.steps.findLastIndex((one) => one <= step + 1e-9);
  return run.validation[at] ?? Number.NaN;
}

/** @param runs of one model */
export function studyTable(runs: readonly StudyRun[]): string {
  const fewest = Math.min(...runs.map(({ evaluations }) => evaluations));
  const byEstimator = [...Map.groupBy(runs, ({ estimator }) => estimator)];
  const best = byEstimator.reduce((a, b) => (mean(b[1], hardOf) > mean(a[1], hardOf) ? b : a));
  const rows = byEstimator.map(([estimator, own]) => [
    estimator,
    ...[
      own.map(({ training }) => training),
      own.map(hardOf),
      own.map(({ iwae }) => iwae),
      own.map(({ gap }) => gap),
      // Paired: the seed fixes minibatches and first parameters.
      own.map(({ seed, hard }) => hard - (best[1].find((other) => other.seed === seed)?.hard ?? Number.NaN)),
      own.map((run) => run.validation.at(-1) ?? Number.NaN),
      own.map((run) => atEvaluations(run, fewest)),
    ].map(shown),
    `${Math.round(mean(own, ({ evaluations }) => evaluations / fewest))}`,
    mean(own, ({ seconds }) => seconds).toFixed(0),
  ]);
  const head = [
    'estimator',
    'training ELBO',
    'hard ELBO, test',
    'IWAE, test',
    'gap',
    'to the best, paired',
    'validation, equal steps',
    'validation, equal evaluations',
    'evaluations',
    'seconds',
  ];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const hardOf = ({ hard }: StudyRun) => hard;

function mean(runs: readonly StudyRun[], of: (run: StudyRun) => number): number {
  return runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
}

function shown(values: readonly number[]): string {
  const { mean: centre, half } = interval(values);
  return Number.isNaN(half) ? centre.toFixed(2) : `${centre.toFixed(2)} ± ${half.toFixed(2)}`;
}
