/** Ready-made bilevel toys. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

const orders = [
  { name: 'first order', config: { unroll: 0 }, settings: {} },
  { name: 'unroll 1/4', config: { unroll: 0.25 }, settings: {} },
  { name: 'unroll 1/2', config: { unroll: 0.5 }, settings: {} },
  { name: 'unroll 1', config: { unroll: 1 }, settings: {} },
];

export const dartsToyPresets: readonly PresetDescriptor[] = [
  {
    id: 'darts-toy-smoke',
    question: 'first',
    label: 'Smoke test',
    help: 'First order, 200 steps: a second on any machine.',
    config: { steps: 200, learningRate: 0.05 },
    estimators: ['gradient'],
    seeds: [1],
  },
  {
    id: 'darts-toy-quick',
    question: 'methods',
    label: 'First and second order',
    help: 'Four steps xi from the start (2, -2). First order comes to rest at (2, 2), xi = 1/4 at 4/3, xi = 1/2 at the optimum (1, 1), xi = 1 at 2/3: the formula 2 / (1 + 2 xi), to float32. Seconds.',
    config: {
      steps: 400,
      learningRate: { kind: 'exponential', from: 0.05, to: 0.001, until: 1 },
      picturesEvery: 10,
    },
    estimators: ['gradient'],
    seeds: [1],
    variants: orders,
  },
  {
    id: 'darts-toy-paper',
    question: 'paper',
    label: 'Figure 2 of the DARTS paper',
    help: 'The start (2, -2), first order and the values of xi that find the optimum and miss it. The paper draws gradient descent and does not name its step sizes; here Adam moves alpha, on a different path to the same points of rest. Seconds.',
    config: {
      steps: 1200,
      learningRate: { kind: 'exponential', from: 0.01, to: 0.0005, until: 1 },
      innerRate: 0.05,
      picturesEvery: 30,
    },
    estimators: ['gradient'],
    seeds: [1],
    variants: orders,
  },
];
