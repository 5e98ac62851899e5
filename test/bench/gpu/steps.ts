/**
 * Our step of a case, as a program of the contest: `steps.ts BACKEND CASE SIZES(JSON) STEPS`. It first prints one line about itself,
 * then for each line that it reads runs a block of steps, of which it reads back the last value, and prints its milliseconds a step by the clock.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { loaders } from '../../../src/trainer/backends/load.ts';
import type { BackendName } from '../../../src/shared/run.ts';
import { createCase, type CaseName } from './cases.ts';

const WARM_UP = 3;
const [backend, name, sizes, count] = process.argv.slice(2) as [BackendName, CaseName, string, string];
const steps = Number(count);

const { device, version, watch } = await loaders[backend]();
const step = await createCase(name, JSON.parse(sizes) as Record<string, number>);

async function block(length: number): Promise<number> {
  let value = Number.NaN;
  for (let i = 0; i < length; i++) {
    const scalar = step.run();
    // As training does.
    await watch?.keepPace();
    if (i === length - 1) value = (await scalar.data())[0] ?? value;
    scalar.dispose();
  }
  await watch?.check(0, true);
  return value;
}

await block(WARM_UP);
writeSync(1, `Gumbel Studio, TensorFlow.js ${version} ${backend} on ${device}\n`);
const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
while ((await lines.next()).done !== true) {
  const start = performance.now();
  const value = await block(steps);
  writeSync(1, `${(performance.now() - start) / steps} ${value}\n`);
}
process.exit(0);
