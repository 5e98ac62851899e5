/** What problems have beside training: pictures of runs, questions, and solvers. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { jobs } from '../jobs.ts';
import { keptStepsSchema } from '../pictures/kept.ts';
import { pictureSchema } from '../pictures/picture.ts';
import { solveProgressSchema } from '../solution.ts';
import { cursorSchema } from './events.ts';
import { procedure } from './procedure.ts';
import { idSchema, identifierSchema, nameSchema } from './texts.ts';

const step = z.int();

export const picturesContract = {
  /**
   * One of those that `runs.get` names, of the run's final (or last) parameters: a trainer process draws it. With a step one that
   * the run keeps, of the newest step at or before it; AppError `not-found` if it keeps none of those.
   */
  draw: procedure
    .input(z.strictObject({ id: idSchema, name: identifierSchema, step: z.int().nonnegative().optional() }))
    .output(z.strictObject({ step, picture: pictureSchema })),
  /** Those that the run has kept so far (`picturesEvery` of its config): a `pictures` event tells of more. */
  kept: procedure
    .input(z.strictObject({ id: idSchema }))
    .output(z.strictObject({ pictures: z.array(keptStepsSchema), cursor: cursorSchema })),
};

export const questionsContract = {
  /**
   * One of the problem's questions, about what a run has come to, or, where it needs none, without a run. A trainer process
   * answers; ending the call ends the work. What goes in and comes out, the question's own schemas say.
   */
  ask: procedure
    .input(
      z.strictObject({
        id: idSchema.nullable(),
        /** Whose question it is; of a run, its own problem's. */
        problem: identifierSchema.optional(),
        question: identifierSchema,
        input: z.unknown(),
      }),
    )
    .output(z.strictObject({ answer: z.unknown() })),
};

const solveRequestSchema = z.strictObject({
  /** Whose data it solves; null: what its settings name. */
  comparison: idSchema.nullable(),
  /** Of the comparison: whose data, where its variants have different ones. */
  variant: nameSchema.optional(),
  /** Whose solver it is; of a comparison, its own problem's. */
  problem: identifierSchema.optional(),
  solver: identifierSchema,
  settings: z.record(z.string(), z.unknown()),
});
export type SolveRequest = z.infer<typeof solveRequestSchema>;

const solveEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('progress'), progress: solveProgressSchema }),
  z.strictObject({ type: z.literal('log'), message: z.string() }),
  /** The last event. */
  z.strictObject({ type: z.literal('solved'), ...jobs.solve.result.shape }),
]);
export type SolveEvent = z.infer<typeof solveEventSchema>;

export const solversContract = {
  /**
   * Begins one, as an operation: `operations` has its progress and cancels it. Several may be under way, a process each. The
   * solution is stored with the comparison; without one it stays with the operation.
   */
  start: procedure.input(solveRequestSchema).output(z.strictObject({ operation: z.string() })),
  /** The same for whoever waits for it, with all that the solver tells: it is no operation, and ends with its stream. */
  solve: procedure.input(solveRequestSchema).output(eventIterator(solveEventSchema)),
};
