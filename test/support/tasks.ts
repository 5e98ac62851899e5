/** Comparisons as tasks: trained here by the queue, and handed over as a submission, to compare what comes of both. */
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { experimentRequestSchema } from '../../src/shared/experiment.ts';
import type { ComparisonRecord, RunRecord } from '../../src/shared/run.ts';
import type { Canary } from '../../src/shared/task.ts';
import type { FromRun } from '../../src/shared/training-session.ts';
import { MessageReader } from '../../src/studio/executors/message-file.ts';
import { writeSubmission } from '../../src/studio/executors/submission.ts';
import { specPath, taskFolder } from '../../src/studio/executors/task-folder.ts';
import { exportRuns } from '../../src/studio/files/export-runs.ts';
import { readRunFile } from '../../src/studio/files/run-file.ts';
import type { Studio } from '../../src/studio/studio.ts';
import { until } from './cli.ts';
import { clocked } from './clocked.ts';

export interface Planned {
  readonly comparison: ComparisonRecord;
  /** As they are before anybody trains them. */
  readonly runs: readonly RunRecord[];
}

/** Starts a comparison in the studio's own queue. */
export async function startHere(studio: Studio, request: object): Promise<Planned> {
  const prepared = await studio.prepare(experimentRequestSchema.parse(request));
  return studio.start(prepared, 'as tasks');
}

export async function trainedHere(studio: Studio, { runs }: Planned): Promise<void> {
  const isOver = ({ id }: RunRecord) => studio.store.run(id)?.state === 'completed';
  await until(() => runs.every(isOver), 'the runs complete here');
}

export interface Task {
  readonly run: RunRecord;
  readonly spec: string;
  readonly folder: string;
  /** Of its submission. */
  readonly submission: string;
  /** That it leaves. */
  readonly file: string;
  /** Arguments of the command that trains it. */
  readonly command: readonly string[];
}

interface Differing {
  readonly canary?: Canary;
  readonly studio?: string;
  /** Folders of runs, below which are those of these. */
  readonly runFolders?: string;
}

/** The same runs as a submission below `parent`. */
export async function handOver(
  parent: string,
  { comparison, runs }: Planned,
  { canary, studio = manifest.version, runFolders = '/nowhere' }: Differing = {},
): Promise<readonly Task[]> {
  const { folder } = await writeSubmission(parent, {
    choice: { kind: 'command', command: 'sh -c {command}' },
    comparison,
    studio,
    tasks: runs.map((run) => ({
      run,
      lines: comparison.baselines ?? {},
      canary: canary ?? null,
      runFolder: join(runFolders, run.id),
    })),
  });
  return runs.map((run, n) => {
    const task = { run, submission: folder, spec: specPath(folder, n), folder: taskFolder(folder, n) };
    const command = ['run-one', task.spec, '--out', task.folder];
    return { ...task, file: join(task.folder, `${run.id}.gsrun`), command };
  });
}

/** What the queue's run would be as a run file. */
export async function exportedHere(studio: Studio, { id }: RunRecord, folder: string) {
  await exportRuns(studio.store, studio.dataDir, [id], folder, ['gsrun']);
  return numbersOf(join(folder, `${id}.gsrun`));
}

/** Everything in a run file, but for what a clock measured. */
export function numbersOf(file: string) {
  const { run, series, parameters, pictures } = readRunFile(file);
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  return {
    what: [run.id, run.spec, run.state, run.reason, run.step, run.evaluations, run.pairing, run.alerts],
    metrics: Object.entries(run.metrics).filter(([name]) => !clocked.includes(name)),
    series: Object.entries(series)
      .filter(([name]) => !clocked.includes(name))
      .map(([name, { steps, values }]) => [name, [...steps], hex(new Uint8Array(values.buffer))])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    parameters: parameters.map(({ name, shape, bytes }) => ({ name, shape, bytes: hex(bytes) })),
    pictures: pictures.map(({ name, step, content }) => [name, step, hex(content)]),
  };
}

export async function messagesOf({ folder }: Task): Promise<readonly FromRun[]> {
  const reader = new MessageReader(join(folder, 'messages.jsonl'));
  const all: FromRun[] = [];
  for (;;) {
    const { messages, state } = await reader.read();
    all.push(...messages);
    if (state !== 'more') return all;
  }
}

/** Where the last look at a message file ended: it is looked at often. */
const seen = new Map<string, { readonly reader: MessageReader; step: number }>();

/** Largest step of a point in the message file. */
export async function lastStepOf({ folder }: Task): Promise<number> {
  const path = join(folder, 'messages.jsonl');
  const sight = seen.get(path) ?? { reader: new MessageReader(path), step: 0 };
  seen.set(path, sight);
  for (;;) {
    const { messages, state } = await sight.reader.read();
    for (const message of messages)
      if (message.type === 'metrics') sight.step = Math.max(sight.step, message.progress.step);
    if (state !== 'more') return sight.step;
  }
}
