/** Ready-made toys with one categorical choice. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

export const toyCategoricalPresets: readonly PresetDescriptor[] = [
  {
    id: 'cosine',
    question: 'optimum',
    label: 'Cosine of the index',
    help: 'Four values, f = cos(k), smallest at k = 3 with -0.98999. Between the vertices f is the cosine of the mean index: relaxed estimators see a smooth bowl there that no real choice ever visits. Bias, variance and cosine similarity to the exact gradient are measured during training.',
    config: { steps: 500, batch: 8, learningRate: 0.05, diagnostics: { every: 50 } },
    estimators: ['exact', 'reinforce', 'gumbel-softmax', 'st-gumbel-softmax'],
    seeds: [1, 2, 3],
  },
  {
    id: 'smoke',
    question: 'first',
    label: 'Smoke test',
    help: 'The cosine toy, 100 steps: a second on any machine.',
    config: { steps: 100, batch: 8, learningRate: 0.1 },
    estimators: ['exact', 'straight-through'],
    seeds: [1],
  },
];
