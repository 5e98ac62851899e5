/** Ready-made architecture searches. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

const orders = [
  { name: 'first order', config: { unroll: 0 }, settings: {} },
  { name: 'second order', config: { unroll: 0.05 }, settings: {} },
];

export const architectureSearchPresets: readonly PresetDescriptor[] = [
  {
    id: 'architecture-search-smoke',
    question: 'first',
    label: 'Smoke test',
    help: 'Three edges with five operations each, 40 steps on the digits: seconds on any machine.',
    config: { steps: 40, batch: 32, evaluateEvery: 20, retrain: { steps: 40 } },
    estimators: ['softmax'],
    seeds: [1],
  },
  {
    id: 'architecture-search-quick',
    question: 'estimators',
    label: 'Ways through the choice of operations',
    help: 'Three edges with five operations each on the digits: the mixture of DARTS, drawn operations as in SNAS and GDAS, straight-through and REINFORCE, three seeds each. The solver all-cells trains all 125 cells and says which rank each found.',
    config: {
      temperature: { kind: 'exponential', from: 1, to: 0.3, until: 1 },
      evaluateEvery: 200,
      picturesEvery: 50,
    },
    estimators: ['softmax', 'gumbel-softmax', 'st-gumbel-softmax', 'straight-through', 'reinforce'],
    seeds: [1, 2, 3],
  },
  {
    id: 'architecture-search-shapes',
    question: 'methods',
    label: 'Where operations matter',
    help: 'The same on drawn shapes, which a linear classifier cannot tell apart: trained from scratch on 800 images, cells of skips alone reach 0.67, cells of rectified layers alone 0.87. On the digits a linear classifier is nearly as good as any cell.',
    config: {
      data: { kind: 'shapes' },
      temperature: { kind: 'exponential', from: 1, to: 0.3, until: 1 },
      evaluateEvery: 200,
      picturesEvery: 50,
    },
    estimators: ['softmax', 'gumbel-softmax', 'st-gumbel-softmax', 'straight-through', 'reinforce'],
    seeds: [1, 2, 3],
  },
  {
    id: 'architecture-search-orders',
    question: 'methods',
    label: 'First and second order',
    help: 'The mixture of DARTS, with the slope for the operations at the weights as they are, and after a step of them.',
    config: { evaluateEvery: 200, picturesEvery: 50 },
    estimators: ['softmax'],
    seeds: [1, 2, 3],
    variants: orders,
  },
  {
    id: 'architecture-search-paper',
    question: 'paper',
    label: 'Second order, six edges',
    help: 'What fits dense features from the DARTS paper: half of the training images choose operations, a small step for the logits (3e-4 beside 0.025 there), the second order, minibatches of 64, and about 50 epochs. Three nodes have 15 625 cells, too many to train them all. A minute or two per seed.',
    config: {
      nodes: 3,
      unroll: 0.025,
      steps: 600,
      learningRate: { kind: 'cosine', from: 0.025, to: 0.001, until: 1 },
      architectureRate: 0.5,
      evaluateEvery: 100,
      picturesEvery: 50,
    },
    estimators: ['softmax'],
    seeds: [1, 2, 3, 4],
  },
];
