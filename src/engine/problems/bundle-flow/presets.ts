/** Ready-made trainings of a flow, each with what it shows and why. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

export const bundleFlowPresets: readonly PresetDescriptor[] = [
  {
    id: 'flow-smoke',
    question: 'first',
    label: 'Smoke test',
    help: 'Three items, 300 steps: seconds on any machine.',
    config: { items: 3, steps: 300, width: 32, evaluateEvery: 100, evaluationPoints: 512 },
    estimators: ['softmax'],
    seeds: [1],
  },
  {
    id: 'flow-rounding',
    question: 'estimators',
    label: 'Ways through the rounding',
    help: 'Ten items, and a weight on each item whose rounding the flow changes. The flow-matching loss alone does not see those decisions; the estimators differ in how they send their gradient through the rounding: the sigmoid in its place, its noisy form, the straight-through form of that, and score functions. This f is linear in the bits, so plain straight-through has the gradient of the sigmoid.',
    config: { items: 10, steps: 3000, rounding: { weight: 3 } },
    estimators: ['softmax', 'gumbel-softmax', 'st-gumbel-softmax', 'reinforce', 'rebar'],
    seeds: [1, 2, 3],
  },
  {
    id: 'flow-quick',
    question: 'methods',
    label: 'Quick flow, 50 items',
    help: 'A flow for 50 items, good enough for menus: 99.9 % of the rounding decisions unchanged, in a minute or two on wasm. Smaller minibatches than the paper, a falling learning rate, and a network that sees s_0 in units of its own spread.',
    config: { items: 50, steps: 8000, evaluateEvery: 1000 },
    estimators: ['softmax'],
    seeds: [1],
  },
  {
    id: 'flow-paper',
    question: 'paper',
    label: 'As in the paper, 50 items',
    help: "The constants of the authors' code: batches of 2048, 30 000 steps, Adam at 0.005, a network that sees s_0 as it is. About 45 steps per second on wasm: about 11 minutes.",
    config: {
      items: 50,
      steps: 30_000,
      batch: 2048,
      learningRate: 0.005,
      standardised: false,
      evaluateEvery: 1000,
    },
    estimators: ['softmax'],
    seeds: [1],
  },
];
