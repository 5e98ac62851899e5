/** What a user can set of a discrete VAE. Keys are a contract with scripts. */
import { z } from 'zod';
import { imagesShape } from '../../images/config.ts';
import { picturesShape, trainingShape } from '../training-config.ts';
import { elboShape } from '../vae-parts/config.ts';

export const discreteVaeConfigSchema = z.strictObject({
  ...imagesShape({ kind: 'digits', binarize: 'stochastic' }),
  latent: z
    .enum(['bernoulli', 'categorical'])
    .default('bernoulli')
    .describe('What a latent is: a bit, or one of K values'),
  latents: z.int().min(1).max(4096).default(20).describe('Latents D of each stochastic layer'),
  classes: z
    .int()
    .min(2)
    .max(4096)
    .default(10)
    .describe('Values K of a categorical latent; a bit always has two'),
  layers: z
    .int()
    .min(1)
    .max(2)
    .default(1)
    .describe(
      'Stochastic layers: 1, the code z of an image; 2, also a second code of that code, which is a choice in two stages',
    ),
  network: z
    .enum(['linear', 'nonlinear'])
    .default('nonlinear')
    .describe(
      'Encoder and decoder, of every stochastic layer: an affine map each, or networks with hidden layers',
    ),
  hiddenLayers: z.int().min(1).max(8).default(1).describe('Hidden layers of a nonlinear encoder or decoder'),
  hiddenUnits: z.int().min(1).max(4096).default(100).describe('Units of a hidden layer'),
  activation: z
    .enum(['relu', 'tanh', 'leaky-relu'])
    .default('leaky-relu')
    .describe('Activation of the hidden units; leaky-relu has the slope 0.3 below 0'),
  prior: z
    .enum(['fixed', 'learned'])
    .default('fixed')
    .describe(
      'p(z) of the last stochastic layer: all values equally likely, or its own logits, which are trained',
    ),
  ...elboShape('an autoencoder'),
  ...trainingShape,
  ...picturesShape,
  batch: trainingShape.batch.default(100),
  learningRate: trainingShape.learningRate.default(0.001),
  temperature: trainingShape.temperature.default(0.5),
});

export type DiscreteVaeConfig = z.infer<typeof discreteVaeConfigSchema>;
