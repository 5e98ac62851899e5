/**
 * What a run costs through the command executor beside the same command by hand: 24 runs, as many at once as there are cores, with the same
 * lines for sh; by hand without a studio. In turns, each first in every other pair, so that what else the machine does hits both; and in
 * processor time, of which others take none away.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import manifest from '../../../package.json' with { type: 'json' };
import { trainerProgram } from '../../../src/node/trainer-program.ts';
import { writeSubmission } from '../../../src/studio/executors/submission.ts';
import { specPath, taskFolder } from '../../../src/studio/executors/task-folder.ts';
import { trainCanary } from '../../../src/studio/jobs/canary.ts';
import { createStudio, type Studio } from '../../../src/studio/studio.ts';
import { median, record, spreadOf } from '../results.ts';
import { childrenTime } from '../step/contest.ts';

const SEEDS = 24;
const PAIRS = 8;
const PLACES = availableParallelism();
const REQUEST = {
  ...{ problem: 'toy-categorical', config: { steps: 300 }, settings: {}, estimators: ['reinforce'] },
  ...{ seeds: Array.from({ length: SEEDS }, (_, seed) => seed), backend: 'wasm' as const },
};
const PLACE = 'GUMBEL_BENCH_PLACES';
/** `{command}` in one of so many places, by the number at the end of the task's name. */
const inPlaces = (name: string, command: string) =>
  `n=${name}; flock "$${PLACE}/$(( \${n##*-} % ${PLACES} ))" sh -c ${command}`;

/** Seconds for one run, by the clock and of processor time. */
interface Cost {
  readonly wall: number;
  readonly processor: number;
}

export async function benchBesideByHand(pairs = PAIRS): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
  process.env[PLACE] = folder;
  try {
    const own: Cost[] = [];
    const byHand: Cost[] = [];
    const before = loadavg()[0]!;
    for (let pair = -1; pair < pairs; pair++) {
      const data = join(folder, `data-${pair}`);
      const studio = createStudio({ dataDir: data, program: 'bench' });
      const ways = [
        async () => {
          const cost = await costOf(() => throughStudio(studio, folder, pair));
          // The first ones compile.
          if (pair >= 0) own.push(cost);
        },
        async () => {
          const cost = await costOf(() => throughShell(studio, data));
          if (pair >= 0) byHand.push(cost);
        },
      ];
      for (const way of pair % 2 === 0 ? ways : ways.toReversed()) await way();
      await studio.close();
      rmSync(data, { recursive: true });
    }
    console.log(
      `a run of ${REQUEST.config.steps} steps through the command executor beside one by hand, ${pairs} pairs of ${SEEDS} runs, ${PLACES} at once; load of the machine ${before.toFixed(1)} before and ${loadavg()[0]!.toFixed(1)} after`,
    );
    for (const [what, kind] of [
      ['by the clock', 'wall'],
      ['of processor time', 'processor'],
    ] as const) {
      const [ours, theirs] = [own.map((cost) => cost[kind]), byHand.map((cost) => cost[kind])];
      const ratio = spreadOf(ours.map((seconds, i) => seconds / theirs[i]!));
      console.log(
        `  ${what}: ${median(ours).toFixed(2)} s, ${median(theirs).toFixed(2)} s by hand; ratio ${ratio.median.toFixed(3)} (${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)})`,
      );
      record({
        ...{
          what: `a run of ${REQUEST.config.steps} steps through the command executor, ${what}`,
          unit: 's',
        },
        ours: spreadOf(ours),
        peer: { name: 'run-one by hand', figure: spreadOf(theirs) },
        ratio: spreadOf(theirs.map((seconds, i) => seconds / ours[i]!)),
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param work returns seconds of processor time of processes that were no children of this one */
async function costOf(work: () => Promise<number>): Promise<Cost> {
  const [began, processor, children] = [performance.now(), process.cpuUsage(), childrenTime()];
  const others = await work();
  const { user, system } = process.cpuUsage(processor);
  const seconds = (user + system) / 1e6 + (childrenTime() - children) + others;
  return { wall: (performance.now() - began) / 1000 / SEEDS, processor: seconds / SEEDS };
}

async function throughStudio(studio: Studio, folder: string, pair: number): Promise<number> {
  const times = join(folder, `times-${pair}`);
  mkdirSync(times);
  const command = `( ${inPlaces('{name}', '{command}')}; times > ${times}/$n ) > {output} 2>&1 & echo $!`;
  const prepared = await studio.prepare({ ...REQUEST, executor: { kind: 'command', command } });
  studio.start(prepared, 'through the executor');
  await studio.queue.idle();
  while (readdirSync(times).length < SEEDS) await sleep(10);
  return readdirSync(times).reduce(
    (sum, name) => sum + childrenIn(readFileSync(join(times, name), 'utf8')),
    0,
  );
}

/** Of what `times` of sh prints, the second line: its children's time, "0m1.20s 0m0.31s". */
function childrenIn(times: string): number {
  const words = (times.split('\n')[1] ?? '').split(' ');
  return words.reduce((sum, word) => {
    const [minutes = 0, seconds = 0] = word.replace('s', '').split('m').map(Number);
    return sum + 60 * minutes + seconds;
  }, 0);
}

/** The reference lines and the canary are computed as the studio does it. */
async function throughShell(studio: Studio, data: string): Promise<number> {
  const prepared = await studio.prepare(REQUEST);
  const made = studio.store.createComparison({
    ...{ name: 'by hand', problem: REQUEST.problem, preset: null, backend: REQUEST.backend },
    baselines: prepared.baselines,
    runs: prepared.variants.flatMap(({ experiment }) =>
      experiment.runs.map((spec) => ({
        spec: { ...spec, backend: REQUEST.backend },
        steps: experiment.steps,
      })),
    ),
  });
  const canary = await trainCanary(made.runs[0]!.spec, new AbortController().signal);
  const { folder } = await writeSubmission(join(data, 'by-hand'), {
    ...{ choice: { kind: 'command', command: 'sh -c {command}' }, comparison: made.comparison },
    studio: manifest.version,
    tasks: made.runs.map((run) => ({
      run,
      canary,
      lines: made.comparison.baselines ?? {},
      runFolder: '/nowhere',
    })),
  });
  const { node, main } = trainerProgram();
  await Promise.all(
    made.runs.map(async (_run, task) => {
      const command = `'${node} ${main} run-one ${specPath(folder, task)} --out ${taskFolder(folder, task)}'`;
      const child = spawn('sh', ['-c', inPlaces(`by-hand-${task}`, command)], { stdio: 'ignore' });
      const [code] = (await once(child, 'exit')) as [number];
      if (code !== 0) throw new Error(`task ${task} ended with ${code}`);
    }),
  );
  return 0;
}
