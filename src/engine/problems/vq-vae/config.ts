/** What a user can set of a VQ-VAE. Keys are a contract with scripts. */
import { z } from 'zod';
import { imagesShape } from '../../images/config.ts';
import { picturesShape, trainingShape } from '../training-config.ts';

const nearest = z.strictObject({
  kind: z
    .literal('nearest')
    .describe(
      'The nearest code, and the gradient of what the decoder reads copied to the encoder (VQ-VAE as published): no choice is made by chance, and the estimator is gradient',
    ),
  codebook: z
    .enum(['loss', 'ema'])
    .default('ema')
    .describe(
      'How codes learn: loss, by their squared distance to what they stand for; ema, as moving averages of it, without a gradient',
    ),
  decay: z
    .number()
    .min(0)
    .max(0.99999)
    .default(0.95)
    .describe('Share of the past in a moving average; 0: one step of k-means. Used where codebook is ema'),
  commitment: z
    .number()
    .min(0)
    .max(1000)
    .default(0.25)
    .describe(
      "Weight of the squared distance that draws the encoder's vectors to their codes, in nats like the reconstruction",
    ),
});

const stochastic = z.strictObject({
  kind: z
    .literal('stochastic')
    .describe(
      'A code drawn with a probability that falls with its squared distance: a categorical choice for each position, for every estimator that supports one. Figures use the likeliest code, which is the nearest',
    ),
  sharpness: z
    .number()
    .positive()
    .max(10_000)
    .default(1)
    .describe('Logit per unit of squared distance, at step 0'),
  learnSharpness: z.boolean().default(true).describe('Whether the sharpness is trained with the rest'),
  klWeight: z
    .number()
    .min(0)
    .max(1000)
    .default(0.1)
    .describe(
      'Weight of KL(q || uniform) in training, in nats like the reconstruction: 1 trains the ELBO of a uniform prior, 0 leaves the noise to the estimator',
    ),
});

export const vqVaeConfigSchema = z.strictObject({
  ...imagesShape({ kind: 'digits', binarize: 'stochastic' }),
  positions: z
    .int()
    .min(1)
    .max(4096)
    .default(4)
    .describe('Codes of an image, M: its code map; all positions share the codebook'),
  codes: z.int().min(2).max(8192).default(16).describe('Codes in the codebook, K'),
  codeSize: z.int().min(1).max(1024).default(8).describe('Size of a code'),
  hiddenLayers: z.int().min(0).max(8).default(1).describe('Hidden layers of encoder and decoder'),
  hiddenUnits: z.int().min(1).max(4096).default(128).describe('Units of a hidden layer'),
  activation: z
    .enum(['relu', 'tanh', 'leaky-relu'])
    .default('relu')
    .describe('Activation of the hidden units; leaky-relu has the slope 0.3 below 0'),
  likelihood: z
    .enum(['bernoulli', 'gaussian'])
    .default('bernoulli')
    .describe(
      'p(x | codes) of a pixel: bits, or grey values around a mean with the deviation below (squared error, as published)',
    ),
  deviation: z
    .number()
    .positive()
    .max(10)
    .default(0.2)
    .describe('Standard deviation of a pixel around its mean; used where likelihood is gaussian'),
  prior: z
    .strictObject({
      codeSize: z
        .int()
        .min(1)
        .max(256)
        .default(8)
        .describe('Size of the vector that stands for a code in the prior'),
      hiddenUnits: z.int().min(1).max(256).default(16).describe('Hidden units for each position'),
    })
    .prefault({})
    .describe(
      'p(codes), position after position given those before: trained beside the rest on the codes as they are, without a gradient for them',
    ),
  quantiser: z
    .discriminatedUnion('kind', [nearest, stochastic])
    .prefault({ kind: 'nearest' })
    .describe('How the code of a position is found')
    .meta({ section: 'choice' }),
  start: z
    .enum(['data', 'uniform'])
    .default('data')
    .describe(
      "Codes at step 0: data, the encoder's vectors of random training images; uniform, within +-1 / K, as published, from which many codes are never used",
    )
    .meta({ section: 'training' }),
  restart: z
    .strictObject({
      every: z.int().min(1).default(50).describe('Steps between two checks for dead codes'),
      below: z
        .number()
        .positive()
        .max(1)
        .default(0.05)
        .describe(
          'A code is dead if it is used less than this share of an even use (1 / K), as a moving average',
        ),
    })
    .nullable()
    .prefault({})
    .describe(
      "Dead codes are moved to the encoder's vectors of the minibatch, drawn at random; null: they stay where they are",
    )
    .meta({ section: 'training' }),
  ...trainingShape,
  ...picturesShape,
  batch: trainingShape.batch.default(64),
  learningRate: trainingShape.learningRate.default(0.002),
  temperature: trainingShape.temperature
    .default(0.5)
    .describe(
      'Temperature of the relaxation of a stochastic quantiser: a constant, or a schedule over the steps of a restart',
    ),
});

export type VqVaeConfig = z.infer<typeof vqVaeConfigSchema>;
