/** What is asked of an estimator apart from any training, and what it shows: bias, variance, distribution. */
import { z } from 'zod';

const MOST_LOGITS = 1_000_000;
const MOST_SAMPLES = 1_000_000_000;
const MOST_WARM_UP = 100_000;
/** Rows of z and learning rate of a step of the warm-up. */
export const WARM_UP_ROWS = 64;
export const WARM_UP_RATE = 0.01;
/** Logits of which a histogram can be asked for. */
export const MOST_HISTOGRAMS = 64;

const finite = z.number({ error: 'expected finite numbers, e.g. 0.1,-0.3' });

/**
 * Parameters of the continuous distributions, in their order, with values to begin with. A multivariate normal has two numbers z,
 * and the lower triangle of a Cholesky factor; each of the others has one.
 */
export const continuousParameters = {
  normal: { location: 1, scale: 1 },
  'multivariate-normal': { 'location 1': 1, 'location 2': -0.5, l11: 1, l21: 0.5, l22: 0.8 },
  laplace: { location: 1, scale: 1 },
  logistic: { location: 1, scale: 1 },
  gumbel: { location: 1, scale: 1 },
  cauchy: { location: 1, scale: 1 },
  'log-normal': { location: 0.5, scale: 0.5 },
  exponential: { rate: 1 },
  'inverse-gamma': { shape: 4, scale: 3 },
} as const satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;
export type ContinuousName = keyof typeof continuousParameters;
export const continuousNames = Object.keys(continuousParameters) as ContinuousName[];

export const distributionNames = ['categorical', 'bernoulli', ...continuousNames] as const;
export type DistributionName = (typeof distributionNames)[number];

export function isContinuous(name: DistributionName): name is ContinuousName {
  return name in continuousParameters;
}

/** What the gradient is for: the name of each coordinate. */
export function coordinateNames(distribution: DistributionName, size: number): readonly string[] {
  if (isContinuous(distribution)) return Object.keys(continuousParameters[distribution]);
  return Array.from({ length: size }, (_, i) => `x${i}`);
}

/** One choice, f, and an estimator with its settings. */
const estimatorCase = {
  distribution: z.enum(distributionNames),
  /** K logits of one categorical choice, D of bits, or the parameters of a continuous distribution in its order. */
  logits: z
    .array(finite)
    .min(1, 'expected at least 1 number')
    .max(MOST_LOGITS, `expected at most ${MOST_LOGITS} numbers`),
  /** `expr:...` or `table:...`. */
  objective: z.string().max(20_000_000),
  estimator: z.string().max(100),
  settings: z.record(z.string().max(100), z.unknown()).default({}),
  /** Of the relaxation; estimators without one ignore it. */
  temperature: z.number().min(1e-6).max(1e6).default(1),
  samples: z
    .int(`expected an integer from 2 to ${MOST_SAMPLES}`)
    .min(2, `expected 2 or more: the variance of one number is not known`)
    .max(MOST_SAMPLES, `expected ${MOST_SAMPLES} or fewer`),
  seed: z.int().min(0).default(1),
  /** Steps in which the estimator's own state (eta, baselines, averages) is trained before anything is drawn. */
  warmUp: z
    .int('expected an integer')
    .min(0, 'expected 0 or more')
    .max(MOST_WARM_UP, `expected ${MOST_WARM_UP} or fewer`)
    .default(0),
};

export const gradientTaskSchema = z.strictObject({
  kind: z.literal('gradient'),
  ...estimatorCase,
  /** Bins of each logit's histogram; 0: none. */
  bins: z.int().min(0).max(200).default(0),
});
export type GradientTask = z.infer<typeof gradientTaskSchema>;

/** The same, once for each of several temperatures or values of a setting. */
export const sweepTaskSchema = z.strictObject({
  kind: z.literal('sweep'),
  ...estimatorCase,
  /** `temperature`, or the name of a setting. */
  over: z.string().max(100),
  values: z.array(finite).min(1, 'expected at least 1 value').max(50, 'expected at most 50 values'),
});
export type SweepTask = z.infer<typeof sweepTaskSchema>;

/** An estimate with its 95 % interval; null where an interval cannot be trusted. */
const intervalSchema = z.object({
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type Interval = z.infer<typeof intervalSchema>;

/** Null: not known, as there is no exact gradient or there are too few samples for an interval. */
const figure = intervalSchema.nullable();

/** What no sample looked at. */
const unseenSchema = z.object({
  /** Values of z, and how many there are. */
  values: z.int(),
  of: z.int(),
  /** Of these values together. */
  probability: z.number(),
});
export type Unseen = z.infer<typeof unseenSchema>;

const reliability = {
  /** Null where there are too many values to follow, and of an estimator that draws nothing. */
  unseen: unseenSchema.nullable(),
  /** Sentences on why standard errors and intervals cannot be trusted; empty where nothing speaks against them. */
  doubts: z.array(z.string()),
};

/** What the estimator's state was trained to before anything was drawn. */
const warmedSchema = z.object({
  /** 0 where it has no state. */
  steps: z.int(),
  /** What the estimator says of itself at the last step, by name. */
  learned: z.record(z.string(), z.number()),
});
export type Warmed = z.infer<typeof warmedSchema>;

const gradientFiguresSchema = z.object({
  /** Euclidean norm of the bias; from an estimate of its square without bias of its own, 0 where that is negative: then the upper end says what may be. */
  bias: figure,
  /** Of one estimate, summed over the logits. */
  variance: figure,
  /** Mean squared distance of one estimate from the exact gradient. */
  mse: figure,
  /** Mean cosine of the angle between one estimate and the exact gradient. */
  cosine: figure,
});
export type GradientFigures = z.infer<typeof gradientFiguresSchema>;

const histogramSchema = z.object({
  low: z.number(),
  high: z.number(),
  counts: z.array(z.int().nonnegative()),
  below: z.int().nonnegative(),
  above: z.int().nonnegative(),
});
export type Histogram = z.infer<typeof histogramSchema>;

export const gradientResultSchema = z.object({
  kind: z.literal('gradient'),
  estimator: z.string(),
  /** Estimates drawn so far. */
  samples: z.int(),
  evaluationsPerSample: z.number(),
  warmedUp: warmedSchema,
  /** One a logit. */
  coordinates: z.array(
    z.object({
      /** Null where f has too many values to go through. */
      exact: z.number().nullable(),
      mean: z.number(),
      standardError: z.number(),
      /** Of one estimate. */
      variance: z.number(),
      /** Can the standard error be trusted? */
      trusted: z.boolean(),
    }),
  ),
  ...reliability,
  figures: gradientFiguresSchema,
  /** One a logit, or none. */
  histograms: z.array(histogramSchema),
});
export type GradientResult = z.infer<typeof gradientResultSchema>;

export const sweepResultSchema = z.object({
  kind: z.literal('sweep'),
  estimator: z.string(),
  over: z.string(),
  points: z.array(
    z.object({
      at: z.number(),
      samples: z.int(),
      evaluationsPerSample: z.number(),
      warmedUp: warmedSchema,
      figures: gradientFiguresSchema,
      ...reliability,
    }),
  ),
});
export type SweepResult = z.infer<typeof sweepResultSchema>;
