/** Ready-made toys with a Gaussian choice. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

export const toyGaussianPresets: readonly PresetDescriptor[] = [
  {
    id: 'gaussian-square',
    label: 'Square of a Gaussian',
    help: 'z ~ N(2 theta + 3, 1), f = z^2: E f falls from 10 at theta = 0 to 1 at theta = -1.5. The pathwise gradient is 4 z, of variance 16 wherever theta is.',
    config: { steps: 1000, learningRate: 0.02, diagnostics: { every: 100 } },
    estimators: ['reparam'],
    seeds: [1, 2, 3],
  },
  {
    id: 'gaussian-smoke',
    label: 'Smoke test',
    help: 'The square, 100 steps: a second on any machine.',
    config: { steps: 100, learningRate: 0.1 },
    estimators: ['reparam'],
    seeds: [1],
  },
];
