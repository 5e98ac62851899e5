/** The labs, in the order of their tabs. */
import type { Component } from 'svelte';
import SolversLab from '../solvers/SolversLab.svelte';
import GradientLab from './gradient/GradientLab.svelte';
import SamplingLab from './sampling/SamplingLab.svelte';
import SoftmaxLab from './softmax/SoftmaxLab.svelte';

interface Lab {
  readonly id: string;
  readonly label: string;
  /** Where there is no tab beside it to say that it is a lab. */
  readonly title: string;
  readonly component: Component;
}

export const labs: readonly [Lab, ...Lab[]] = [
  { id: 'gradient', label: 'Gradient', title: 'Gradient lab', component: GradientLab },
  { id: 'sampling', label: 'Sampling', title: 'Sampling lab', component: SamplingLab },
  { id: 'softmax', label: 'Softmax', title: 'Softmax lab', component: SoftmaxLab },
  { id: 'solvers', label: 'Solvers', title: 'Solvers', component: SolversLab },
];
