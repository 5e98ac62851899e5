/** What a user can set of a Gaussian VAE. Keys are a contract with scripts; those that the discrete VAE has, too, mean the same. */
import { z } from 'zod';
import { imagesShape } from '../../images/config.ts';
import { picturesShape, trainingShape } from '../training-config.ts';
import { elboShape } from '../vae-parts/config.ts';

export const gaussianVaeConfigSchema = z
  .strictObject({
    ...imagesShape({ kind: 'digits', binarize: 'stochastic' }),
    latents: z
      .int()
      .min(1)
      .max(256)
      .default(2)
      .describe('Size D of a code z; with 2, its whole space is drawn'),
    posterior: z
      .enum(['diagonal', 'full'])
      .default('diagonal')
      .describe(
        'Covariance of q(z | x): diagonal, where the numbers of a code are independent given the image; full, by a Cholesky factor',
      ),
    likelihood: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('bernoulli').describe('Pixels are bits, each with a logit of the decoder'),
        }),
        z.strictObject({
          kind: z
            .literal('gaussian')
            .describe('Pixels are grey values around means of the decoder, with one deviation for all'),
          deviation: z
            .number()
            .min(1e-3)
            .max(100)
            .default(0.5)
            .describe('Standard deviation of a pixel around its mean, at step 0'),
          learned: z.boolean().default(true).describe('Whether the deviation is trained'),
        }),
      ])
      .prefault({ kind: 'bernoulli' })
      .describe('The law of the pixels given a code'),
    hiddenLayers: z
      .int()
      .min(0)
      .max(8)
      .default(1)
      .describe('Hidden layers of encoder and of decoder; 0: both are affine maps'),
    hiddenUnits: z.int().min(1).max(4096).default(100).describe('Units of a hidden layer'),
    activation: z
      .enum(['relu', 'tanh', 'leaky-relu'])
      .default('tanh')
      .describe('Activation of the hidden units; leaky-relu has the slope 0.3 below 0'),
    ...elboShape('leaves codes unbounded'),
    reconstruction: z
      .number()
      .min(0)
      .max(1000)
      .default(1)
      .describe(
        'Weight of log p(x | z) in training: 1 trains the ELBO; with 0, nothing ties a code to its image. Reported ELBOs have weight 1',
      )
      .meta({ section: 'training' }),
    ...trainingShape,
    ...picturesShape,
    batch: trainingShape.batch.default(100),
    learningRate: trainingShape.learningRate.default(0.001),
  })
  // Nothing relaxes a continuous choice.
  .omit({ temperature: true });

export type GaussianVaeConfig = z.infer<typeof gaussianVaeConfigSchema>;
