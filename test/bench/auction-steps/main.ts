/**
 * Training steps of auctions on our wasm kernels beside PyTorch eager, in turns on one core: RegretNet, and stage 2 of BundleFlow.
 * `node test/bench/auction-steps/main.ts`; with the argument `profile`, our time by kernel instead.
 */
import { samplePath } from '../../../src/node/samples.ts';
import { engineFiles } from '../../../src/trainer/engine-files.ts';
import { useTestBackend } from '../../support/use-backend.ts';
import { hasPeer } from '../peers/environment.ts';
import { compete, processorTime, pytorch, type Contestant } from '../step/contest.ts';
import { timeKernels } from '../step/kernel-times.ts';
import { createSessionStep } from '../step/product-step.ts';

const [BLOCKS, WARM_UP_BLOCKS] = [9, 3];

interface AuctionStep {
  readonly title: string;
  readonly problem: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Of a block. */
  readonly steps: number;
  /** What PyTorch is told of the sizes. */
  readonly sizes: Readonly<Record<string, number>>;
}

const regretnet = { bidders: 2, items: 2, batch: 256, hiddenUnits: 50, hiddenLayers: 2 } as const;
const [profiles, ascent] = [20_000, 6];
const lotteries = { options: 512, items: 50, batch: 128 } as const;
const [support, atoms] = [8, 6];

const auctions: Readonly<Record<string, AuctionStep>> = {
  regretnet: {
    title: `RegretNet step, ${regretnet.bidders} x ${regretnet.items}, batch ${regretnet.batch}, ${ascent} ascent steps, softmax, Adam`,
    problem: 'regretnet',
    steps: 40,
    config: { ...regretnet, profiles: { train: profiles }, misreports: { steps: ascent } },
    sizes: { ...regretnet, profiles, ascent },
  },
  lotteries: {
    title: `BundleFlow step, stage 2, J = ${lotteries.options}, D = ${support}, m = ${lotteries.items}, B = ${lotteries.batch}, XOR buyers of ${atoms} bundles, softmax, Adam`,
    problem: 'menu-auction',
    steps: 5,
    config: {
      ...lotteries,
      valuations: { kind: 'xor', atoms, bidders: 10_000 },
      allocation: { kind: 'bundle-flow', flow: { path: samplePath('flows', 'flow-50') }, support },
    },
    sizes: { ...lotteries, support, atoms, width: 128, eulerSteps: 5 },
  },
};

async function ours({ problem, config, steps }: AuctionStep): Promise<Contestant> {
  const step = await createSessionStep(problem, config, 'softmax', 1, engineFiles);
  const block = (): Promise<number> => {
    const start = processorTime();
    for (let i = 0; i < steps; i++) {
      const value = step.run();
      value.dataSync();
      value.dispose();
    }
    return Promise.resolve((processorTime() - start) / steps);
  };
  for (let i = 0; i < WARM_UP_BLOCKS; i++) await block();
  return { name: 'Gumbel Studio, TensorFlow.js wasm', block, end: () => step.dispose() };
}

await useTestBackend('wasm');
const isProfile = process.argv[2] === 'profile';
const peer = !isProfile && hasPeer('torch');
for (const [name, auction] of Object.entries(auctions)) {
  console.info(`${auction.title}, one core;`);
  const contestants = [await ours(auction)];
  if (isProfile) {
    const kernels = timeKernels();
    const whole = await contestants[0]!.block();
    console.info(`${whole.toFixed(3)} ms a step; milliseconds and calls a step, by kernel and shapes:`);
    for (const [kernel, { ms, calls }] of kernels.byTime())
      console.info(`${(ms / auction.steps).toFixed(4)}  ${calls / auction.steps}  ${kernel}`);
    contestants[0]!.end();
    continue;
  }
  console.info(`processor time, median (fastest) of ${BLOCKS} blocks of ${auction.steps} steps, in turns.`);
  const script = new URL('pytorch-auctions.py', import.meta.url);
  if (peer)
    contestants.push(
      await pytorch(script, [String(auction.steps), name, JSON.stringify(auction.sizes)], WARM_UP_BLOCKS),
    );
  await compete(auction.title, contestants, BLOCKS);
}
process.exit(0);
