/** Ready-made toys with bits: those of the literature. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

export const toyBernoulliPresets: readonly PresetDescriptor[] = [
  {
    id: 'kool-bits',
    label: 'Three bits that share a logit',
    help: 'f = sum (b - p)^2 with p = (0.6, 0.51, 0.48): the exact gradient at logit 0 is -0.045. Kool, van Hoof, Welling, "Estimating Gradients for Discrete Random Variables by Sampling without Replacement", ICLR 2020.',
    config: {
      bits: 3,
      sharedLogit: true,
      objective: 'expr:sum((z - [0.6, 0.51, 0.48])^2)',
      steps: 1000,
      learningRate: 0.01,
      diagnostics: { every: 100 },
    },
    estimators: ['exact', 'reinforce', 'straight-through'],
    seeds: [1, 2, 3],
  },
  {
    id: 'polynomial-128',
    label: 'Polynomial, 128 bits',
    help: 'f = mean |b - 0.45|^3 over 128 bits, from logits U(-0.01, 0.01): 0.1288 at the start, 0.0911 at best. Liu, Dong, Liu, Yu, Gao, "Bridging Discrete and Backpropagation: Straight-Through and Beyond", NeurIPS 2023; there as two-way categorical choices. Straight-through comes to rest at theta = 0.401 instead of 0.',
    config: {
      bits: 128,
      objective: 'expr:mean(abs(z - 0.45)^3)',
      initialSpread: 0.01,
      batch: 64,
      steps: 2000,
      learningRate: 0.01,
      diagnostics: { every: 200 },
    },
    estimators: ['reinforce', 'gumbel-softmax', 'st-gumbel-softmax', 'straight-through'],
    seeds: [1, 2],
  },
  {
    id: 'rebar-bit',
    label: 'One bit, target 0.45',
    help: 'f = (b - 0.45)^2 from a logit of 0: E f falls from 0.2525 towards 0.2025 at b = 0. The exact slope is 0.1 theta (1 - theta); the straight-through estimator instead comes to rest at theta = 0.45. Tucker, Mnih, Maddison, Lawson, Sohl-Dickstein, "REBAR", NIPS 2017.',
    config: { steps: 2000, learningRate: 0.01, diagnostics: { every: 100 } },
    estimators: ['exact', 'reinforce', 'gumbel-softmax', 'straight-through'],
    seeds: [1, 2, 3],
  },
  {
    id: 'relax-bit',
    label: 'One bit, target 0.499',
    help: 'The same with target 0.499: the two values of f differ by 0.002, so that a score function without a good baseline sees only noise. Grathwohl, Choi, Wu, Roeder, Duvenaud, "Backpropagation through the Void", ICLR 2018, section 5.1.',
    config: {
      objective: 'expr:(z - 0.499)^2',
      steps: 5000,
      learningRate: 0.01,
      diagnostics: { every: 250 },
    },
    estimators: ['exact', 'reinforce', 'gumbel-softmax'],
    seeds: [1, 2, 3],
  },
  {
    id: 'smoke',
    label: 'Smoke test',
    help: 'One bit, 100 steps: a second on any machine.',
    config: { steps: 100, learningRate: 0.1 },
    estimators: ['exact', 'straight-through'],
    seeds: [1],
  },
];
