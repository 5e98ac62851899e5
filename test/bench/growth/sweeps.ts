/** What a step's time is measured against, and how it may grow with it. */
import { samplePath } from '../../../src/node/samples.ts';
import { engineFiles } from '../../../src/trainer/engine-files.ts';
import { createSessionStep, type ProductStep } from '../step/product-step.ts';

export interface Sweep {
  readonly what: string;
  readonly sizes: readonly number[];
  make(size: number): Promise<ProductStep>;
}

function powersOfTwo(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));
}

function menu(settings: Readonly<Record<string, unknown>>): Promise<ProductStep> {
  const config = {
    ...{ items: 50, options: 512, batch: 128, learningRate: 0.01, temperature: 0.1, noise: 0.1 },
    valuations: { kind: 'additive', bidders: 8192 },
    ...settings,
  };
  return createSessionStep('menu-auction', config, 'st-gumbel-softmax', 1, engineFiles);
}

/** Stage 2 of BundleFlow: the flow stays as it is. */
function lotteries(options: number, support: number): Promise<ProductStep> {
  const allocation = { kind: 'bundle-flow', flow: { path: samplePath('flows', 'flow-50') }, support };
  return menu({ options, allocation, valuations: { kind: 'xor', atoms: 6, bidders: 8192 } });
}

export const sweeps: readonly Sweep[] = [
  {
    what: 'Menu step against options K (B = 128, m = 50)',
    sizes: powersOfTwo(6, 14),
    make: (options) => menu({ options }),
  },
  {
    what: 'Menu step against buyers B of a batch (K = 512, m = 50)',
    sizes: powersOfTwo(5, 12),
    make: (batch) => menu({ batch }),
  },
  {
    what: 'Menu step against items m (K = 512, B = 128)',
    sizes: powersOfTwo(3, 9),
    make: (items) => menu({ items }),
  },
  {
    what: 'BundleFlow step against options J (D = 8, m = 50, B = 128)',
    sizes: powersOfTwo(6, 12),
    make: (options) => lotteries(options, 8),
  },
  {
    what: 'BundleFlow step against support points D (J = 512, m = 50, B = 128)',
    sizes: powersOfTwo(0, 6),
    make: (support) => lotteries(512, support),
  },
];
