/** Off-policy evaluation: what is asked, and what a policy would earn by a log of another's rounds. */
import { z } from 'zod';
import { issueSchema } from './errors.ts';

export const opeEstimatorNames = [
  'dm',
  'ipw',
  'snipw',
  'dr',
  'sndr',
  'switch-dr',
  'dros',
  'sg-ipw',
  'sg-dr',
  'mips',
  'snmips',
] as const;
export type OpeEstimatorName = (typeof opeEstimatorNames)[number];

/** How lambda is chosen where nobody gives one. */
export const lambdaChoices = ['mse', 'slope'] as const;

/** Those that every log with propensities has an answer for. */
const standardEstimators: readonly OpeEstimatorName[] = opeEstimatorNames.filter(
  (name) => !['sg-ipw', 'mips', 'snmips'].includes(name),
);

const number = z.number().nullable();

export const opeSettingsSchema = z.strictObject({
  estimators: z.array(z.enum(opeEstimatorNames)).min(1, 'expected at least one'),
  /** By estimator; null: weights stay as they are. Absent: that of the estimator, or chosen from the log. */
  lambdas: z.partialRecord(z.enum(opeEstimatorNames), number).default({}),
  chooseLambda: z
    .enum(lambdaChoices)
    .nullable()
    .default(null)
    .describe(
      'How lambda is chosen where none is given, for all estimators that shrink. mse: least estimated mean squared error; slope: the most shrinkage whose interval meets those of all with less. none: mse, and only for estimators that have no lambda of their own',
    ),
  folds: z
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe(
      'Folds of the reward model over the judged rounds; 0: the training rounds of a generated log, 5 folds of a file',
    ),
  rewardRange: z
    .tuple([z.number(), z.number()])
    .nullable()
    .default(null)
    .describe(
      'Smallest and largest possible reward, as in [0, 5]; none: 0 and 1 where no others are seen, otherwise those seen. The bounds rest on it',
    ),
  estimatePropensities: z
    .boolean()
    .default(false)
    .describe(
      'Estimates propensities that the log lacks, by multinomial logistic regression; every figure that rests on them is marked',
    ),
  resamples: z
    .int()
    .min(0)
    .max(100_000)
    .default(1000)
    .describe('Resamples of the bootstrap; 0: no intervals'),
  seed: z.int().min(0).default(1).describe('Seed of the bootstrap'),
});
export type OpeSettings = z.infer<typeof opeSettingsSchema>;

/** Where nobody says otherwise. */
export const OPE_DEFAULTS: OpeSettings = opeSettingsSchema.parse({ estimators: standardEstimators });

/** Whose value a page asks for. */
export const opePolicySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('uniform').describe('Shows every item with the same probability') }),
  z.strictObject({
    kind: z.literal('file').describe('Probabilities in a CSV file'),
    path: z
      .string()
      .min(1, 'expected the path of a CSV file')
      .describe('CSV file with the columns round (or those of the context), item, probability')
      .meta({ widget: 'file', samples: '' }),
  }),
  z.strictObject({
    kind: z.literal('run').describe('What a completed run has learned'),
    run: z.string().min(1, 'expected a completed run').describe('A completed run').meta({ widget: 'run' }),
  }),
]);

/** What a page asks. */
export const opeRequestSchema = z.strictObject({
  /** The log, as the engine reads one (`wholeLogSchema`); null: that of the policy's run. */
  data: z.record(z.string(), z.unknown()).nullable(),
  policy: opePolicySchema,
  settings: opeSettingsSchema,
});
export type OpeRequest = z.infer<typeof opeRequestSchema>;

/** Keys of a log that name files. */
const PATHS = ['path', 'items'];

export function withAbsoluteLog(
  data: Readonly<Record<string, unknown>>,
  absolute: (path: string) => string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      PATHS.includes(key) && typeof value === 'string' ? absolute(value) : value,
    ]),
  );
}

/** Each stage when it begins. */
export const opeStages = ['log', 'policy', 'estimates'] as const;
export const opeProgressSchema = z.strictObject({ stage: z.enum(opeStages) });
export type OpeProgress = z.infer<typeof opeProgressSchema>;

/** What a column of a log is read as. */
export const columnRoles = ['context', 'item', 'reward', 'propensity', 'position', 'unused'] as const;
export type ColumnRole = (typeof columnRoles)[number];

/** The beginning of a log in a file. */
export const logPreviewSchema = z.strictObject({
  columns: z.array(
    z.strictObject({
      name: z.string(),
      role: z.enum(columnRoles),
      /** Of the context: as the first row has it, unless the config says otherwise. */
      type: z.enum(['number', 'text']),
    }),
  ),
  /** The first rows, a text per column. */
  rows: z.array(z.array(z.string())),
  /** Columns that the config names and the file has not, by the config key that names them. */
  missing: z.array(issueSchema),
});
export type LogPreview = z.infer<typeof logPreviewSchema>;

export const opeEstimateSchema = z.strictObject({
  estimator: z.enum(opeEstimatorNames),
  label: z.string(),
  value: z.number(),
  standardError: z.number(),
  /** Percentile bootstrap of 95 %; null without resamples. */
  low: number,
  high: number,
  /** Empirical Bernstein bound of 95 %, which holds at any number of rounds; null where there is none. */
  bernstein: z
    .strictObject({
      low: z.number(),
      high: z.number(),
      /** Whether what one round can be worth is known, or only what was seen. */
      rangeIsKnown: z.boolean(),
    })
    .nullable(),
  /** Whether its mean over logs is the policy's value, if the propensities are right and support is full. */
  unbiased: z.boolean(),
  /** What shrinks the weights; null: nothing does. */
  lambda: number,
  /** How lambda came about; null: the estimator has none. */
  lambdaBy: z.enum(['given', 'standard', ...lambdaChoices]).nullable(),
  /** Share of the rounds whose weight is made smaller. */
  shrunkShare: z.number(),
});
export type OpeEstimate = z.infer<typeof opeEstimateSchema>;

export const opeDiagnosticsSchema = z.strictObject({
  rounds: z.int(),
  items: z.int(),
  /** (sum w)^2 / sum w^2, in rounds. */
  effectiveSampleSize: z.number(),
  meanWeight: z.number(),
  meanWeightError: z.number(),
  /** Two-sided p of the mean weight being 1. */
  meanWeightP: z.number(),
  largestWeight: z.number(),
  /** Of the sum of all weights. */
  largestWeightShare: z.number(),
  /** Rounds whose item the policy would never show. */
  zeroWeightShare: z.number(),
  /** Fewest rounds that make half of sum |w r|. */
  halfRestsOn: z.int(),
  /** Items that the log never shows, and the probability with which the policy shows one of them. */
  itemsNeverShown: z.int(),
  massNeverShown: z.number(),
  /** Probability with which the policy shows an item that the logging policy cannot; null: its probabilities are not known. */
  massWithoutSupport: number,
  propensities: z.enum(['logged', 'estimated']),
  /** Of estimated propensities: mean difference of predicted and observed shares over ten bins, by their rounds; else null. */
  calibrationError: number,
  rewardRange: z.tuple([z.number(), z.number()]),
  rewardRangeIsKnown: z.boolean(),
});
export type OpeDiagnostics = z.infer<typeof opeDiagnosticsSchema>;

export const opeResultSchema = z.strictObject({
  /** What was judged, and by which rounds. */
  log: z.string(),
  policy: z.string(),
  estimates: z.array(opeEstimateSchema),
  diagnostics: opeDiagnosticsSchema,
  /** What a reader has to know before believing a figure, a sentence each. */
  warnings: z.array(z.string()),
  /** The policy's value by the expected rewards of a generated log; null: nobody knows it. */
  trueValue: number,
  /** Mean reward of the judged rounds: what the logging policy earned. */
  loggedValue: z.number(),
});
export type OpeResult = z.infer<typeof opeResultSchema>;
