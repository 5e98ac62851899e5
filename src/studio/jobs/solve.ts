/** Exact baselines, a trainer process each: killing it is the only way to cancel a solver that does not breathe. */
import type {
  ExactBaseline,
  ExactSettings,
  SolveProgress,
  SolveResult,
  SolveTask,
} from '../../shared/exact.ts';
import { AppError } from '../../shared/errors.ts';
import type { Store } from '../store/types.ts';
import { sameData } from '../catalog.ts';
import { askTrainer } from './ask-trainer.ts';

export interface SolveOptions {
  /** Cancels, with AppError `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  onProgress?(progress: SolveProgress): void;
}

export async function solve<K extends SolveTask['kind']>(
  task: Extract<SolveTask, { kind: K }>,
  { signal, onProgress }: SolveOptions = {},
): Promise<Extract<SolveResult, { kind: K }>> {
  const { result } = await askTrainer({ mode: 'solve', task }, 'solved', {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return result as Extract<SolveResult, { kind: K }>;
}

/** Of the buyers of a stored comparison; kept with it when it is done, and not before. */
export async function solveForComparison(
  store: Store,
  comparison: string,
  settings: ExactSettings,
  options: SolveOptions = {},
): Promise<Extract<SolveResult, { kind: 'menu' }>> {
  const runs = store.runs({ comparison });
  const [run] = runs;
  if (run === undefined) throw new AppError('not-found', `there is no comparison ${comparison}`);
  const { problem, config } = run.spec;
  // Runs of one variant share their config.
  const configs = new Map(runs.map(({ spec, variant }) => [spec.config, variant]));
  const other = [...configs].find(([own]) => own !== config && !sameData(problem, own, config));
  if (other !== undefined) {
    throw new AppError(
      'precondition',
      `the variants ${run.variant ?? ''} and ${other[1] ?? ''} of comparison ${comparison} have other data, and an exact baseline is of one kind of data; start the variant alone for its own`,
    );
  }
  const result = await solve({ kind: 'menu', problem, config, settings }, options);
  keep(store, comparison, result.baseline);
  return result;
}

/** The comparison may have been deleted meanwhile. */
function keep(store: Store, comparison: string, baseline: ExactBaseline): void {
  if (store.comparison(comparison) === undefined)
    throw new AppError(
      'not-found',
      `the comparison ${comparison} was deleted while its baseline was computed`,
    );
  store.addExactBaseline(comparison, baseline);
}
