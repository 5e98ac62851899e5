/** Solvers, a trainer process each: killing it is the only way to cancel one that does not breathe. */
import type { SolveRequest } from '../shared/contract/capabilities.ts';
import { AppError } from '../shared/errors.ts';
import type { JobResult } from '../shared/jobs.ts';
import { sameData, withAbsolutePaths } from './catalog.ts';
import { ask, type AskOptions } from './jobs/ask.ts';
import { absolutePath } from './prepare.ts';
import type { Store } from './store/types.ts';

/** What is found of a stored comparison's data is kept with the comparison when it is done, and not before. */
export async function solve(
  store: Store,
  request: SolveRequest,
  options: AskOptions<'solve'> = {},
): Promise<JobResult<'solve'>> {
  const { comparison, solver } = request;
  const { problem, config } = dataOf(store, request);
  const settings = withAbsolutePaths(problem, 'solver', solver, request.settings, absolutePath);
  const solved = await ask('solve', { problem, config, solver, settings }, options);
  if (comparison === null) return solved;
  // It may have been deleted meanwhile.
  if (store.comparison(comparison) === undefined) {
    throw new AppError('not-found', `the comparison ${comparison} was deleted while it was solved`);
  }
  store.addSolution(comparison, solved.solution);
  return solved;
}

function dataOf(store: Store, { comparison, problem }: SolveRequest) {
  if (comparison !== null) {
    const runs = store.runs({ comparison });
    const [run] = runs;
    if (run === undefined) throw new AppError('not-found', `there is no comparison ${comparison}`);
    const { spec } = run;
    // Runs of one variant share their config.
    const configs = new Map(runs.map((other) => [other.spec.config, other.variant]));
    const other = [...configs].find(
      ([own]) => own !== spec.config && !sameData(spec.problem, own, spec.config),
    );
    if (other === undefined) return spec;
    throw new AppError(
      'precondition',
      `the variants ${run.variant ?? ''} and ${other[1] ?? ''} of comparison ${comparison} have other data, and a solver solves one kind of data; start the variant alone for its own`,
    );
  }
  if (problem !== undefined) return { problem, config: null };
  throw new AppError('validation', 'expected a comparison, or the problem whose solver it is', {
    path: 'problem',
  });
}
