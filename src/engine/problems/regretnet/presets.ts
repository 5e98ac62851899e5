/** Ready-made auctions for RegretNet. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

export const regretnetPresets: readonly PresetDescriptor[] = [
  {
    id: 'regretnet-smoke',
    label: 'Smoke test',
    help: 'Two bidders and two items, values U[0, 1], small networks, 100 steps: seconds on any machine, and far from trained.',
    config: {
      steps: 100,
      batch: 32,
      hiddenUnits: 16,
      profiles: { train: 500, validation: 100, test: 200 },
      misreports: { steps: 3 },
      learningRate: 0.01,
      evaluateEvery: 50,
      search: { profiles: 50, starts: 20, climbers: 1, steps: 5 },
      testSearch: { profiles: 50, starts: 50, climbers: 2, steps: 10 },
    },
    estimators: ['softmax', 'st-gumbel-softmax'],
    seeds: [1],
  },
];
