/**
 * kill -9 of trainers and studios at random instants, until `--trials` kills (default 300) are done:
 *   node test/stress/kill-trials.ts [--trials 300] [--lanes 3] [--seed 1]
 * Each lane trains a run, kills its trainer or its studio, resumes it, kills again, ... until it completes, and then
 * compares it with a run that was never interrupted. Exit code 1 if any of these is not 0:
 *   lost      points that a reader had seen (so: committed; acknowledged points are a part of them) and that are gone or changed
 *   differing completed runs that are not bit for bit the uninterrupted one
 *   lying     runs called live although no process works on them, seen after the next studio has opened the folder
 *   orphans   trainers alive 10 s after their studio was killed
 *   zombies   dead trainers that a living studio has not collected
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { randomIntegers } from '../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { liveStates, type RunRecord } from '../../src/shared/run.ts';
import { compareSeries } from '../../src/studio/files/compare.ts';
import { openReadableStore } from '../../src/studio/store/open.ts';
import type { Series } from '../../src/studio/store/types.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { isAlive, isZombie, startCli, tempFolder, trainersOf, type RunningCli } from '../support/cli.ts';

const { values: options } = parseArgs({
  options: {
    trials: { type: 'string', default: '300' },
    lanes: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
  },
});
const trials = Number(options.trials);

/** Kills come this long after the command starts: before the trainer is up, while it trains, while it ends. */
const LATEST_KILL_MS = 4000;

const JOB = [
  ...['run', '--preset', 'smoke', '--estimator', 'st-gumbel-softmax', '--seeds', '1,', '--backend', 'wasm'],
  ...['--set', 'steps=4000', '--set', 'logEvery=5', '--set', 'checkpointSeconds=0.1'],
];

const tally = {
  kills: 0,
  trainerKills: 0,
  studioKills: 0,
  completed: 0,
  lost: 0,
  differing: 0,
  lying: 0,
  orphans: 0,
  zombies: 0,
};

interface Snapshot {
  readonly run: RunRecord | undefined;
  readonly series: Readonly<Record<string, Series>>;
}

function snapshot(dataDir: string): Snapshot {
  let store;
  try {
    store = openReadableStore(join(dataDir, STORE_FILE));
  } catch {
    return { run: undefined, series: {} };
  }
  try {
    const opened = store;
    const [run] = opened.runs();
    if (run === undefined) return { run, series: {} };
    const names = opened.series(run.id).map(({ name }) => name);
    return { run, series: Object.fromEntries(names.map((name) => [name, opened.readSeries(run.id, name)])) };
  } finally {
    store.close();
  }
}

/** Points of `before` that `after` lacks or has otherwise. */
function lostPoints(before: Snapshot['series'], after: Snapshot['series']): number {
  let lost = 0;
  for (const [name, { steps, values }] of Object.entries(before)) {
    const now = after[name];
    for (let i = 0; i < steps.length; i++) {
      if (now?.steps[i] !== steps[i] || !Object.is(now?.values[i], values[i])) lost += 1;
    }
  }
  return lost;
}

async function gone(pids: readonly number[], ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (pids.some(isAlive)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

async function killStudio(running: RunningCli): Promise<void> {
  const trainers = trainersOf(running.child.pid ?? 0);
  running.child.kill('SIGKILL');
  await running.result;
  tally.studioKills += 1;
  if (!(await gone(trainers, 10_000))) tally.orphans += 1;
}

/** False if there was no trainer at that instant. */
async function killTrainer(running: RunningCli): Promise<boolean> {
  const [trainer] = trainersOf(running.child.pid ?? 0);
  if (trainer === undefined) return false;
  try {
    process.kill(trainer, 'SIGKILL');
  } catch {
    return false;
  }
  tally.trainerKills += 1;
  await sleep(500);
  if (isZombie(trainer)) tally.zombies += 1;
  await running.result;
  return true;
}

async function lane(index: number, reference: Snapshot['series']): Promise<void> {
  for (let round = 0; tally.kills < trials; round++) {
    const folder = tempFolder();
    const draws = randomIntegers(fold(fold(rootKey(Number(options.seed)), index), round), 2000, 2 ** 31 - 1);
    let seen: Snapshot = { run: undefined, series: {} };
    for (let draw = 0; ; draw += 2) {
      const args = seen.run === undefined ? JOB : ['resume', seen.run.id];
      const running = startCli([...args, '--data-dir', folder.path]);
      const after = ((draws[draw] ?? 0) / 2 ** 31) * LATEST_KILL_MS;
      await Promise.race([sleep(after), running.result]);
      const opened = snapshot(folder.path);
      tally.lost += lostPoints(seen.series, opened.series);
      seen = opened;
      if (running.child.exitCode === null && tally.kills < trials) {
        if ((draws[draw + 1] ?? 0) % 2 === 0) await killStudio(running);
        else if (!(await killTrainer(running))) await running.result;
        tally.kills = tally.trainerKills + tally.studioKills;
        if (tally.kills % 20 === 0) process.stderr.write(`${tally.kills} kills\n`);
      } else {
        await running.result;
      }
      const settled = snapshot(folder.path);
      tally.lost += lostPoints(seen.series, settled.series);
      const studioDied = running.child.signalCode === 'SIGKILL';
      if (!studioDied && settled.run !== undefined && liveStates.includes(settled.run.state))
        tally.lying += 1;
      seen = settled;
      if (settled.run?.state === 'completed') break;
    }
    tally.completed += 1;
    if (!compareSeries(reference, seen.series, { ignore: ['seconds'] }).equal) tally.differing += 1;
    folder.remove();
  }
}

const own = tempFolder();
await startCli([...JOB, '--data-dir', own.path]).result;
const reference = snapshot(own.path);
own.remove();
if (reference.run?.state !== 'completed') throw new Error('the uninterrupted run did not complete');

await Promise.all(Array.from({ length: Number(options.lanes) }, (_, index) => lane(index, reference.series)));
process.stdout.write(`${JSON.stringify(tally, null, 2)}\n`);
const bad = tally.lost + tally.differing + tally.lying + tally.orphans + tally.zombies;
process.exitCode = bad === 0 ? 0 : 1;
