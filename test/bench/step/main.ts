/**
 * The straight-through menu step on our wasm kernels beside PyTorch eager, in turns on one core.
 * `node test/bench/step/main.ts`, with a roofline below; with the argument `profile`, our time by kernel instead.
 */
import { useTestBackend } from '../../support/use-backend.ts';
import { hasPeer } from '../peers/environment.ts';
import { compete, processorTime, pytorch, type Contestant } from './contest.ts';
import { timeKernels } from './kernel-times.ts';
import { createProductStep, shape } from './product-step.ts';
import { measurePeaks, printRoofline } from './roofline.ts';

const BLOCKS = 7;
const STEPS = 100;
const WARM_UP = 300;
const script = new URL('pytorch-step.py', import.meta.url);

async function ours(): Promise<Contestant> {
  await useTestBackend('wasm');
  const step = await createProductStep(1);
  for (let i = 0; i < WARM_UP; i++) step.run().dispose();
  return {
    name: 'Gumbel Studio, TensorFlow.js wasm',
    async block() {
      const start = processorTime();
      for (let i = 1; i < STEPS; i++) step.run().dispose();
      const last = step.run();
      await last.data();
      last.dispose();
      return (processorTime() - start) / STEPS;
    },
    end: () => step.dispose(),
  };
}

async function compare(what: string): Promise<void> {
  const contestants = [await ours()];
  if (hasPeer('torch')) {
    const [plain, flush] = ['plain', 'flush'].map((mode) =>
      pytorch(script, [String(STEPS), mode], WARM_UP / STEPS),
    ) as [Promise<Contestant>, Promise<Contestant>];
    contestants.push(await plain, await flush);
  }
  const [ms] = await compete(what, contestants, BLOCKS);
  printRoofline(measurePeaks(), ms!);
}

const { buyers, options, items } = shape;
const title = `Straight-through Gumbel menu step, B = ${buyers}, K = ${options}, m = ${items}, Adam`;
console.info(`${title}, one core;`);
if (process.argv[2] === 'profile') {
  const contestant = await ours();
  const kernels = timeKernels();
  const whole = await contestant.block();
  console.info(`milliseconds and calls a step, by kernel and shapes:`);
  for (const [kernel, { ms, calls }] of kernels.byTime()) {
    console.info(`${(ms / STEPS).toFixed(4)}  ${calls / STEPS}  ${kernel}`);
  }
  const inside = kernels.byTime().reduce((sum, [, time]) => sum + time.ms, 0) / STEPS;
  console.info(
    `${inside.toFixed(2)} of ${whole.toFixed(2)} ms a step in kernels, both with every kernel timed.`,
  );
} else {
  console.info(`processor time, median (fastest) of ${BLOCKS} blocks of ${STEPS} steps, in turns.`);
  await compare(title);
}
process.exit(0);
