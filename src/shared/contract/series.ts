/** Curves of runs, as many points as a chart can show. */
import { z } from 'zod';
import { seriesNameSchema } from '../series.ts';
import { cursorSchema } from './events.ts';
import { procedure } from './procedure.ts';
import { idSchema } from './texts.ts';

/** JSON has no NaN and no infinity: null is a value that is not finite. A chart shows a gap there. */
const seriesValuesSchema = z.array(z.number().nullable());

export const seriesInfoSchema = z.strictObject({
  name: z.string(),
  count: z.int(),
  firstStep: z.number(),
  lastStep: z.number(),
  /** Over the finite values; null if there are none. */
  min: z.number().nullable(),
  max: z.number().nullable(),
});

/**
 * Steps `from` to `to`, both included, cut into `columns` equal columns, of each of which the first, last, smallest and
 * largest point are kept (M4): deterministic, no invented x. Columns do not move while points arrive as long as the window
 * stays. Null: from step 0, to the last step the run will have.
 */
export const windowSchema = z
  .strictObject({
    from: z.number().nonnegative().nullable().default(null),
    to: z.number().nonnegative().nullable().default(null),
    columns: z.int().min(1).max(4096),
  })
  .refine(({ from, to }) => from === null || to === null || from <= to, 'expected from <= to');

const decimatedSchema = z.strictObject({
  run: z.string(),
  name: z.string(),
  /** Strictly increasing. The points just outside the window are among them, so that a line can be drawn to its edges. */
  steps: z.array(z.number()),
  values: seriesValuesSchema,
  /** Stored points in the window. */
  count: z.int(),
  /** Of these, values that are not finite. */
  nonFinite: z.int(),
});

/** Answers in the order asked; a series that the run does not have (yet) is empty, an unknown run is `not-found`. */
export const seriesContract = procedure
  .input(
    z.strictObject({
      series: z
        .array(z.strictObject({ run: idSchema, name: seriesNameSchema }))
        .min(1)
        .max(512),
      window: windowSchema,
    }),
  )
  .output(z.strictObject({ series: z.array(decimatedSchema), cursor: cursorSchema }));
