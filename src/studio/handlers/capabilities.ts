import { AppError } from '../../shared/errors.ts';
import { withAbsolutePaths } from '../catalog.ts';
import { findRun, sourceOf } from '../find-run.ts';
import { ask } from '../jobs/ask.ts';
import { keptPicture } from '../kept-picture.ts';
import { absolutePath } from '../prepare.ts';
import type { Studio } from '../studio.ts';
import { implementation } from './implement.ts';

/** Nothing but a solver of a comparison changes anything. */
export function capabilityHandlers({ store, dataDir, feed, operations, questions: asking }: Studio) {
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
    },
  };
}
