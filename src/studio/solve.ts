/** Solvers, a trainer process each: killing it is the only way to cancel one that does not breathe. */
import type { SolveRequest } from '../shared/contract/capabilities.ts';
import { AppError } from '../shared/errors.ts';
import type { JobResult } from '../shared/jobs.ts';
import type { Solution } from '../shared/solution.ts';
import { sameData, withAbsolutePaths } from './catalog.ts';
import { ask, type AskOptions } from './jobs/ask.ts';
import { absolutePath } from './prepare.ts';
import type { Store } from './store/types.ts';

/** Those that are at work: a studio that ends ends them, and waits for them before it closes its store. */
export class Solvers {
  readonly #store: Store;
  readonly #closing = new AbortController();
  readonly #solving = new Set<Promise<void>>();

  constructor(store: Store) {
    this.#store = store;
  }

  solve(
    request: SolveRequest,
    { signal, ...options }: AskOptions<'solve'> = {},
  ): Promise<JobResult<'solve'>> {
    const closing = this.#closing.signal;
    const either = signal === undefined ? closing : AbortSignal.any([closing, signal]);
    const work = solve(this.#store, request, { ...options, signal: either });
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.#solving.add(settled);
    void settled.then(() => this.#solving.delete(settled));
    return work;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#solving);
  }
}

/** What is found of a stored comparison's data is kept with the comparison when it is done, and not before. */
async function solve(
  store: Store,
  request: SolveRequest,
  options: AskOptions<'solve'>,
): Promise<JobResult<'solve'>> {
  const { comparison, solver } = request;
  const { problem, config, variants } = dataOf(store, request);
  const settings = withAbsolutePaths(problem, 'solver', solver, request.settings, absolutePath);
  const solved = await ask('solve', { problem, config, solver, settings }, options);
  const solution: Solution = variants === undefined ? solved.solution : { ...solved.solution, variants };
  if (comparison !== null) {
    // It may have been deleted meanwhile.
    if (store.comparison(comparison) === undefined) {
      throw new AppError('not-found', `the comparison ${comparison} was deleted while it was solved`);
    }
    store.addSolution(comparison, solution);
  }
  return { ...solved, solution };
}

interface Data {
  readonly problem: string;
  /** Null: the settings name what is solved. */
  readonly config: Readonly<Record<string, unknown>> | null;
  /** Those that have these data, where other variants have others. */
  readonly variants?: string[];
}

function dataOf(store: Store, { comparison, problem, variant }: SolveRequest): Data {
  if (comparison !== null) {
    // Runs of one variant share their config.
    const byVariant = Map.groupBy(store.runs({ comparison }), (run) => run.variant ?? '');
    const all = [...byVariant].flatMap(([name, [run]]) => (run === undefined ? [] : [{ name, ...run.spec }]));
    const [first] = all;
    if (first === undefined) throw new AppError('not-found', `there is no comparison ${comparison}`);
    const names = all.map(({ name }) => name).join(', ');
    const chosen = variant === undefined ? first : all.find(({ name }) => name === variant);
    if (chosen === undefined) {
      const known = names === '' ? 'it has no variants' : `its variants are ${names}`;
      throw new AppError('not-found', `comparison ${comparison} has no variant ${variant}; ${known}`, {
        path: 'variant',
      });
    }
    const same = all.filter(
      ({ config }) => config === chosen.config || sameData(chosen.problem, config, chosen.config),
    );
    if (same.length === all.length) return chosen;
    if (variant !== undefined) return { ...chosen, variants: same.map(({ name }) => name) };
    throw new AppError(
      'validation',
      `the variants of comparison ${comparison} have different data, and a solver takes the data of one; name a variant: ${names}`,
      { path: 'variant' },
    );
  }
  if (variant !== undefined)
    throw new AppError('validation', 'variant: only a comparison has variants; name the comparison too', {
      path: 'variant',
    });
  if (problem !== undefined) return { problem, config: null };
  throw new AppError('validation', 'expected a comparison, or the problem whose solver it is', {
    path: 'problem',
  });
}
