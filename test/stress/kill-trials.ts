/**
 * kill -9 of trainers and studios at random instants, until `--trials` kills (default 300) are done:
 *   node test/stress/kill-trials.ts [--trials 300] [--lanes 2] [--seed 1]
 * Each lane trains a run, kills its trainer or its studio, resumes it, kills again, ... until it completes, and then
 * compares it with a run that was never interrupted. A kill comes after the command has stored points, or more points than
 * were there before, so that each has something to lose. Lanes take turns in what they train: a menu on wasm, a toy on cpu.
 * Exit code 1 if any of these is not 0:
 *   early     kills before which no point was stored
 *   lost      points that a reader had seen (so: committed; acknowledged points are a part of them) and that are gone or changed
 *   differing completed runs that are not bit for bit the uninterrupted one
 *   lying     runs called live although no process works on them, seen after the next studio has opened the folder
 *   orphans   trainers alive 10 s after their studio was killed
 *   zombies   dead trainers that a living studio has not collected
 *   stuck     commands that ended, though nobody killed anything, without completing the run
 *   torn      faults that check-store finds in the folder of a completed run
 *   unlisted  runs that the page's list then lacks
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { randomIntegers } from '../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { liveStates } from '../../src/shared/run.ts';
import { checkStore } from '../../src/studio/check-store.ts';
import { compareSeries } from '../../src/studio/files/compare.ts';
import { isAlive, isZombie, startCli, tempFolder, trainersOf, type RunningCli } from '../support/cli.ts';
import { clocked } from '../support/clocked.ts';
import {
  listFolder,
  lostPoints,
  nothingStored,
  pointsOf,
  snapshot,
  storedPoints,
  type Snapshot,
} from '../support/snapshots.ts';

const { values: options } = parseArgs({
  options: {
    trials: { type: 'string', default: '300' },
    lanes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
});
const trials = Number(options.trials);

/** Kills come this long after the command's first new points: between checkpoints, within one, at the end of the run. */
const LATEST_KILL_MS = 1000;

const often = ['--seeds', '1,', '--set', 'logEvery=5', '--set', 'checkpointSeconds=0.1'];
/** Some ten kills long. */
const jobs = [
  [
    ...['run', '--preset', 'smoke', '--estimator', 'st-gumbel-softmax', '--backend', 'wasm'],
    ...['--set', 'steps=1500', ...often],
  ],
  ['run', '--preset', 'gaussian-smoke', '--backend', 'cpu', '--set', 'steps=4000', ...often],
];

const tally = { kills: 0, trainerKills: 0, studioKills: 0, pointsAtKills: 0, completed: 0, listed: 0 };
const bad = {
  early: 0,
  lost: 0,
  differing: 0,
  lying: 0,
  orphans: 0,
  zombies: 0,
  stuck: 0,
  torn: 0,
  unlisted: 0,
};

const compiled = tempFolder();
/** Programs are read from a cache in half of the time, so that more of it goes into training. */
const start = (args: readonly string[], dataDir: string) =>
  startCli([...args, '--data-dir', dataDir], { env: { NODE_COMPILE_CACHE: compiled.path } });

const hasEnded = ({ child }: RunningCli) => child.exitCode !== null || child.signalCode !== null;

/** False once the time is up. */
async function within(ms: number, isSo: () => boolean): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (!isSo()) {
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
  if (!(await within(10_000, () => !trainers.some(isAlive)))) bad.orphans += 1;
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
  if (!(await within(500, () => !isZombie(trainer)))) bad.zombies += 1;
  await running.result;
  return true;
}

/**
 * Waits until the command has stored more points than `before`, and a while, looks, and kills; the command has ended then.
 * @returns what was seen last, and whether anything was killed
 */
async function killOne(
  running: RunningCli,
  dataDir: string,
  before: Snapshot,
  draws: readonly number[],
): Promise<{ seen: Snapshot; killed: boolean }> {
  const points = pointsOf(before);
  while (!hasEnded(running) && storedPoints(dataDir) <= points) await sleep(60);
  await Promise.race([sleep((draws[0] ?? 0) * LATEST_KILL_MS), running.result]);
  if (hasEnded(running) || tally.kills >= trials) return { seen: before, killed: false };
  const seen = snapshot(dataDir);
  bad.lost += lostPoints(before, seen);
  if ((draws[1] ?? 0) < 0.5) await killStudio(running);
  else if (!(await killTrainer(running))) return { seen, killed: false };
  if (pointsOf(seen) <= points) bad.early += 1;
  tally.pointsAtKills += pointsOf(seen);
  tally.kills = tally.trainerKills + tally.studioKills;
  if (tally.kills % 20 === 0) process.stderr.write(`${tally.kills} kills ${JSON.stringify(bad)}\n`);
  return { seen, killed: true };
}

/** Trains a run to its end through kills. */
async function trainThroughKills(
  job: readonly string[],
  dataDir: string,
  draws: readonly number[],
): Promise<Snapshot> {
  let last = nothingStored;
  for (let draw = 0; ; draw += 2) {
    const args = last.run === undefined ? job : ['resume', last.run.id];
    const running = start(args, dataDir);
    const { seen, killed } = await killOne(running, dataDir, last, draws.slice(draw, draw + 2));
    const { stderr } = await running.result;
    const settled = snapshot(dataDir);
    bad.lost += lostPoints(seen, settled);
    last = settled;
    const { run } = settled;
    const studioDied = running.child.signalCode === 'SIGKILL';
    if (!studioDied && run !== undefined && liveStates.includes(run.state)) bad.lying += 1;
    if (run?.state === 'completed') return settled;
    if (!killed) {
      bad.stuck += 1;
      process.stderr.write(`stuck: ${stderr}\n`);
      return settled;
    }
  }
}

async function lane(index: number, job: readonly string[], reference: Snapshot): Promise<void> {
  for (let round = 0; tally.kills < trials; round++) {
    const folder = tempFolder();
    const key = fold(fold(rootKey(Number(options.seed)), index), round);
    const draws = Array.from(randomIntegers(key, 2000, 2 ** 31 - 1), (draw) => draw / 2 ** 31);
    const { run, series } = await trainThroughKills(job, folder.path, draws);
    if (run?.state === 'completed') {
      tally.completed += 1;
      if (!compareSeries(reference.series, series, { ignore: clocked }).equal) bad.differing += 1;
    }
    bad.torn += [...checkStore(folder.path)].length;
    const { listed, unlisted } = await listFolder(folder.path);
    tally.listed += listed;
    bad.unlisted += unlisted;
    folder.remove();
  }
}

async function uninterrupted(job: readonly string[]): Promise<Snapshot> {
  const folder = tempFolder();
  const { stderr } = await start(job, folder.path).result;
  const reference = snapshot(folder.path);
  folder.remove();
  if (reference.run?.state !== 'completed')
    throw new Error(`the uninterrupted run did not complete:\n${stderr}`);
  return reference;
}

const references: Snapshot[] = [];
for (const job of jobs) references.push(await uninterrupted(job));
await Promise.all(
  Array.from({ length: Number(options.lanes) }, (_, index) => {
    const which = index % jobs.length;
    return lane(index, jobs[which] ?? [], references[which] ?? nothingStored);
  }),
);
compiled.remove();
process.stdout.write(`${JSON.stringify({ ...tally, ...bad }, null, 2)}\n`);
process.exitCode = Object.values(bad).some((count) => count > 0) ? 1 : 0;
