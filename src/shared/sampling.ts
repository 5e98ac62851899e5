/** What the sampling studies ask and answer: the labs' trainer computes them, the command line and the lab show them. */
import { z } from 'zod';

/** Random numbers that one study may take: some seconds' worth. */
export const MOST_NUMBERS = 2e9;
export const MOST_LEAVES = 4096;

const count = z.int().nonnegative();
const share = z.number();

const logits = z
  .array(z.number('must be a finite number'))
  .min(2, 'expected at least two logits')
  .max(1_000_000, 'expected at most 1 000 000 logits');

export interface TreeNode {
  /** Probability of this child among its siblings. */
  readonly p: number;
  readonly children?: readonly TreeNode[] | undefined;
}

const treeNodeSchema: z.ZodType<TreeNode> = z.strictObject({
  p: z.number().positive('must be above 0').max(1, 'must be at most 1'),
  get children() {
    return z.array(treeNodeSchema).max(MOST_LEAVES).optional();
  },
});

const common = {
  seed: z.int().nonnegative(),
  samples: z.int('must be a whole number').min(1, 'must be at least 1').max(1e9, 'must be at most 1e9'),
};

export const samplingStudySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gumbel-max'), logits, ...common }),
  z.strictObject({
    kind: z.literal('top-k'),
    logits,
    k: z.int('must be a whole number').min(1, 'must be at least 1'),
    /** f of each option; absent: no estimates. */
    values: z.array(z.number('must be a number')).optional(),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('beam'),
    tree: z.array(treeNodeSchema).min(1, 'the tree has no nodes').max(MOST_LEAVES),
    width: z.int('must be a whole number').min(1, 'must be at least 1').max(MOST_LEAVES),
    ...common,
  }),
]);
export type SamplingStudy = z.infer<typeof samplingStudySchema>;
export type StudyOf<K extends SamplingStudy['kind']> = Extract<SamplingStudy, { kind: K }>;

/** Mean over the samples of an estimate of E f, and its standard error. */
const estimateSchema = z.strictObject({ mean: z.number(), standardError: z.number() });

/** Orders that begin alike: how often they were drawn, and how probable they are. */
const orderCellSchema = z.strictObject({ order: z.array(count), count, probability: share });
export type OrderCell = z.infer<typeof orderCellSchema>;

const pathSchema = z.array(count);
const candidateSchema = z.strictObject({ path: pathSchema, logProbability: z.number(), score: z.number() });
const searchSchema = z.strictObject({
  levels: z.array(z.strictObject({ candidates: z.array(candidateSchema), kept: z.array(pathSchema) })),
  leaves: z.array(candidateSchema),
});
export type SearchView = z.infer<typeof searchSchema>;

export const samplingResultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('gumbel-max'),
    samples: count,
    /** softmax(logits), and how often each was the argmax. */
    probabilities: z.array(share),
    counts: z.array(count),
    /** log sum exp(logits), the location of the maximum's law. */
    location: z.number(),
    maximum: estimateSchema,
    /** Columns: the maximum's law cut into equally likely parts. */
    table: z.array(z.array(count)),
    /** The option of each row; null: the rare ones together. What is too rare even so has no row. */
    rows: z.array(count.nullable()),
  }),
  z.strictObject({
    kind: z.literal('top-k'),
    samples: count,
    k: count,
    probabilities: z.array(share),
    /** How often each was among the k. */
    included: z.array(count),
    /** P(among the k); null where there are too many options to enumerate. */
    inclusion: z.array(share).nullable(),
    /**
     * Disjoint sets of orders that make up all, most probable first, chosen before the draw: each holds the orders that begin with
     * `order`, a single one where that has all k. Empty where there are too many options.
     */
    orders: z.array(orderCellSchema),
    /** null without values. */
    estimates: z
      .strictObject({
        exact: z.number(),
        /** k draws with replacement. */
        independent: estimateSchema,
        unbiased: estimateSchema,
        normalised: estimateSchema,
      })
      .nullable(),
  }),
  z.strictObject({
    kind: z.literal('beam'),
    samples: count,
    width: count,
    leaves: z.array(
      z.strictObject({
        path: pathSchema,
        probability: share,
        /** How often stochastic beam search, and Gumbel-top-k over all leaves, drew it. */
        stochastic: count,
        flat: count,
      }),
    ),
    /** As those of top-k, of places among `leaves`: of the stochastic search, and of Gumbel-top-k over all leaves. */
    orders: z.array(orderCellSchema),
    flatOrders: z.array(orderCellSchema),
    /** The first stochastic search, whole. */
    first: searchSchema,
    /** Ordinary beam search. */
    beam: searchSchema,
    /** The first `width` independent draws: leaves may come twice. */
    independent: z.array(pathSchema),
  }),
]);
export type SamplingResult = z.infer<typeof samplingResultSchema>;
export type ResultOf<K extends SamplingResult['kind']> = Extract<SamplingResult, { kind: K }>;

const testOf = <M extends string>(method: M) => ({
  /** What would be true if the test says nothing. */
  hypothesis: z.string(),
  method: z.literal(method),
  /** Chance of what is at least as far off as what was drawn, where the hypothesis holds. */
  p: z.number(),
});
export const lawTestSchema = z.discriminatedUnion('method', [
  /** Pearson's, over outcomes that are expected 5 times at least. */
  z.strictObject({ ...testOf('chi-square'), statistic: z.number(), degrees: z.number() }),
  /** Two-sided exact binomial test of how often outcomes came that are expected fewer than 5 times, all together. */
  z.strictObject({ ...testOf('binomial'), drawn: z.number(), expected: z.number() }),
]);
export type LawTest = z.infer<typeof lawTestSchema>;
