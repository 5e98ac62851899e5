/**
 * Long work of the studio beside runs. It belongs to the studio and not to the page that asked for it: it goes on when that
 * page is left, every page sees it, and any page can cancel it.
 */
import { z } from 'zod';
import { preparationStageSchema } from '../jobs.ts';
import { pictureSchema } from '../pictures/picture.ts';
import { solutionSchema, solveProgressSchema } from '../solution.ts';
import { nothing, procedure } from './procedure.ts';
import { idSchema } from './texts.ts';

const common = {
  id: z.string(),
  /** When it began, and when it ended; milliseconds since 1970. */
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  /** Why it failed, one sentence; else empty. */
  problem: z.string(),
};

/** An operation that has done what it should is gone, unless what came of it is kept nowhere else. */
const operationSchema = z.discriminatedUnion('kind', [
  /** Comparisons on their way: one, or all of a sweep. Survives the studio: then it is `interrupted`, and can be resumed. */
  z.strictObject({
    ...common,
    kind: z.literal('start'),
    state: z.enum(['running', 'failed', 'interrupted']),
    title: z.string(),
    /** Comparisons that are made or have failed, of `total`. */
    done: z.int(),
    total: z.int(),
    /** Ids of those that were made. */
    comparisons: z.array(z.string()),
    /** Of the comparison under way, in the order in which they began. */
    stages: z.array(preparationStageSchema),
  }),
  /** A solver at work; it ends with the studio. What it finds is kept with the comparison, without one here until it is dismissed. */
  z.strictObject({
    ...common,
    kind: z.literal('solve'),
    state: z.enum(['running', 'done', 'failed', 'cancelled']),
    /** Whose data it solves, with the comparison's name; null: what its settings name. */
    comparison: z.string().nullable(),
    comparisonName: z.string(),
    solver: z.string(),
    /** Of the solver. */
    label: z.string(),
    settings: z.record(z.string(), z.unknown()),
    /** Seconds; null: the solver's own. */
    timeLimit: z.number().nullable(),
    /** The last that the solver said; null: nothing yet. */
    progress: solveProgressSchema.nullable(),
    /** What came of it, once it is done. */
    solution: solutionSchema.nullable(),
    picture: pictureSchema.nullable(),
  }),
]);
export type Operation = z.infer<typeof operationSchema>;
export type StartOperation = Extract<Operation, { kind: 'start' }>;
export type SolveOperation = Extract<Operation, { kind: 'solve' }>;

/** All of them, the newest first. The list with the larger number is the newer one. */
export const operationListSchema = { revision: z.int(), operations: z.array(operationSchema) };

const one = procedure.input(z.strictObject({ id: idSchema })).output(z.strictObject({}));

/** Each throws not-found for an operation that is gone. */
export const operationsContract = {
  list: procedure.input(nothing).output(z.strictObject(operationListSchema)),
  /** Comparisons that a start has made stay, with their runs. */
  cancel: one,
  /** Forgets one that has ended. */
  dismiss: one,
  /** Goes on with a start that was interrupted. */
  resume: one,
};
