/** Runs of other programs while they are read: points by run and metric, bounded, until `to-run-file.ts` makes run files of them. */
import { AppError } from '../../../shared/errors.ts';
import { runFileLimits } from '../run-file-format.ts';

/** What all files of one import may have together. */
export const foreignLimits = {
  /** Of a file that is read whole. */
  bytes: 256 * 2 ** 20,
  points: 20_000_000,
  runs: 1000,
  files: 10_000,
} as const;

interface ForeignSeries {
  readonly steps: number[];
  readonly values: number[];
}

export interface ForeignRun {
  /** As the file calls it. */
  readonly run: string;
  /** What is compared, where the file says it apart from the run. */
  name: string | null;
  /** Null: the file does not say. */
  seed: number | null;
  readonly config: Record<string, unknown>;
  /** Of event files: when it began, in seconds since 1970; `own`: it says itself how many seconds it took. */
  clock: number | 'own' | null;
  readonly series: Map<string, ForeignSeries>;
}

/** Collects points as they are read. */
export class ForeignRuns {
  readonly runs = new Map<string, ForeignRun>();
  readonly #file: string;
  #points = 0;

  /** @param file for messages */
  constructor(file: string) {
    this.#file = file;
  }

  /** @throws AppError validation for more runs than are taken */
  run(run: string): ForeignRun {
    const known = this.runs.get(run);
    if (known !== undefined) return known;
    if (this.runs.size >= foreignLimits.runs)
      throw this.#refused(
        `at most ${foreignLimits.runs} runs`,
        'more; does --columns run=… name a column with a different value in every row?',
      );
    const made: ForeignRun = { run, name: null, seed: null, config: {}, clock: null, series: new Map() };
    this.runs.set(run, made);
    return made;
  }

  /** @throws AppError validation for a step that is none, and for more than is taken. @param where for messages */
  add(run: ForeignRun, metric: string, step: number, value: number, where: string): void {
    if (!Number.isSafeInteger(step) || step < 0)
      throw new AppError(
        'validation',
        `${this.#file}, ${where}: expected a step that is a whole number, 0 or more, found ${step}; name the column of steps with --columns step=….`,
      );
    let series = run.series.get(metric);
    if (series === undefined) {
      if (run.series.size >= runFileLimits.series)
        throw this.#refused(`at most ${runFileLimits.series} metrics per run`, 'more');
      series = { steps: [], values: [] };
      run.series.set(metric, series);
    }
    if (++this.#points > foreignLimits.points)
      throw this.#refused(`at most ${foreignLimits.points} points`, 'more; split the file');
    series.steps.push(step);
    series.values.push(value);
  }

  #refused(expected: string, found: string): AppError {
    return new AppError('validation', `${this.#file}: expected ${expected}, found ${found}.`);
  }
}
