/**
 * Training steps on TensorFlow's library beside our wasm kernels, in turns in one process, by processor time (of all its threads) and by
 * the clock. `npm run bench:backends`, where `npm run setup:tensorflow` has been.
 */
import { createSessionStep, shape, type ProductStep } from '../step/product-step.ts';
import { compete, processorTime, type Contestant } from '../step/contest.ts';
import { useTestBackend } from '../../support/use-backend.ts';

const BLOCKS = 7;

interface Workload {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly steps: number;
  readonly warmUp: number;
}

const menu = (items: number, options: number, batch: number) => ({
  ...{ items, options, batch, learningRate: 0.01, temperature: 0.1, noise: 0.1 },
  valuations: { kind: 'additive', bidders: 10_000 },
});
const workloads: readonly Workload[] = [
  { name: 'small: 2 items, 16 options, 64 buyers', config: menu(2, 16, 64), steps: 100, warmUp: 300 },
  {
    name: `as cats-50: ${shape.items} items, ${shape.options} options, ${shape.buyers} buyers`,
    config: menu(shape.items, shape.options, shape.buyers),
    steps: 30,
    warmUp: 100,
  },
  { name: 'large: 100 items, 2048 options, 512 buyers', config: menu(100, 2048, 512), steps: 2, warmUp: 4 },
];

const clocks = [
  ['processor time', processorTime],
  ['by the clock', () => performance.now()],
] as const;

async function contestant(
  backend: 'wasm' | 'tensorflow',
  { config, steps, warmUp }: Workload,
  clock: () => number,
): Promise<Contestant> {
  await useTestBackend(backend);
  const step: ProductStep = await createSessionStep('menu-auction', config, 'st-gumbel-softmax', 1);
  for (let i = 0; i < warmUp; i++) step.run().dispose();
  return {
    name: backend,
    async block() {
      await useTestBackend(backend);
      const start = clock();
      for (let i = 1; i < steps; i++) step.run().dispose();
      const last = step.run();
      await last.data();
      last.dispose();
      return (clock() - start) / steps;
    },
    end: () => step.dispose(),
  };
}

for (const workload of workloads) {
  for (const [what, clock] of clocks) {
    const title = `Straight-through menu step, ${workload.name}, ${what}`;
    console.info(`\n${title}, median (fastest) of ${BLOCKS} blocks:`);
    await compete(
      title,
      [await contestant('wasm', workload, clock), await contestant('tensorflow', workload, clock)],
      BLOCKS,
    );
  }
}
// TensorFlow's threads would keep the process.
process.exit(0);
