/**
 * How a step grows with the sizes of a problem, and a trainer's memory with the steps: `node test/bench/growth/main.ts`, or
 * with `time` or `memory` one of the two.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTestBackend } from '../../support/use-backend.ts';
import { median, record, spreadOf } from '../results.ts';
import { processorTime } from '../step/contest.ts';
import type { ProductStep } from '../step/product-step.ts';
import { exponent } from './exponent.ts';
import { memoryAlong } from './memory.ts';
import { sweeps } from './sweeps.ts';

const [BLOCKS, BLOCK_MS, GOAL] = [5, 150, 1.05];
const STEPS = 50_000;

/** Milliseconds a step, the median of several blocks. */
async function time(step: ProductStep): Promise<number> {
  const block = async (count: number): Promise<number> => {
    const start = processorTime();
    for (let i = 1; i < count; i++) step.run().dispose();
    const last = step.run();
    await last.data();
    last.dispose();
    return (processorTime() - start) / count;
  };
  await block(20);
  const count = Math.max(2, Math.round(BLOCK_MS / (await block(3))));
  const times: number[] = [];
  for (let i = 0; i < BLOCKS; i++) times.push(await block(count));
  return median(times);
}

async function timeAgainstSizes(): Promise<void> {
  for (const { what, sizes, make } of sweeps) {
    const points: [number, number][] = [];
    for (const size of sizes) {
      const step = await make(size);
      points.push([size, await time(step)]);
      step.dispose();
    }
    // Of the larger half: below, a step is what it costs at any size.
    const upper = points.slice(Math.floor(points.length / 2));
    const slope = exponent(upper);
    const cells = points.map(([size, ms]) => `${size}: ${ms.toFixed(2)}`).join(', ');
    console.info(`${what}, ms: ${cells}`);
    console.info(
      `  exponent from ${upper[0]![0]} on: ${slope.toFixed(2)} (goal at most ${GOAL}): ${slope <= GOAL ? 'met' : 'NOT MET'}`,
    );
    record({ what: `${what}: exponent from ${upper[0]![0]} on`, unit: '', ours: spreadOf([slope]) });
  }
}

async function memoryAgainstSteps(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
  try {
    const request = [
      '--preset',
      'smoke',
      '--backend',
      'wasm',
      '--estimator',
      'st-gumbel-softmax',
      '--seeds',
      '1,',
    ];
    const points = await memoryAlong([...request, '--set', `steps=${STEPS}`], folder);
    const early = points.find(({ step }) => step >= 1000);
    const late = points.at(-1);
    if (early === undefined || late === undefined) throw new Error('the run gave no figures');
    const ratio = late.mebibytes / early.mebibytes;
    console.info(
      `Trainer of preset smoke: ${early.mebibytes.toFixed(0)} MiB after ${early.step} steps, ${late.mebibytes.toFixed(0)} MiB after ${late.step}: ${ratio.toFixed(3)} times (goal at most ${GOAL}): ${ratio <= GOAL ? 'met' : 'NOT MET'}`,
    );
    record({
      what: `Memory of a trainer after ${late.step} steps in units of that after ${early.step}`,
      unit: '',
      ours: spreadOf([ratio]),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [which] = process.argv.slice(2);
if (which !== 'memory') {
  await useTestBackend('wasm');
  await timeAgainstSizes();
}
if (which !== 'time') await memoryAgainstSteps();
process.exit(0);
