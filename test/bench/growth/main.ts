/**
 * How a step grows with the sizes of a problem, a trainer's memory with the steps, and throughput with the runs at once:
 * `node test/bench/growth/main.ts`, or with `time`, `memory` or `throughput` one of the three.
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
import { throughput } from './throughput.ts';

const [BLOCKS, BLOCK_MS, GOAL] = [5, 150, 1.05];
const STEPS = 50_000;
const [TURNS, STEPS_AT_ONCE, AT_ONCE_GOAL] = [3, 20_000, 1.8];
const oneRun = [
  '--preset',
  'smoke',
  '--backend',
  'wasm',
  '--estimator',
  'st-gumbel-softmax',
  '--seeds',
  '1,',
];

/** Of a folder that is gone afterwards. */
async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

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

async function memoryAgainstSteps(folder: string): Promise<void> {
  const points = await memoryAlong([...oneRun, '--set', `steps=${STEPS}`], folder);
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
}

async function throughputAgainstRuns(folder: string): Promise<void> {
  const args = [...oneRun, '--set', `steps=${STEPS_AT_ONCE}`];
  const ratios: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const places = ['alone', 'first', 'second'].map((name) => join(folder, `${turn}-${name}`));
    const alone = await throughput(args, STEPS_AT_ONCE, places.slice(0, 1));
    const both = await throughput(args, STEPS_AT_ONCE, places.slice(1));
    ratios.push(both.stepsPerSecond / alone.stepsPerSecond);
    const [one, two] = [alone, both].map(
      ({ stepsPerSecond, cores }) =>
        `${stepsPerSecond.toFixed(0)} steps a second on ${cores.toFixed(2)} cores`,
    );
    console.info(`Preset smoke, whole commands: one run ${one}, two at once ${two}`);
  }
  const { median: middle, low, high } = spreadOf(ratios);
  console.info(
    `  two at once ${middle.toFixed(2)} times one (${low.toFixed(2)} to ${high.toFixed(2)} by turn; goal at least ${AT_ONCE_GOAL}): ${middle >= AT_ONCE_GOAL ? 'met' : 'NOT MET'}`,
  );
  record({ what: 'Steps a second of two runs at once in units of one', unit: '', ours: spreadOf(ratios) });
}

const [which] = process.argv.slice(2);
if (which === undefined || which === 'time') {
  await useTestBackend('wasm');
  await timeAgainstSizes();
}
if (which === undefined || which === 'memory') await inFolder(memoryAgainstSteps);
if (which === undefined || which === 'throughput') await inFolder(throughputAgainstRuns);
process.exit(0);
