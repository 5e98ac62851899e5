/** The steps that the bench of GPUs times, at the sizes of a GPU and, to try the bench itself without one, shrunken. */
import { join } from 'node:path';
import { packageRoot } from '../../../src/node/programs.ts';
import { engineFiles } from '../../../src/trainer/engine-files.ts';
import { createSessionStep, type ProductStep } from '../step/product-step.ts';

type Sizes = Readonly<Record<string, number>>;

export interface GpuCase {
  readonly title: string;
  readonly sizes: Sizes;
  readonly shrunken: Sizes;
  readonly problem: string;
  readonly estimator: string;
  config(sizes: Sizes): Readonly<Record<string, unknown>>;
}

const flowOf = (items: number | undefined) => join(packageRoot, `resources/flows/flow-${items}.safetensors`);
const CHOICE = { learningRate: 0.01, temperature: 0.1, noise: 0.1 };
const buyers = (bidders: number) => ({ kind: 'additive', bidders });

export const gpuCases = {
  menu: {
    title: 'Menu auction, straight-through Gumbel',
    sizes: { options: 4096, items: 100, batch: 1024 },
    shrunken: { options: 64, items: 10, batch: 32 },
    problem: 'menu-auction',
    estimator: 'st-gumbel-softmax',
    config: (sizes) => ({ ...CHOICE, ...sizes, valuations: buyers(10_000) }),
  },
  bundleFlow: {
    title: 'BundleFlow menu, straight-through Gumbel',
    sizes: { options: 5000, items: 50, support: 2, batch: 1024 },
    shrunken: { options: 64, items: 50, support: 2, batch: 32 },
    problem: 'menu-auction',
    estimator: 'st-gumbel-softmax',
    config: ({ support, ...sizes }) => ({
      ...CHOICE,
      ...sizes,
      valuations: buyers(10_000),
      allocation: { kind: 'bundle-flow', flow: { path: flowOf(sizes['items']) }, support },
    }),
  },
  vae: {
    title: 'VAE of bits, straight-through',
    sizes: { side: 28, hidden: 200, latents: 200, batch: 4096 },
    shrunken: { side: 8, hidden: 20, latents: 20, batch: 32 },
    problem: 'discrete-vae',
    estimator: 'straight-through',
    config: ({ side, hidden, ...sizes }) => ({
      ...sizes,
      data: { kind: 'shapes', side, count: 6000, binarize: 'threshold' },
      hiddenUnits: hidden,
      activation: 'tanh',
      learningRate: 0.01,
    }),
  },
} satisfies Record<string, GpuCase>;

export type CaseName = keyof typeof gpuCases;

/** The product's own session of the case, on the current backend. */
export function createCase(name: CaseName, sizes: Sizes): Promise<ProductStep> {
  const { problem, estimator, config }: GpuCase = gpuCases[name];
  return createSessionStep(problem, config(sizes), estimator, 1, engineFiles);
}
