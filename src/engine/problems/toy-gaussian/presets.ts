/** Ready-made toys with a Gaussian choice. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

export const toyGaussianPresets: readonly PresetDescriptor[] = [
  {
    id: 'gaussian-square',
    label: 'Square of a Gaussian',
    help: 'z ~ N(2 theta + 3, 1), f = z^2: E f falls from 10 at theta = 0 to 1 at theta = -1.5. The pathwise gradient is 4 z, of variance 16 wherever theta is; that of REINFORCE without a baseline would be 888 at the start and 60 at the end.',
    config: { steps: 1000, learningRate: 0.02, diagnostics: { every: 100, estimators: ['comparison'] } },
    estimators: ['reparam', 'reinforce'],
    seeds: [1, 2, 3],
  },
  {
    id: 'gaussian-dimensions',
    label: 'Ten correlated Gaussians',
    help: 'Ten numbers, any two with correlation 0.3: the pathwise gradient has the same variance for each as one alone, and that of REINFORCE grows with their number, as each is credited with the squares of all.',
    config: {
      dimensions: 10,
      correlation: 0.3,
      steps: 1000,
      learningRate: 0.02,
      diagnostics: { every: 100, estimators: ['comparison'] },
    },
    estimators: ['reparam', 'reinforce'],
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
