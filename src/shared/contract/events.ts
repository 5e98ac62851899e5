/**
 * The one stream of everything that changes. Each event has a cursor; a page that lost its connection asks again from the
 * last cursor it saw and misses nothing. The studio keeps a bounded tail of events: from a cursor that is older, or of a
 * studio that has ended, the stream begins with `resync`, and the page reads everything anew.
 *
 * Answers of `runs.list`, `runs.get`, `runs.series`, `comparisons.*` carry the cursor at which they were true: a stream from
 * there has all that came after, and nothing that came before.
 */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { comparisonRecordSchema, metricsSchema, progressSchema } from '../run.ts';
import { importUnderWaySchema } from './imports.ts';
import { operationListSchema } from './operations.ts';
import { procedure } from './procedure.ts';
import { runSummarySchema } from './run-summary.ts';

/** Opaque: only given back. */
export const cursorSchema = z.string().max(64);

const points = z.strictObject({
  name: z.string(),
  /** New points only, strictly increasing steps, all after what the series had. */
  steps: z.array(z.number()),
  /** Null: not finite. */
  values: z.array(z.number().nullable()),
  /** Points of the whole series, these included. */
  count: z.int(),
});

export const studioEventSchema = z.discriminatedUnion('type', [
  /** Everything the page holds may be stale: read it anew, then go on with this stream. */
  z.strictObject({ type: z.literal('resync'), cursor: cursorSchema }),
  /** A run is new, or its state, name, tags, notes or archiving changed. */
  z.strictObject({ type: z.literal('run'), cursor: cursorSchema, run: runSummarySchema }),
  z.strictObject({ type: z.literal('removed'), cursor: cursorSchema, runs: z.array(z.string()) }),
  /** A comparison is new, or has its baselines now. */
  z.strictObject({ type: z.literal('comparison'), cursor: cursorSchema, comparison: comparisonRecordSchema }),
  /** A run file is on its way into the data folder; the last event of each says how it ended. */
  z.strictObject({ type: z.literal('import'), cursor: cursorSchema, import: importUnderWaySchema }),
  /** At most four a second for one run. */
  z.strictObject({
    type: z.literal('progress'),
    cursor: cursorSchema,
    runs: z.array(z.strictObject({ id: z.string(), ...progressSchema.shape, metrics: metricsSchema })),
  }),
  /** Points that are stored now, at most twenty messages a second over all runs. */
  z.strictObject({
    type: z.literal('points'),
    cursor: cursorSchema,
    runs: z.array(
      z.strictObject({
        id: z.string(),
        /** When a trainer made the oldest of these points, milliseconds since 1970; null: no trainer did. */
        madeAt: z.number().nullable(),
        series: z.array(points),
      }),
    ),
  }),
  /** Runs that keep other pictures than before: `pictures.kept` has them. */
  z.strictObject({ type: z.literal('pictures'), cursor: cursorSchema, runs: z.array(z.string()) }),
  /** A line of a run's log. */
  z.strictObject({
    type: z.literal('log'),
    cursor: cursorSchema,
    run: z.string(),
    at: z.number(),
    kind: z.enum(['state', 'log', 'checkpoint']),
    step: z.int(),
    message: z.string(),
  }),
  /** Operations that begin, go on or end. */
  z.strictObject({ type: z.literal('operations'), cursor: cursorSchema, ...operationListSchema }),
  /** Nothing can be stored any more; every trainer has been ended. */
  z.strictObject({ type: z.literal('broken'), cursor: cursorSchema, message: z.string() }),
]);
export type StudioEvent = z.infer<typeof studioEventSchema>;

export const eventsContract = {
  /** Endless. `cursor` null: from now on. */
  stream: procedure
    .input(z.strictObject({ cursor: cursorSchema.nullable() }))
    .output(eventIterator(studioEventSchema)),
};
