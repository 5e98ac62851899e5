/** Ready-made Gaussian VAEs. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

const quick = {
  data: { kind: 'digits', binarize: 'threshold' },
  steps: 4000,
  evaluateEvery: 400,
  learningRate: 0.002,
};

export const gaussianVaePresets: readonly PresetDescriptor[] = [
  {
    id: 'gaussian-vae-quick',
    question: 'methods',
    label: 'Digits in a plane',
    help: 'A code of two numbers for the digits that come with the studio, so its whole space can be drawn: digits of one class lie near each other. The pathwise gradient beside a score function, which has only values of f and learns far more slowly.',
    config: quick,
    estimators: ['reparam', 'reinforce'],
    seeds: [1],
  },
  {
    id: 'gaussian-vae-terms',
    question: 'collapse',
    label: 'Without either term',
    help: 'The same with both terms of the ELBO, without the reconstruction, and without the regulariser. Without reconstruction all codes have the law of the prior: KL and active units are 0, and every point decodes to the same. Without the regulariser codes spread out and lose their noise: KL grows without end, the hard ELBO falls, and what lies between the codes, the prior included, decodes to nothing. See the picture of each.',
    config: quick,
    estimators: ['reparam'],
    seeds: [1],
    variants: [
      { name: 'both terms', config: {}, settings: {} },
      { name: 'no reconstruction', config: { reconstruction: 0 }, settings: {} },
      { name: 'no regulariser', config: { beta: 0 }, settings: {} },
    ],
  },
  {
    id: 'gaussian-vae-covariance',
    question: 'methods',
    label: 'Shape and noise of the posterior',
    help: 'Five numbers per code: diagonal against full covariance, and the KL in closed form against log q - log p at the sampled code. In the end a full covariance gains little, because the decoder can turn its axes; the sampled KL costs no bias, only noise.',
    config: { ...quick, latents: 5 },
    estimators: ['reparam'],
    seeds: [1, 2, 3],
    variants: [
      { name: 'diagonal', config: {}, settings: {} },
      { name: 'full', config: { posterior: 'full' }, settings: {} },
      { name: 'diagonal, sampled KL', config: { kl: 'sampled' }, settings: {} },
    ],
  },
  {
    id: 'gaussian-vae-linear',
    question: 'optimum',
    label: 'Probabilistic PCA',
    help: 'Affine encoder and decoder and a learned deviation of the grey values: the best such model is known in closed form, and the log-likelihood of the trained one is exact. It comes close to the reference line from below, and the ELBO with it: a linear VAE collapses no latent that PCA would keep.',
    config: {
      data: { kind: 'digits', binarize: 'none' },
      likelihood: { kind: 'gaussian', deviation: 0.3 },
      hiddenLayers: 0,
      latents: 5,
      steps: 4000,
      evaluateEvery: 400,
      learningRate: { kind: 'exponential', from: 0.01, to: 0.0005 },
    },
    estimators: ['reparam'],
    seeds: [1],
  },
  {
    id: 'gaussian-vae-paper',
    question: 'paper',
    label: 'As in the paper',
    help: 'The sizes of Kingma and Welling for MNIST: 500 tanh units, 20 numbers per code, minibatches of 100, one sample, 5 x 10^7 training images seen, or 500 000 steps. Name the files with data.kind=idx, data.images and the like; without them it trains on the small digits. Adam at 0.001 in place of Adagrad. At 28 x 28 pixels a step takes about 35 ms on one core, the whole run about five hours.',
    config: {
      latents: 20,
      hiddenUnits: 500,
      steps: 500_000,
      evaluateEvery: 10_000,
      logEvery: 1000,
      iwae: { samples: 100, images: 1000 },
    },
    estimators: ['reparam'],
    seeds: [1],
  },
  {
    id: 'gaussian-vae-smoke',
    question: 'first',
    label: 'Smoke test',
    help: 'Digits, 16 hidden units, 60 steps: seconds on any machine.',
    config: {
      steps: 60,
      hiddenUnits: 16,
      batch: 32,
      learningRate: 0.01,
      evaluateEvery: 30,
      iwae: { samples: 10, images: 50 },
    },
    estimators: ['reparam'],
    seeds: [1],
  },
];
