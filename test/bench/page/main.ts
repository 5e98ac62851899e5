/**
 * The page under load, in real Chromium over the real server: `npm run bench:page`.
 * `--minutes 10` how long eight runs are watched; `--only steps,live,latency,lines,start,bundle,clicks` parts of it; `--quick` short
 * blocks, to see that it works. Everything it starts and writes is gone at the end.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { setup as buildPage } from '../../support/build-page.ts';
import { setup as buildPrograms } from '../../support/build-programs.ts';
import { measureBundle } from './bundle.ts';
import { measureClicks } from './clicks.ts';
import { figure, tableOf, type Figure } from './figure.ts';
import { measureLatency } from './latency.ts';
import { measureLiveRuns } from './live-runs.ts';
import { measureManyLines } from './many-lines.ts';
import { measureStartUp } from './start-up.ts';
import { measureSteps } from './steps-ratio.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    only: { type: 'string', default: 'bundle,start,latency,clicks,steps,lines,live' },
    quick: { type: 'boolean', default: false },
  },
});
const { quick } = values;
const minutes = quick ? 0.5 : Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes}: expected a number above 0`);
const [blocks, length] = quick ? [2, 4] : [8, 15];

const parts: Readonly<Record<string, () => Promise<readonly Figure[]> | readonly Figure[]>> = {
  bundle: measureBundle,
  start: measureStartUp,
  latency: () => measureLatency(quick ? 10 : 60),
  clicks: () => measureClicks(quick ? 1 : 5),
  steps: async () => [
    ...(await measureSteps(1, blocks, length)),
    ...(await measureSteps(availableParallelism(), blocks, length)),
  ],
  lines: () => measureManyLines(quick ? 10 : 60),
  live: () => measureLiveRuns(minutes),
};

const figures: Figure[] = [];
await buildPage();
// As `npm start` does it: a server from the sources takes half as long again until it is ready.
await buildPrograms();
for (const name of values.only.split(',')) {
  const measure = parts[name];
  if (measure === undefined) {
    throw new Error(`--only ${name}: expected some of ${Object.keys(parts).join(', ')}, with commas between`);
  }
  process.stderr.write(`${name}\n`);
  try {
    figures.push(...(await measure()));
  } catch (error) {
    // One part that fails must not cost the others.
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    figures.push(figure(name, `not measured: ${reason}`, '', false));
  }
}
process.stdout.write(`${tableOf(figures)}\n`);
process.exitCode = figures.some(({ met }) => met === false) ? 1 : 0;
