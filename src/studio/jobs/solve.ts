/** Exact baselines, a trainer process each: killing it is the only way to cancel a solver that does not breathe. */
import type { ExactBaseline, ExactSettings, SolveResult, SolveTask } from '../../shared/exact.ts';
import { AppError } from '../../shared/errors.ts';
import type { Store } from '../store/types.ts';
import { ask, type AskOptions } from './ask.ts';

export type SolveOptions = AskOptions<'solve'>;

export async function solve<K extends SolveTask['kind']>(
  task: Extract<SolveTask, { kind: K }>,
  options: SolveOptions = {},
): Promise<Extract<SolveResult, { kind: K }>> {
  return (await ask('solve', task, options)) as Extract<SolveResult, { kind: K }>;
}

/** Of the buyers of a stored comparison; kept with it when it is done, and not before. */
export async function solveForComparison(
  store: Store,
  comparison: string,
  settings: ExactSettings,
  options: SolveOptions = {},
): Promise<Extract<SolveResult, { kind: 'menu' }>> {
  const [run] = store.runs({ comparison, limit: 1 });
  if (run === undefined) throw new AppError('not-found', `there is no comparison ${comparison}`);
  const { problem, config } = run.spec;
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
