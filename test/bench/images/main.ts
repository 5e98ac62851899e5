/**
 * Training steps on images on our wasm kernels beside PyTorch eager, in turns on one core: an MLP-VAE with 200 bits, and a small
 * convolutional classifier, 100 images of 28 x 28 a step. `node test/bench/images/main.ts`; with the argument
 * `profile`, our time by kernel instead.
 */
import { useTestBackend } from '../../support/use-backend.ts';
import { hasPeer } from '../peers/environment.ts';
import { compete, processorTime, pytorch, type Contestant } from '../step/contest.ts';
import { timeKernels } from '../step/kernel-times.ts';
import { classifier, mlpVae, type Step } from './steps.ts';

const BLOCKS = 9;
const STEPS = 20;
const WARM_UP_BLOCKS = 3;
const steps = {
  mlpVae: { make: mlpVae, title: 'MLP-VAE step, 784-200-200 bits, straight-through, batch 100, Adam' },
  classifier: {
    make: classifier,
    title: 'Convolutional step, 28 x 28, 8 and 16 filters 3 x 3, batch 100, Adam',
  },
} as const;

async function ours(make: () => Promise<Step>): Promise<Contestant> {
  await useTestBackend('wasm');
  const step = await make();
  const block = (): Promise<number> => {
    const start = processorTime();
    for (let i = 0; i < STEPS; i++) {
      const loss = step();
      loss.dataSync();
      loss.dispose();
    }
    return Promise.resolve((processorTime() - start) / STEPS);
  };
  for (let i = 0; i < WARM_UP_BLOCKS; i++) await block();
  return { name: 'Gumbel Studio, TensorFlow.js wasm', block, end: () => undefined };
}

const script = new URL('pytorch-images.py', import.meta.url);
const profile = process.argv[2] === 'profile';
const peer = !profile && hasPeer('torch');
for (const [name, { make, title }] of Object.entries(steps)) {
  console.info(`${title}, one core;`);
  const contestants = [await ours(make)];
  if (profile) {
    const kernels = timeKernels();
    await contestants[0]!.block();
    console.info(`milliseconds and calls a step, by kernel and shapes:`);
    for (const [kernel, { ms, calls }] of kernels.byTime())
      console.info(`${(ms / STEPS).toFixed(4)}  ${calls / STEPS}  ${kernel}`);
    continue;
  }
  console.info(`processor time, median (fastest) of ${BLOCKS} blocks of ${STEPS} steps, in turns.`);
  if (peer) contestants.push(await pytorch(script, [String(STEPS), name], WARM_UP_BLOCKS));
  await compete(title, contestants, BLOCKS);
}
process.exit(0);
