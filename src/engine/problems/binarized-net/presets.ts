/** Ready-made binarised networks. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

const variant = (name: string, config: Readonly<Record<string, unknown>>) => ({
  name,
  config: { ...config },
  settings: {},
});

const deterministic = [
  variant('float', { weights: 'float', activations: 'float' }),
  variant('signs of weights', { activations: 'float' }),
  variant('clipped', { straightThrough: 'clipped' }),
  variant('identity', { straightThrough: 'identity' }),
  variant('polynomial', { straightThrough: 'polynomial' }),
  variant('clipped, no batch norm', { normalisation: 'scale' }),
];

export const binarizedNetPresets: readonly PresetDescriptor[] = [
  {
    id: 'binarized-net-smoke',
    question: 'first',
    label: 'Smoke test',
    help: 'One hidden layer of 32 units, 60 steps on the digits: seconds on any machine.',
    config: { steps: 60, hiddenLayers: 1, hiddenUnits: 32, batch: 50, evaluateEvery: 30 },
    estimators: ['gradient'],
    seeds: [1],
  },
  {
    id: 'binarized-net-quick',
    question: 'estimators',
    label: 'Slopes for a sign',
    help: 'Two hidden layers of 256 units on the digits: numbers throughout, signs of weights alone, and signs of weights and units with three slopes in place of that of the sign, and once without batch normalisation. About two minutes on two cores.',
    config: { steps: 1000, evaluateEvery: 100, picturesEvery: 100 },
    estimators: ['gradient'],
    seeds: [1],
    variants: deterministic,
  },
  {
    id: 'binarized-net-activations',
    question: 'estimators',
    label: 'Hidden units that are drawn',
    help: 'The signs of two layers of 64 hidden units are drawn, one layer per stage, and estimators compete for the gradient. The exported network takes the likelier signs.',
    config: {
      stochastic: 'activations',
      normalisation: 'scale',
      hiddenUnits: 64,
      steps: 1000,
      evaluateEvery: 100,
    },
    estimators: ['softmax', 'gumbel-softmax', 'st-gumbel-softmax', 'straight-through', 'reinforce'],
    seeds: [1],
  },
  {
    id: 'binarized-net-weights',
    question: 'estimators',
    label: 'Weights that are drawn',
    help: 'All signs of all weights are one choice per step, which the whole minibatch judges: about 5000 bits with one value of f, hopeless for a score function and easy for a relaxation.',
    config: {
      stochastic: 'weights',
      normalisation: 'scale',
      hiddenLayers: 1,
      hiddenUnits: 64,
      steps: 1000,
      evaluateEvery: 100,
    },
    estimators: ['softmax', 'gumbel-softmax', 'st-gumbel-softmax', 'straight-through', 'reinforce'],
    seeds: [1],
  },
  {
    id: 'binarized-net-paper',
    question: 'paper',
    label: 'As published, for MNIST',
    help: 'Three hidden layers of 4096 units and minibatches of 100, as in the paper, which reports 0.96 % errors on MNIST after about 1000 epochs: name the files with data.kind=idx, data.images and so on. Judging by their operations, 22 billion per step, 500 000 steps take about ten days on one core (not measured).',
    config: {
      hiddenLayers: 3,
      hiddenUnits: 4096,
      batch: 100,
      steps: 500_000,
      evaluateEvery: 5000,
      learningRate: { kind: 'exponential', from: 0.003, to: 0.000_003, until: 1 },
    },
    estimators: ['gradient'],
    seeds: [1],
  },
];
