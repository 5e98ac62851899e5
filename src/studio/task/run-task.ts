/**
 * `run-one`: a studio for one run, with a folder in the place of a store (docs/adr/0026). It needs no data folder, no other process and no
 * network, and leaves everything in the task's folder.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromFileError, isPassing } from '../../node/file-error.ts';
import { useInputPlaces } from '../../node/input-places.ts';
import { AppError } from '../../shared/errors.ts';
import { INPUTS_FILE, taskFiles, type TaskSpec } from '../../shared/task.ts';
import { MessageWriter } from '../executors/message-file.ts';
import { readControl, readSpec } from '../executors/task-folder.ts';
import { beginAttempt } from '../files/attempts.ts';
import { TrainingPool } from '../jobs/training-pool.ts';
import { checkCanary } from './canary.ts';
import { holderHere, nameOf } from '../executors/holder.ts';
import { claim, type Claim } from './claim.ts';
import { MessageQueue } from './message-queue.ts';
import { writeTaskRunFile } from './run-file.ts';
import { TaskSession, type Ended } from './session.ts';

const RETRY_MS = 1000;
/** Between two looks at what the studio asks: on a network file system nobody is told of a change. */
const LOOK_MS = 1000;

export interface TaskHost {
  /** Version of this studio. */
  readonly version: string;
  /** Aborted with the reason, one sentence, when the task is to end with a checkpoint. */
  readonly asked: AbortSignal;
  /** A sentence for whoever reads its output. */
  readonly say: (message: string) => void;
}

/** `taken`: another job has the folder, and nothing was done. */
export type TaskOutcome =
  | { readonly state: 'taken'; readonly by: string }
  | { readonly state: Ended['state']; readonly reason: string; readonly step: number };

/**
 * Trains the run of a spec, or goes on where an earlier job in this folder was.
 * @param out folder of the task; made if it is not there
 * @throws AppError validation, not-found of a spec that is none; cancelled if it was asked to end before it began; conflict if another process
 *   took the folder over; never disk-full: it waits
 */
export async function runTask(specFile: string, out: string, host: TaskHost): Promise<TaskOutcome> {
  const spec = await patiently(host, specFile, () => readSpec(specFile));
  const folder = resolve(out);
  const claimed = await patiently(host, folder, async () => {
    await mkdir(folder, { recursive: true });
    return claim(folder, holderHere(process.env));
  });
  if (!('isMine' in claimed)) return { state: 'taken', by: nameOf(claimed) };
  const places = join(submissionOf(specFile) ?? folder, INPUTS_FILE);
  if (existsSync(places)) useInputPlaces(places);
  let ended: Ended | undefined;
  const writer = await patiently(host, folder, () => {
    ended = undefined;
    return MessageWriter.open(join(folder, taskFiles.messages), (message) => {
      ended = message.type === 'ended' ? message : undefined;
    });
  });
  try {
    const before = lastWord(ended);
    const last = before ?? (await train(spec, specFile, folder, writer, claimed, host));
    if (last.state !== 'interrupted')
      await patiently(host, folder, () => writeTaskRunFile(folder, spec, claimed.firstAt));
    return { state: last.state, reason: last.reason, step: last.progress.step };
  } finally {
    await writer.close();
  }
}

/** Of a run that is over: an earlier job got that far, perhaps without its run file. */
function lastWord(ended: Ended | undefined): Ended | undefined {
  return ended === undefined || ended.state === 'interrupted' ? undefined : ended;
}

type Last = Pick<Ended, 'state' | 'reason' | 'progress'>;

async function train(
  spec: TaskSpec,
  specFile: string,
  folder: string,
  writer: MessageWriter,
  claimed: Claim,
  host: TaskHost,
): Promise<Last> {
  const { run, lines } = spec;
  const lost = new AbortController();
  const queue = new MessageQueue(
    writer,
    {
      blocked: (reason) =>
        host.say(`${reason}; nothing is lost, and nothing more is acknowledged until it is written`),
      recovered: () => host.say(`${folder} can be written to again`),
      lost: (error) => lost.abort(error),
    },
    () => claimed.isMine(),
  );
  const log = (level: 'info' | 'warning', message: string) =>
    queue.push({ type: 'log', runId: run.id, level, message });
  if (spec.studio !== host.version) {
    log(
      'warning',
      `the run was planned by version ${spec.studio} of the studio and is trained by ${host.version}: its numbers may differ from those of the other runs`,
    );
  }
  // What trains the canary is warm for the run.
  const trainers = new TrainingPool();
  const finding = await checkCanary(spec, submissionOf(specFile), host.asked, trainers.crew(1));
  if (finding !== undefined) log(finding.level, finding.message);
  const attempt = await patiently(host, folder, () => beginAttempt(folder));
  lost.signal.throwIfAborted();
  const session = new TaskSession(
    {
      ...{ runId: run.id, spec: run.spec, folder, attempt, resume: true },
      ...{ forkedAt: run.parent?.step ?? null, lines, pictures: true },
    },
    trainers.crew(1),
    queue,
    host.say,
  );
  lost.signal.addEventListener('abort', () => session.kill());
  const end = () => session.end('interrupted', String(host.asked.reason));
  host.asked.addEventListener('abort', end);
  if (host.asked.aborted) end();
  const look = () => {
    const control = readControl(folder);
    if (control !== undefined) session.obey(control);
  };
  look();
  const looking = setInterval(look, LOOK_MS);
  const outcome = await session.ended;
  clearInterval(looking);
  await trainers.close();
  // Whoever is asked to end does not wait for a disk: the checkpoint has what is not in the file, where it could be written.
  const giveUp = () => queue.giveUp();
  host.asked.removeEventListener('abort', end);
  host.asked.addEventListener('abort', giveUp);
  if (host.asked.aborted) giveUp();
  await queue.drained();
  host.asked.removeEventListener('abort', giveUp);
  lost.signal.throwIfAborted();
  return outcome;
}

/** The folder of the submission that a spec lies in; undefined: it lies elsewhere. */
function submissionOf(specFile: string): string | undefined {
  const specs = dirname(resolve(specFile));
  return basename(specs) === 'specs' ? dirname(specs) : undefined;
}

/** Tries again while the file system is full or away, and says so once. */
async function patiently<T>({ asked, say }: TaskHost, path: string, act: () => T | Promise<T>): Promise<T> {
  for (let told = false; ; told = true) {
    try {
      return await act();
    } catch (raw) {
      const error = fromFileError(raw, path);
      if (!(error instanceof AppError) || !isPassing(error)) throw error;
      if (!told) say(`${error.message}; trying again until it can be done`);
      if (asked.aborted) throw new AppError('cancelled', String(asked.reason));
      await sleep(RETRY_MS, undefined, { signal: asked }).catch(() => undefined);
    }
  }
}
