/**
 * Runs in the foreground: progress, Ctrl-C once (checkpoint, resumable) and twice (now), and the closing report. In a studio of this
 * process, which lets other commands in; or, where another process holds the folder, in that one's (`handed.ts`).
 */
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { toWireError } from '../shared/errors.ts';
import { pendingStates, type RunRecord } from '../shared/run.ts';
import type { StudioServer } from '../server/server.ts';
import type { RunUpdate } from '../studio/live/progress-throttle.ts';
import { createStudio, type Studio, type StudioOptions } from '../studio/studio.ts';
import { enterFolder, isDoor } from './door.ts';
import { onEnding } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { runHanded } from './handed.ts';
import { interruptedStarts, leftSentence } from './left-runs.ts';
import { detachedOf, exitCodeOfRuns, noteUnfinished, type LiveOptions, type LiveWork } from './live-work.ts';
import type { Output } from './output.ts';
import { createProgress, type ProgressView } from './progress.ts';

/** Between two looks whether another command is still served. */
const LOOK_MS = 100;

/** What a studio in the foreground says of its troubles. */
export function troubleNotes(output: Output) {
  return {
    onDiskFull: (reason: string) => output.note(reason),
    onNotice: (message: string) => output.note(message),
    onBroken: (error: unknown) => output.note(`gumbel-studio: ${toWireError(error).message}`),
  } satisfies Partial<StudioOptions>;
}

/** Stays until the runs have ended. @returns the exit code */
export async function runLive(options: LiveOptions, work: LiveWork): Promise<number> {
  const { dataDir, verb, jobs, oneByOne = false, output } = options;
  let progress: ProgressView | undefined;
  let own: ReadonlySet<string> | undefined;
  const early: RunUpdate[] = [];
  const entered = await enterFolder(dataDir, () =>
    createStudio({
      dataDir,
      program: `gumbel-studio ${verb}`,
      concurrency: jobs ?? availableParallelism(),
      oneByOne,
      onUpdate(update) {
        if (progress === undefined) early.push(update);
        else if (own?.has(update.run.id) === true) progress.update(update);
      },
      ...troubleNotes(output),
    }),
  );
  if (isDoor(entered)) return runHanded(options, entered, work);
  const studio = entered;
  const serving = letOthersIn(studio);
  const left = leftSentence(studio.left(), interruptedStarts(studio.operations.list.operations));
  if (left !== '') output.note(left);
  const abort = new AbortController();
  const stopListening = onEnding({
    ask(how) {
      abort.abort();
      output.note(endingNote(studio));
      void studio.operations.close();
      void studio.queue.shutdown(`${how}; resume continues from here`);
    },
    now: () => studio.queue.killAll(),
  });
  try {
    const runs = await work.begin(studio, abort.signal);
    own = new Set(runs.map(({ id }) => id));
    progress = createProgress(runs, output);
    for (const update of early) if (own.has(update.run.id)) progress.update(update);
    await Promise.race([studio.queue.idle(), allEnded(studio, runs)]);
    progress.close();
    studio.checkFolder();
    if (studio.broken !== '') {
      if (output.json) output.result('', { error: { kind: 'external', message: studio.broken } });
      return exitCodes.failed;
    }
    const current = runs.map((run) => studio.store.run(run.id) ?? run);
    await work.report(studio.store, current);
    const { aborted } = abort.signal;
    const detached = aborted ? detachedOf(studio.store, current) : [];
    noteUnfinished(output, current, aborted, detached);
    await othersDone(studio, await serving, abort.signal, output);
    return exitCodeOfRuns(current, abort.signal.aborted, detached);
  } finally {
    progress?.close();
    await (await serving)?.close();
    await studio.close();
    stopListening();
  }
}

/** What happens at the first Ctrl-C. */
export function endingNote({ store, queue }: Studio): string {
  const pending = store.runs({ states: pendingStates });
  const here = pending.filter(({ id }) => queue.stateOf(id) !== undefined && !queue.dispatcher.has(id));
  return here.length === 0 && pending.length > 0
    ? '\nleaving the runs to their executor'
    : '\nending after a checkpoint; press Ctrl-C again to end at once';
}

/** Undefined where nobody can be let in, which keeps no run from training: sockets may be forbidden here. */
async function letOthersIn(studio: Studio): Promise<StudioServer | undefined> {
  try {
    const { startServer } = await import('../server/server.ts');
    return await startServer({ studio });
  } catch {
    return undefined;
  }
}

/** Runs of other commands may go on. */
async function allEnded(studio: Studio, runs: readonly RunRecord[]): Promise<void> {
  const isOpen = ({ id }: RunRecord) =>
    studio.queue.stateOf(id) !== undefined ||
    pendingStates.includes(studio.store.run(id)?.state ?? 'stopped');
  while (runs.some(isOpen)) await sleep(LOOK_MS);
}

/** What other commands have handed to this studio is theirs to wait for. */
async function othersDone(
  studio: Studio,
  server: StudioServer | undefined,
  signal: AbortSignal,
  output: Output,
): Promise<void> {
  const isBusy = () => (server?.visitors ?? 0) > 0 && !signal.aborted;
  if (isBusy())
    output.note(
      'its runs have ended; this studio stays open until other commands are done with it (Ctrl-C ends it)',
    );
  await studio.queue.idle();
  while (isBusy()) {
    await sleep(LOOK_MS);
    await studio.queue.idle();
  }
}
