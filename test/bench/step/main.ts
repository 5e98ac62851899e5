/**
 * The straight-through menu step on our wasm kernels beside PyTorch eager, in turns on one core.
 * `node --no-maglev test/bench/step/main.ts`; with the argument `profile`, our time by kernel instead.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { useTestBackend } from '../../support/use-backend.ts';
import { timeKernels } from './kernel-times.ts';
import { createProductStep, shape } from './product-step.ts';

const BLOCKS = 7;
const STEPS = 100;
const WARM_UP = 300;
const python = '/usr/bin/python3';

/** One of the programs that take turns: runs a block of steps and returns its milliseconds a step. */
interface Contestant {
  readonly name: string;
  block(): Promise<number>;
  end(): void;
}

async function ours(): Promise<Contestant> {
  await useTestBackend('wasm');
  const step = await createProductStep(1);
  for (let i = 0; i < WARM_UP; i++) step.run().dispose();
  return {
    name: 'Gumbel Studio, TensorFlow.js wasm',
    async block() {
      const start = performance.now();
      for (let i = 1; i < STEPS; i++) step.run().dispose();
      const last = step.run();
      await last.data();
      last.dispose();
      return (performance.now() - start) / STEPS;
    },
    end: () => step.dispose(),
  };
}

async function pytorch(mode: 'plain' | 'flush'): Promise<Contestant> {
  const script = fileURLToPath(new URL('pytorch-step.py', import.meta.url));
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(python, [script, String(STEPS), mode], {
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const read = async (): Promise<string> => String((await lines.next()).value);
  const about = await read();
  if (mode === 'plain' && !/openblas|mkl|blis|its own/.test(about)) {
    console.info(
      'PyTorch runs on the reference BLAS here; apt-get install libopenblas0-pthread gives it its usual speed.',
    );
  }
  const block = async (): Promise<number> => {
    child.stdin.write('\n');
    return Number.parseFloat(await read());
  };
  for (let i = 0; i < WARM_UP; i += STEPS) await block();
  return {
    name: `${about}${mode === 'flush' ? ', subnormals flushed' : ''}`,
    block,
    end: () => child.stdin.end(),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function compare(): Promise<void> {
  const contestants = [await ours()];
  if (spawnSync(python, ['-c', 'import torch']).status === 0) {
    contestants.push(await pytorch('plain'), await pytorch('flush'));
  } else {
    console.info('PyTorch: skipped: python3-torch is not installed (apt-get install python3-torch)');
  }
  const times = contestants.map((): number[] => []);
  for (let i = 0; i < BLOCKS; i++) {
    for (const [which, contestant] of contestants.entries()) times[which]!.push(await contestant.block());
  }
  for (const [which, { name }] of contestants.entries()) {
    const ms = median(times[which]!);
    const ratio = which === 0 ? '' : `, ${(ms / median(times[0]!)).toFixed(2)} times our time`;
    const fastest = Math.min(...times[which]!).toFixed(2);
    console.info(
      `${name}: ${ms.toFixed(2)} ms (${fastest}) a step, ${(1000 / ms).toFixed(0)} steps/s${ratio}`,
    );
  }
  for (const contestant of contestants) contestant.end();
}

const { buyers, options, items } = shape;
console.info(
  `Straight-through Gumbel menu step, B = ${buyers}, K = ${options}, m = ${items}, Adam, one core;`,
);
if (process.argv[2] === 'profile') {
  const contestant = await ours();
  const kernels = timeKernels();
  await contestant.block();
  console.info(`milliseconds and calls a step, by kernel and shapes:`);
  for (const [kernel, { ms, calls }] of kernels.byTime()) {
    console.info(`${(ms / STEPS).toFixed(4)}  ${calls / STEPS}  ${kernel}`);
  }
} else {
  console.info(`median (fastest) of ${BLOCKS} blocks of ${STEPS} steps, in turns.`);
  await compare();
}
process.exit(0);
