/** Ready-made discrete VAEs. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

const digits = { kind: 'digits', binarize: 'stochastic' };

/** As for the published comparisons of estimators: 200 bits a layer, a learned prior. */
const published = {
  data: digits,
  latents: 200,
  prior: 'learned',
  hiddenLayers: 2,
  hiddenUnits: 200,
};

export const discreteVaePresets: readonly PresetDescriptor[] = [
  {
    id: 'discrete-vae-smoke',
    label: 'Smoke test',
    help: 'Handwritten digits of 8 x 8 pixels, eight bits, 100 steps: seconds on any machine, and far from trained.',
    config: {
      data: { ...digits, limit: 400 },
      latents: 8,
      hiddenUnits: 32,
      steps: 100,
      batch: 50,
      learningRate: 0.005,
      evaluateEvery: 50,
      iwae: { samples: 20 },
    },
    estimators: ['gumbel-softmax', 'reinforce'],
    seeds: [1],
  },
  {
    id: 'discrete-vae-quick',
    label: 'Digits in twenty bits',
    help: 'Handwritten digits of 8 x 8 pixels, 20 bits, one hidden layer each: a relaxation, its straight-through form and an unbiased estimator with two evaluations of f. The gap says what the relaxed code carries beyond a hard one.',
    config: {
      data: digits,
      steps: 2000,
      learningRate: 0.003,
      evaluateEvery: 200,
      picturesEvery: 500,
    },
    estimators: ['gumbel-softmax', 'st-gumbel-softmax', 'disarm'],
    seeds: [1],
  },
  {
    id: 'discrete-vae-estimators',
    label: 'Estimators on the same bits',
    help: 'The same model with estimators of every family, three seeds each: what each believes, what a hard code earns, and how much its gradient varies. REINFORCE and straight-through, MuProp, REBAR and RELAX, ARM, DisARM and ARMS, and the relaxations. Estimators with several samples a row take as many evaluations of f a step: compare by evaluations, too.',
    config: {
      data: digits,
      steps: 3000,
      learningRate: 0.003,
      evaluateEvery: 250,
      diagnostics: { every: 1000, samples: 64 },
    },
    estimators: [
      'reinforce',
      'straight-through',
      'reinmax',
      'gumbel-softmax',
      'st-gumbel-softmax',
      'muprop',
      'rebar',
      'relax',
      'arm',
      'disarm',
      'arms',
      'double-cv',
    ],
    seeds: [1, 2, 3],
  },
  {
    id: 'discrete-vae-networks',
    label: 'Linear, nonlinear, two layers, categories',
    help: 'The models of the published tables as variants, small: an affine encoder and decoder, networks with a hidden layer, two stochastic layers, and categories in place of bits. Estimators that take choices in stages, so that every variant has all of them.',
    config: { data: digits, prior: 'learned', steps: 2000, learningRate: 0.003, evaluateEvery: 200 },
    estimators: ['reinforce', 'gumbel-softmax', 'straight-through', 'rebar'],
    seeds: [1, 2],
    variants: [
      { name: 'linear', config: { network: 'linear' }, settings: {} },
      { name: 'nonlinear', config: { network: 'nonlinear' }, settings: {} },
      { name: 'two layers', config: { network: 'linear', layers: 2 }, settings: {} },
      {
        name: 'categories',
        config: { latent: 'categorical', latents: 6, classes: 10 },
        settings: {},
      },
    ],
  },
  {
    id: 'discrete-vae-exact',
    label: 'Bars and stripes by enumeration',
    help: 'The 14 images of 3 x 3 pixels whose rows or columns are of one colour, one category of 32 values, and the exact gradient: the ELBO comes within 0.01 nat of minus their entropy, ln 14 = 2.639. What an estimator reaches below that, it loses to its noise or its bias.',
    config: {
      data: { kind: 'bars-and-stripes', side: 3 },
      latent: 'categorical',
      latents: 1,
      classes: 32,
      prior: 'learned',
      hiddenUnits: 32,
      batch: 56,
      steps: 1500,
      learningRate: { kind: 'exponential', from: 0.02, to: 0.002, until: 1 },
      evaluateEvery: 200,
    },
    estimators: ['exact', 'gumbel-softmax', 'reinforce'],
    seeds: [1],
  },
  {
    id: 'discrete-vae-paper',
    label: 'As published: 200 bits',
    help: 'The model of the published comparisons: 200 bits, a learned prior, encoder and decoder with two hidden layers of 200 leaky units, batches of 50 and Adam at 1e-4 for a million steps (Dong, Mnih, Tucker, NeurIPS 2020). They are on MNIST: --set data.kind=idx --set data.images=... gives it. There a step takes some 25 ms of one core, so that a run takes seven hours, and more with REBAR and RELAX.',
    config: {
      ...published,
      batch: 50,
      steps: 1_000_000,
      learningRate: 1e-4,
      logEvery: 1000,
      evaluateEvery: 10_000,
    },
    estimators: ['reinforce', 'rebar', 'relax', 'arm', 'disarm'],
    seeds: [1],
  },
];
