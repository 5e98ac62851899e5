/** The labs, in the order of their tabs. */
import type { Loader } from '../../ui/loader.ts';

interface Lab {
  readonly id: string;
  readonly label: string;
  /** Where there is no tab beside it to say that it is a lab. */
  readonly title: string;
  readonly load: Loader;
}

export const labs: readonly [Lab, ...Lab[]] = [
  {
    id: 'gradient',
    label: 'Gradient',
    title: 'Gradient lab',
    load: () => import('./gradient/GradientLab.svelte'),
  },
  {
    id: 'sampling',
    label: 'Sampling',
    title: 'Sampling lab',
    load: () => import('./sampling/SamplingLab.svelte'),
  },
  {
    id: 'softmax',
    label: 'Softmax',
    title: 'Softmax lab',
    load: () => import('./softmax/SoftmaxLab.svelte'),
  },
  { id: 'solvers', label: 'Solvers', title: 'Solvers', load: () => import('../solvers/SolversLab.svelte') },
];
