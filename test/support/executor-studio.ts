/** Studios whose runs go to processes of this machine through the command executor, which are asked often. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ExecutorChoice } from '../../src/shared/executor.ts';
import type { DispatchTimes } from '../../src/studio/jobs/dispatch/engine-poll.ts';
import { knownSubmissions } from '../../src/studio/executors/known-submissions.ts';
import { taskFolder } from '../../src/studio/executors/task-folder.ts';
import { createStudio, type Studio, type StudioOptions } from '../../src/studio/studio.ts';
import { tempFolder, until } from './cli.ts';
import { runRemains } from './run-remains.ts';

/** A line that starts a task and does not wait for it. */
export const IN_BACKGROUND = 'setsid sh -c {command} > {output} 2>&1 & echo $!';
export const inBackground: ExecutorChoice = {
  kind: 'command',
  command: IN_BACKGROUND,
  cancel: 'kill {id}',
};

const SIX_RUNS = {
  problem: 'toy-categorical',
  config: { steps: 60, logEvery: 5, evaluateEvery: 20 },
  settings: {},
  estimators: ['reinforce', 'st-gumbel-softmax'],
  seeds: [1, 2, 3],
  backend: 'wasm' as const,
};
/** One run that ends when it is asked to. */
export const ENDLESS = {
  config: { steps: 1_000_000, logEvery: 100, evaluateEvery: 100_000 },
  estimators: ['reinforce'],
  seeds: [1],
};

const times: DispatchTimes = {
  pace: { least: 100, most: 500, mostSilent: 1000 },
  limits: { stopMs: 10_000, silenceMs: 600_000, silent: () => 'silent' },
  secondLookMs: 500,
  roundMs: 500,
  folderFirstMs: 2000,
};

/** Removed at the end of the test. */
export function newFolder(): string {
  const folder = tempFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
}

/** Closed at the end of the test. */
export function openStudio(dataDir: string, options: Partial<StudioOptions> = {}): Studio {
  const studio = createStudio({
    ...{ dataDir, program: 'test', concurrency: 2, oneByOne: true, dispatchTimes: times },
    ...options,
  });
  onTestFinished(() => studio.close());
  return studio;
}

/** @param request what it changes of six runs */
export async function begin(studio: Studio, request: object = {}, executor = inBackground) {
  const prepared = await studio.prepare({ ...SIX_RUNS, executor, ...request });
  return studio.start(prepared, 'elsewhere');
}

export async function beginOne(studio: Studio, request: object, executor = inBackground) {
  const { runs } = await begin(studio, request, executor);
  return runs[0]!;
}

/** What the local queue makes of the same runs. */
export async function remainsHere(request: object): Promise<readonly unknown[]> {
  const here = openStudio(newFolder());
  const { runs } = here.start(await here.prepare({ ...SIX_RUNS, ...request }), 'here');
  await here.queue.idle();
  return runs.map(({ id }) => runRemains(here, id));
}

export function statesOf(studio: Studio) {
  return studio.store.runs().map(({ state, reason }) => [state, reason]);
}

/** Of the only submission of a folder. */
export function onlyTaskOf(dataDir: string, number = 0): string {
  const [submission] = knownSubmissions(dataDir).submissions;
  if (submission === undefined) throw new Error('there is no submission');
  return taskFolder(submission.folder, number);
}

export function holderOf(task: string): number {
  return (JSON.parse(readFileSync(join(task, 'claim.json'), 'utf8')) as { readonly pid: number }).pid;
}

export async function untilTraining(studio: Studio, id: string, step = 200): Promise<void> {
  await until(() => (studio.store.run(id)?.step ?? 0) > step, `step ${step} is here while it trains`);
}
