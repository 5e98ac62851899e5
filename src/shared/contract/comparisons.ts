/** Comparisons: what the seeds of runs say together, of stored comparisons and of runs chosen one by one. Over stored data. */
import { z } from 'zod';
import { describedProblemSchema } from '../elsewhere.ts';
import { experimentRequestSchema, MOST_SEEDS } from '../experiment.ts';
import { comparisonRecordSchema } from '../run.ts';
import { seriesNameSchema } from '../series.ts';
import { budgetRequestSchema, spentBudgetSchema } from './budget.ts';
import { damagedRunSchema } from './damaged-run.ts';
import { cursorSchema } from './events.ts';
import { adviceSchema } from './guide.ts';
import { procedure } from './procedure.ts';
import { runSummarySchema } from './run-summary.ts';
import { windowSchema } from './series.ts';
import { sweepResultSchema } from './sweep.ts';
import { verdictRequestSchema, verdictSchema } from './verdict.ts';
import { idSchema, idsSchema, nameSchema } from './texts.ts';

/** Mean over seeds with the half width of its 95 % interval (Student t, n - 1 degrees of freedom). */
const meanSchema = z.strictObject({
  n: z.int(),
  mean: z.number(),
  /** Null with one seed: one number has no interval. */
  halfWidth: z.number().nullable(),
});
export type MeanOfSeeds = z.infer<typeof meanSchema>;

/** Runs of one variant, estimator and settings, which differ in nothing but the seed. */
const rowSchema = z.strictObject({
  /** Stands for estimator, settings and config; the same whatever else is compared. */
  group: z.string(),
  estimator: z.string(),
  /** Name of its variant; empty: it is of none. */
  variant: z.string(),
  /** What tells it from other rows of its estimator and variant, `options=8`; empty where it has the only one. */
  detail: z.string(),
  /** Ids of its runs, one per seed, by seed. */
  members: z.array(z.string()),
  /** Completed runs, and all of them. */
  completed: z.int(),
  runs: z.int(),
  /** Final values over the completed runs by metric name; a metric that none measured is absent. */
  metrics: z.record(z.string(), meanSchema),
  stepsPerSecond: meanSchema.nullable(),
  /** Runs that shared a second of training, on average over the completed runs; 1: each was alone. Null without any. */
  sharers: z.number().nullable(),
  /**
   * Selection metric minus that of the row asked `against`: seed by seed over the seeds that both completed (`paired`), or, where
   * data, minibatches or initial weights of a seed differ, mean minus mean with Welch's interval, `n` the smaller of the two.
   * Null for that row itself, without values, and where nothing tells what the seeds share (of earlier versions).
   */
  difference: z.strictObject({ ...meanSchema.shape, paired: z.boolean() }).nullable(),
});
export type ComparisonRow = z.infer<typeof rowSchema>;

const differenceSchema = z.strictObject({
  /** `config.options`, `<estimator>.<setting>`, `backend`. */
  path: z.string(),
  /** By group; a group that has no such key is absent. */
  values: z.record(z.string(), z.string()),
});
export type ConfigDifference = z.infer<typeof differenceSchema>;

const sharedSchema = z.strictObject({ path: z.string(), value: z.string() });
export type SharedSetting = z.infer<typeof sharedSchema>;

const sharingSchema = z.strictObject({
  /** Whether the rows' seconds and steps/s can be compared with each other. */
  even: z.boolean(),
  /** What they are the seconds of; where they are not even, it is among the remarks or in the verdict. */
  sentence: z.string(),
});
export type Sharing = z.infer<typeof sharingSchema>;

const partSchema = z.strictObject({
  problem: z.string(),
  /** Names of the variants, in the order of their runs; empty: there are none. */
  variants: z.array(z.string()),
  /** Best mean of the problem's selection metric first. */
  table: z.array(rowSchema),
  /** Whether all rows are known to share data, minibatches and initial weights seed by seed. */
  paired: z.boolean(),
  differing: z.array(differenceSchema),
  shared: z.array(sharedSchema),
  /** What can and cannot be compared, a sentence each. */
  remarks: z.array(z.string()),
  /** What a script says of a problem of its own; null: it is the studio's, or nothing says anything of it. */
  described: describedProblemSchema.nullable(),
  /** How runs shared their seconds of training; null: each had its own. */
  sharing: sharingSchema.nullable(),
  /** Null for a problem that this version does not know, and of which no script says anything. */
  verdict: verdictSchema.nullable(),
});
export type ComparisonPart = z.infer<typeof partSchema>;

/**
 * What x is. `steps`: training steps. Else the mean over the runs that take part at a step: `evaluations` of f, `seconds` of
 * training, `wall`: training with the pauses and interruptions between.
 */
export const curveAxes = ['steps', 'evaluations', 'seconds', 'wall'] as const;
export type CurveAxis = (typeof curveAxes)[number];

const curveSchema = z.strictObject({
  group: z.string(),
  estimator: z.string(),
  /**
   * At steps at which every run of the group that has the series up to there has a point; nothing is interpolated. The points just
   * outside the window are among them, so that a line can be drawn to its edges.
   */
  xs: z.array(z.number()),
  /** Null: a value that is not finite took part. */
  mean: z.array(z.number().nullable()),
  /** Half width of the 95 % interval; null with one seed. */
  halfWidth: z.array(z.number().nullable()),
  /** Runs that took part, at each step. */
  n: z.array(z.int()),
  /** Shared steps in the window, of which an M4 decimation of the mean is here. */
  count: z.int(),
  /** Of these, steps at which the mean is not finite. */
  nonFinite: z.int(),
});
export type ComparisonCurve = z.infer<typeof curveSchema>;

/** One run of a group, at its own steps. */
const memberSchema = z.strictObject({
  run: z.string(),
  group: z.string(),
  estimator: z.string(),
  xs: z.array(z.number()),
  values: z.array(z.number().nullable()),
});
export type MemberCurve = z.infer<typeof memberSchema>;

/** Further seeds that are likely to settle a comparison. */
const settlingSchema = z.strictObject({
  seeds: z.int(),
  /** Runs of all rows that get them. */
  runs: z.int(),
  /** Training time of all of them together, after what the rows' runs took; null: none has completed. */
  seconds: z.number().nullable(),
});
export type Settling = z.infer<typeof settlingSchema>;

/** A stored comparison (archived runs are left out), or runs chosen one by one (archived or not). */
const target = { id: idSchema.exactOptional(), runs: idsSchema.exactOptional() };

function hasOneTarget({ id, runs }: { readonly id?: string; readonly runs?: unknown }): boolean {
  return (id === undefined) !== (runs === undefined);
}
const ONE_TARGET = 'expected either the id of a comparison or ids of runs';

export const comparisonsContract = {
  get: procedure
    .input(
      z
        .strictObject({
          ...target,
          /** Group that the others are compared with, for `difference`. */
          against: z.string().max(200).exactOptional(),
          /** What the verdict is to judge in place of what was fixed before the runs; a metric that a problem does not have is left out. */
          verdict: verdictRequestSchema.exactOptional(),
          /** Values when that much was spent, in place of those at the runs' ends. */
          budget: budgetRequestSchema.exactOptional(),
        })
        .refine(hasOneTarget, ONE_TARGET),
    )
    .output(
      z.strictObject({
        /** Null for runs chosen one by one. */
        comparison: comparisonRecordSchema.nullable(),
        runs: z.array(runSummarySchema),
        /** Ids that were asked for and are not there any more. */
        missing: z.array(z.string()),
        /** Runs that belong here, and are left out because they cannot be read. */
        damaged: z.array(damagedRunSchema),
        /** One per problem. */
        parts: z.array(partSchema),
        /** What the values were held to; null: nothing, or nobody says what the runs spent. */
        budget: spentBudgetSchema.nullable(),
        /** What would settle a stored comparison; null: nothing is open, nothing says what would, or values are held to a budget. */
        settling: settlingSchema.nullable(),
        /** Why parts cannot be compared with each other; empty for one part. */
        remark: z.string(),
        cursor: cursorSchema,
      }),
    ),
  /** Mean and interval over seeds of one series, a curve per group. */
  curves: procedure
    .input(
      z
        .strictObject({
          ...target,
          series: seriesNameSchema,
          axis: z.enum(curveAxes).default('steps'),
          /** In units of the axis. Open ends: from 0, to where the runs will end (steps) or just beyond the last point. */
          window: windowSchema,
          /** Also every counted run on its own. */
          members: z.boolean().default(false),
        })
        .refine(hasOneTarget, ONE_TARGET),
    )
    .output(
      z.strictObject({
        curves: z.array(curveSchema),
        members: z.array(memberSchema),
        /** Where an open window ends. */
        end: z.number(),
        cursor: cursorSchema,
      }),
    ),
  /** The request of a stored comparison, for the form: all its variants, estimators with their settings, and seeds, its name and preset. */
  clone: procedure.input(z.strictObject({ id: idSchema })).output(experimentRequestSchema),
  /** Queues the further seeds that would settle it, of the best row and of those that cannot be told apart from it. */
  settle: procedure
    .input(
      z.strictObject({
        id: idSchema,
        verdict: verdictRequestSchema.exactOptional(),
        /** So many, whatever the verdict says. */
        seeds: z.int().min(1).max(MOST_SEEDS).exactOptional(),
      }),
    )
    .output(z.strictObject({ runs: z.int(), ids: z.array(idSchema) })),
  /** What a stored sweep found; null: the comparison is none. */
  sweep: procedure
    .input(z.strictObject({ id: idSchema }))
    .output(z.strictObject({ sweep: sweepResultSchema.nullable() })),
  /** What a stored guide found; null: the comparison was made for none. */
  guide: procedure
    .input(z.strictObject({ id: idSchema }))
    .output(z.strictObject({ guide: adviceSchema.nullable() })),
  /** Trains the best setting of a sweep on fresh seeds, in a comparison of its own. */
  confirm: procedure
    .input(z.strictObject({ id: idSchema, seeds: z.int().min(1).max(MOST_SEEDS).exactOptional() }))
    .output(z.strictObject({ comparison: comparisonRecordSchema, runs: z.int(), ids: z.array(idSchema) })),
  rename: procedure
    .input(z.strictObject({ id: idSchema, name: nameSchema }))
    .output(z.strictObject({ comparison: comparisonRecordSchema })),
};
