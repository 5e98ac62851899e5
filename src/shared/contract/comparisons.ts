/** Comparisons: runs that share problem and config, and what their seeds say together. Always over stored data. */
import { z } from 'zod';
import { comparisonRecordSchema, runStates } from '../run.ts';
import { cursorSchema } from './events.ts';
import { procedure } from './procedure.ts';
import { runSummarySchema } from './run-summary.ts';
import { seriesNameSchema, windowSchema } from './series.ts';
import { idSchema, nameSchema } from './texts.ts';

const overviewSchema = z.strictObject({
  comparison: comparisonRecordSchema,
  estimators: z.array(z.string()),
  seeds: z.array(z.int()),
  /** Runs by state, archived ones not counted. */
  runs: z.partialRecord(z.enum(runStates), z.int()),
});
export type ComparisonOverview = z.infer<typeof overviewSchema>;

/** Mean over seeds with the half width of its 95 % interval (Student t, n - 1 degrees of freedom). */
const meanSchema = z.strictObject({
  n: z.int(),
  mean: z.number(),
  /** Null with one seed: one number has no interval. */
  halfWidth: z.number().nullable(),
});
export type MeanOfSeeds = z.infer<typeof meanSchema>;

const rowSchema = z.strictObject({
  estimator: z.string(),
  /** Completed runs, and all of them. */
  completed: z.int(),
  runs: z.int(),
  /** Final values over the completed runs by metric name; a metric that none measured is absent. */
  metrics: z.record(z.string(), meanSchema),
  stepsPerSecond: meanSchema.nullable(),
});
export type ComparisonRow = z.infer<typeof rowSchema>;

const curveSchema = z.strictObject({
  estimator: z.string(),
  /** Steps at which every run of this estimator that has the series up to there has a point; nothing is interpolated. */
  steps: z.array(z.number()),
  /** Null: a value that is not finite took part. */
  mean: z.array(z.number().nullable()),
  /** Half width of the 95 % interval; null with one seed. */
  halfWidth: z.array(z.number().nullable()),
  /** Runs that took part, at each step. */
  n: z.array(z.int()),
  /** Shared steps in the window; `steps.length` of them are here (M4 of the mean). */
  count: z.int(),
});
export type ComparisonCurve = z.infer<typeof curveSchema>;

const one = z.strictObject({ id: idSchema });

export const comparisonsContract = {
  /** Newest first; those of which every run is archived are left out. */
  list: procedure
    .input(
      z.strictObject({
        offset: z.int().nonnegative().default(0),
        limit: z.int().min(1).max(1000).default(100),
      }),
    )
    .output(z.strictObject({ total: z.int(), comparisons: z.array(overviewSchema), cursor: cursorSchema })),
  get: procedure.input(one).output(
    z.strictObject({
      comparison: comparisonRecordSchema,
      runs: z.array(runSummarySchema),
      /** A row an estimator, best mean of the problem's selection metric first. */
      table: z.array(rowSchema),
      cursor: cursorSchema,
    }),
  ),
  /** Mean and interval over seeds of one series, a curve an estimator. */
  curves: procedure
    .input(z.strictObject({ id: idSchema, series: seriesNameSchema, window: windowSchema }))
    .output(z.strictObject({ curves: z.array(curveSchema), cursor: cursorSchema })),
  rename: procedure
    .input(z.strictObject({ id: idSchema, name: nameSchema }))
    .output(z.strictObject({ comparison: comparisonRecordSchema })),
};
