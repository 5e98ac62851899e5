/**
 * What a run costs through the command executor beside the same command by hand: 24 runs, as many at once as there are cores, with the same
 * lines for sh; by hand without a studio. In turns, so that what else the machine does hits both.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import { trainerProgram } from '../../../src/node/trainer-program.ts';
import { writeSubmission } from '../../../src/studio/executors/submission.ts';
import { specPath, taskFolder } from '../../../src/studio/executors/task-folder.ts';
import { trainCanary } from '../../../src/studio/jobs/canary.ts';
import { createStudio, type Studio } from '../../../src/studio/studio.ts';
import { median, record, spreadOf } from '../results.ts';

const SEEDS = 24;
const PAIRS = 3;
const PLACES = availableParallelism();
const REQUEST = {
  ...{ problem: 'toy-categorical', config: { steps: 300 }, settings: {}, estimators: ['reinforce'] },
  ...{ seeds: Array.from({ length: SEEDS }, (_, seed) => seed), backend: 'wasm' as const },
};
const PLACE = 'GUMBEL_BENCH_PLACES';
/** `{command}` in one of so many places, by the number at the end of the task's name. */
const inPlaces = (name: string, command: string) =>
  `n=${name}; flock "$${PLACE}/$(( \${n##*-} % ${PLACES} ))" sh -c ${command}`;

export async function benchBesideByHand(pairs = PAIRS): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
  process.env[PLACE] = folder;
  try {
    const own: number[] = [];
    const byHand: number[] = [];
    for (let pair = -1; pair < pairs; pair++) {
      const data = join(folder, `data-${pair}`);
      const studio = createStudio({ dataDir: data, program: 'bench' });
      const times = [await timed(() => throughStudio(studio)), await timed(() => throughShell(studio, data))];
      await studio.close();
      rmSync(data, { recursive: true });
      // The first ones compile.
      if (pair < 0) continue;
      own.push(times[0]! / SEEDS);
      byHand.push(times[1]! / SEEDS);
    }
    const ratios = own.map((seconds, i) => seconds / byHand[i]!);
    const ratio = spreadOf(ratios);
    console.log(
      `a run of ${REQUEST.config.steps} steps: ${median(own).toFixed(2)} s through the command executor, ${median(byHand).toFixed(2)} s by hand; ratio ${ratio.median.toFixed(3)} (${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)}) of ${pairs} pairs of ${SEEDS} runs, ${PLACES} at once`,
    );
    record({
      ...{ what: `a run of ${REQUEST.config.steps} steps through the command executor`, unit: 's' },
      ours: spreadOf(own),
      peer: { name: 'run-one by hand', figure: spreadOf(byHand) },
      ratio: spreadOf(byHand.map((seconds, i) => seconds / own[i]!)),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

async function throughStudio(studio: Studio): Promise<void> {
  const command = `( ${inPlaces('{name}', '{command}')} ) > {output} 2>&1 & echo $!`;
  const prepared = await studio.prepare({ ...REQUEST, executor: { kind: 'command', command } });
  studio.start(prepared, 'through the executor');
  await studio.queue.idle();
}

/** The reference lines and the canary are computed as the studio does it. */
async function throughShell(studio: Studio, data: string): Promise<void> {
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
}
