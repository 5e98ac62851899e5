/** Ready-made toys with a continuous choice. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

/** Scales that put z within a few units of 2 at the start. */
const DISTRIBUTIONS = [
  { name: 'Normal', distribution: 'normal' },
  { name: 'Laplace', distribution: 'laplace' },
  { name: 'Logistic', distribution: 'logistic' },
  { name: 'Gumbel', distribution: 'gumbel' },
  { name: 'Cauchy', distribution: 'cauchy' },
  { name: 'Log-normal', distribution: 'log-normal' },
  { name: 'Exponential', distribution: 'exponential' },
  { name: 'Inverse gamma', distribution: 'inverse-gamma' },
] as const;

export const toyContinuousPresets: readonly PresetDescriptor[] = [
  {
    id: 'gaussian-square',
    question: 'optimum',
    label: 'Square of a Gaussian',
    help: 'z ~ N(2 theta + 3, 1), f = z^2: E f falls from 10 at theta = 0 to 1 at theta = -1.5. The pathwise gradient is 4 z, of variance 16 wherever theta is; that of REINFORCE without a baseline would be 888 at the start and 60 at the end.',
    config: { steps: 1000, learningRate: 0.02, diagnostics: { every: 100, estimators: ['comparison'] } },
    estimators: ['reparam', 'reinforce'],
    seeds: [1, 2, 3],
  },
  {
    id: 'gaussian-dimensions',
    question: 'optimum',
    label: 'Ten correlated Gaussians',
    help: 'Ten numbers, any two with correlation 0.3: the pathwise gradient has the same variance for each as for one alone, and that of REINFORCE grows with their number, because each is credited with the squares of all.',
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
    id: 'continuous-distributions',
    question: 'optimum',
    label: 'Eight distributions',
    help: 'f = (z - 2)^2 / (1 + (z - 2)^2), which is bounded, so E f exists for the tails of a Cauchy variable too: one variant per distribution, from m = 0, pathwise gradients against REINFORCE. The diagnostics show how far apart the variances of the two are for each.',
    config: {
      objective: 'expr:(z - 2)^2 / (1 + (z - 2)^2)',
      slope: 1,
      intercept: 0,
      deviation: 0.5,
      steps: 1000,
      batch: 8,
      learningRate: 0.02,
      diagnostics: { every: 100, estimators: ['comparison'] },
    },
    estimators: ['reparam', 'reinforce'],
    seeds: [1, 2],
    variants: DISTRIBUTIONS.map(({ name, distribution }) => ({
      name,
      config: { distribution },
      settings: {},
    })),
  },
  {
    id: 'gaussian-smoke',
    question: 'first',
    label: 'Smoke test',
    help: 'The square, 100 steps: a second on any machine.',
    config: { steps: 100, learningRate: 0.1 },
    estimators: ['reparam'],
    seeds: [1],
  },
];
