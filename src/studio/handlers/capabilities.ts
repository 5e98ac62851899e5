import type { SolveEvent, SolveRequest } from '../../shared/contract/capabilities.ts';
import { AppError } from '../../shared/errors.ts';
import type { JobResult } from '../../shared/jobs.ts';
import { withAbsolutePaths } from '../catalog.ts';
import { findRun, sourceOf } from '../find-run.ts';
import { ask } from '../jobs/ask.ts';
import { keptPicture } from '../kept-picture.ts';
import { absolutePath } from '../prepare.ts';
import type { Studio } from '../studio.ts';
import { relay } from '../live/relay.ts';
import { guarded, implementation } from './implement.ts';

/** Nothing but a solver of a comparison changes anything. */
export function capabilityHandlers(studio: Studio) {
  const { store, dataDir, feed, operations, questions: asking } = studio;
  const { pictures, questions, solvers } = implementation;
  return {
    pictures: {
      draw: pictures.draw.handler(async ({ input: { id, name, step }, signal }) => {
        const run = findRun(store, id);
        if (step !== undefined) return keptPicture(store, run.id, name, step);
        return ask('picture', { run: sourceOf(run, dataDir), name }, { signal });
      }),
      kept: pictures.kept.handler(({ input }) => ({
        pictures: [...store.keptSteps(findRun(store, input.id).id)],
        cursor: feed.cursor,
      })),
    },
    questions: {
      ask: questions.ask.handler(async ({ input: { id, problem: named, question, input }, signal }) => {
        const run = id === null ? null : findRun(store, id);
        const problem = run?.spec.problem ?? named;
        if (problem === undefined) {
          throw new AppError('validation', 'expected a run, or the problem whose question it is', {
            path: 'problem',
          });
        }
        const asked = withAbsolutePaths(problem, 'question', question, input, absolutePath);
        const source = run === null ? null : sourceOf(run, dataDir);
        return { answer: await asking.ask({ problem, run: source, question, input: asked }, signal) };
      }),
    },
    solvers: {
      start: solvers.start.handler(({ input }) => ({ operation: operations.solve(input) })),
      solve: solvers.solve.handler(({ input }) => guarded(solving(studio, input))),
    },
  };
}

/** Ends with its reader. */
async function* solving(studio: Studio, request: SolveRequest): AsyncGenerator<SolveEvent, void, void> {
  const gone = new AbortController();
  try {
    const solved = yield* relay<SolveEvent, JobResult<'solve'>>((emit) =>
      studio.solve(request, {
        signal: gone.signal,
        onProgress: (progress) => emit({ type: 'progress', progress }),
        onLog: (message) => emit({ type: 'log', message }),
      }),
    );
    yield { type: 'solved', ...solved };
  } finally {
    gone.abort();
  }
}
