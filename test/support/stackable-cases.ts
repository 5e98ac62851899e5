/** Configs with which every problem that declares `stackable` is trained together and alone, the smallest that have all of its draws. */

import { join } from 'node:path';

const FLOW = join(import.meta.dirname, '../../resources/flows/flow-2.safetensors');

const EVERYTHING = {
  steps: 8,
  restarts: 2,
  batch: 5,
  learningRate: { kind: 'cosine', from: 0.1, to: 0.01, until: 1 },
  gradientClip: 0.05,
  logEvery: 3,
  evaluateEvery: 5,
};

const RELAXED = { temperature: { kind: 'exponential', from: 1, to: 0.2, until: 1 } };

/** Of problems whose evaluations are large. */
const FEW = { steps: 4, batch: 3, learningRate: 0.05, logEvery: 2, evaluateEvery: 4 };

const images = { kind: 'shapes', side: 8, count: 30, binarize: 'stochastic' };
const labelled = { ...images, binarize: 'none' };

interface StackedCase {
  readonly config: object;
  /** Estimators that take its choice and refuse it nevertheless (its f, or so many values), or take minutes. */
  readonly without?: readonly string[];
  /** Those alone: the others have a case that differs by what no estimator sees. */
  readonly only?: readonly string[];
  /** Whether estimators are tried with all examples of their settings: absent, with those that they have by default. */
  readonly everySetting?: true;
}

const cases = (
  config: object,
  ...others: readonly (Readonly<Record<string, unknown>> & Pick<StackedCase, 'without' | 'only'>)[]
): StackedCase[] =>
  others.map(({ without, only, ...other }) => ({
    config: { ...config, ...other },
    ...(without && { without }),
    ...(only && { only }),
  }));

export const stackableCases: Readonly<Record<string, readonly StackedCase[]>> = {
  'toy-bernoulli': [{ config: { ...EVERYTHING, ...RELAXED, bits: 3, initialSpread: 1 }, everySetting: true }],
  'toy-categorical': [
    { config: { ...EVERYTHING, ...RELAXED, initialSpread: 1 }, everySetting: true },
    {
      config: {
        ...{ ...EVERYTHING, ...RELAXED, restarts: 1, batch: 1 },
        ...{ classes: 7, initialLogits: [0, 1, -1, 2, 0, 0, 0.5] },
      },
      everySetting: true,
    },
  ],
  'toy-continuous': [
    {
      config: { ...EVERYTHING, dimensions: 2, objective: 'expr:sum(cos(z))' },
      everySetting: true,
    },
    // The hard evaluation of the others is a quadrature, which takes long and no tensors.
    ...['log-normal', 'exponential', 'inverse-gamma'].map((distribution): StackedCase => ({
      config: {
        ...{ ...EVERYTHING, restarts: 1, evaluateEvery: 8 },
        ...{ distribution, dimensions: 2, objective: 'expr:sum(log(z)^2)' },
      },
      everySetting: true,
    })),
  ],
  'menu-auction': cases(
    { ...FEW, items: 3, options: 5, temperature: 0.02 },
    { valuations: { kind: 'additive', bidders: 40 } },
    { valuations: { kind: 'unit-demand', bidders: 40 } },
    { valuations: { kind: 'additive', bidders: 40 }, allocation: { kind: 'items' }, payment: 'utility' },
    { valuations: { kind: 'xor', atoms: 2, bidders: 40 } },
    {
      ...{ items: 2, valuations: { kind: 'xor', atoms: 2, bidders: 40 } },
      allocation: { kind: 'bundle-flow', support: 2, flow: { path: FLOW } },
    },
  ),
  'discrete-vae': cases(
    { ...FEW, data: images, latents: 4, hiddenUnits: 8, iwae: { samples: 1 } },
    { prior: 'learned' },
    { latent: 'categorical', classes: 3, latents: 2, kl: 'sampled' },
    { layers: 2, latents: 3 },
  ),
  'gaussian-vae': cases(
    { ...FEW, data: images, hiddenUnits: 8, iwae: { samples: 1 } },
    { posterior: 'full', latents: 3 },
    { kl: 'sampled', data: labelled, likelihood: { kind: 'gaussian' } },
  ),
  'vq-vae': cases(
    {
      ...FEW,
      data: images,
      positions: 2,
      codes: 4,
      codeSize: 3,
      hiddenUnits: 8,
      restart: { every: 2, below: 0.9 },
    },
    { quantiser: { kind: 'nearest', codebook: 'ema' } },
    { quantiser: { kind: 'nearest', codebook: 'loss' } },
    { quantiser: { kind: 'stochastic' } },
  ),
  'hard-attention': cases(
    { ...FEW, data: labelled, cells: 2, clutter: 2, features: 6, scoreUnits: 5, hiddenUnits: 6 },
    { attention: { kind: 'patch' }, data: images },
    { attention: { kind: 'glimpses', glimpses: 2 } },
    { attention: { kind: 'mask' } },
    { attention: { kind: 'random' } },
    { attention: { kind: 'oracle' } },
    { attention: { kind: 'whole' } },
  ),
  'binarized-net': cases(
    { ...FEW, data: labelled, hiddenUnits: 3 },
    {},
    { stochastic: 'activations', normalisation: 'scale' },
    { stochastic: 'activations', normalisation: 'scale', hiddenLayers: 1 },
    {
      stochastic: 'weights',
      normalisation: 'scale',
      draws: 2,
      hiddenLayers: 1,
      hiddenUnits: 2,
      without: ['exact', 'rebar', 'relax', 'soft-dp'],
    },
  ),
  'confident-classifier': cases(
    { ...FEW, data: { kind: 'plane', count: 60 }, hiddenUnits: 6 },
    { outliers: { kind: 'gan', hiddenUnits: 6, latents: 3 } },
    { outliers: { kind: 'box', count: null } },
    { outliers: { kind: 'near', count: 7 } },
    { outliers: { kind: 'none' } },
  ),
  'two-tower': cases(
    { ...FEW, data: { kind: 'obp-synthetic', rounds: 120, actions: 5 }, embeddingSize: 4, hiddenUnits: 6 },
    { learning: { kind: 'dr' } },
    { learning: { kind: 'ips' }, candidates: { count: 4, from: 'log' } },
    { learning: { kind: 'snips' } },
    { learning: { kind: 'regression' }, itemTower: 'mlp' },
  ),
  'architecture-search': cases(
    {
      ...FEW,
      data: labelled,
      nodes: 1,
      operations: ['skip', 'relu', 'gate'],
      features: 4,
      retrain: { steps: 2 },
    },
    {},
    { unroll: 0.05, only: ['softmax', 'reinforce'] },
  ),
  'text-gan': cases(
    {
      ...{ ...FEW, embeddingSize: 4, hiddenUnits: 5, length: 3 },
      discriminator: { kind: 'convolution', filters: 3 },
      data: { kind: 'tabular', symbols: 3, count: 100 },
    },
    { method: { kind: 'likelihood' } },
    { method: { kind: 'adversarial', warmSteps: 2 } },
    {
      method: { kind: 'adversarial', warmSteps: 0, rollouts: 2, rolloutRate: 0.5 },
      cell: 'lstm',
      only: ['reinforce'],
    },
  ),
  'bundle-flow': cases({ ...FEW, items: 3, width: 8, evaluationPoints: 16 }, {}, { rounding: { weight: 2 } }),
  regretnet: cases(
    {
      ...{
        ...FEW,
        hiddenUnits: 6,
        profiles: { train: 12, validation: 3, test: 3 },
        misreports: { steps: 2 },
      },
      search: { profiles: 2, starts: 2, climbers: 1, steps: 1 },
      testSearch: { profiles: 2, starts: 2, climbers: 1, steps: 1 },
      lagrangian: { every: 2 },
    },
    {},
    { misreports: { steps: 2, start: 'fresh' }, demand: 'unit-demand' },
  ),
  'darts-toy': cases({ ...FEW, batch: 1 }, {}),
};
