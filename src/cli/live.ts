/** A studio in the foreground: progress, Ctrl-C once (checkpoint, resumable) and twice (now), and the closing report. */
import { availableParallelism } from 'node:os';
import { counted } from '../shared/counted.ts';
import { toWireError } from '../shared/errors.ts';
import type { RunRecord } from '../shared/run.ts';
import { endedBySweep } from '../shared/sweep/ending.ts';
import type { RunUpdate } from '../studio/live/progress-throttle.ts';
import { createStudio, type Studio, type StudioOptions } from '../studio/studio.ts';
import { onEnding } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { interruptedStarts, leftSentence } from './left-runs.ts';
import type { Output } from './output.ts';
import { createProgress, type ProgressView } from './progress.ts';

export interface LiveOptions {
  readonly dataDir: string;
  readonly verb: string;
  readonly jobs: number | undefined;
  readonly output: Output;
}

/** What a studio in the foreground says of its troubles. */
export function troubleNotes(output: Output) {
  return {
    onDiskFull: (reason: string) => output.note(reason),
    onNotice: (message: string) => output.note(message),
    onBroken: (error: unknown) => output.note(`gumbel-studio: ${toWireError(error).message}`),
  } satisfies Partial<StudioOptions>;
}

/**
 * Opens the studio, lets `begin` queue runs, and stays until they have ended. `report` then reads the store.
 * @returns the exit code
 */
export async function runLive(
  options: LiveOptions,
  begin: (studio: Studio, signal: AbortSignal) => Promise<readonly RunRecord[]>,
  report: (studio: Studio, runs: readonly RunRecord[]) => Promise<void>,
): Promise<number> {
  const { output } = options;
  let progress: ProgressView | undefined;
  const early: RunUpdate[] = [];
  const studio = createStudio({
    dataDir: options.dataDir,
    program: `gumbel-studio ${options.verb}`,
    concurrency: options.jobs ?? availableParallelism(),
    onUpdate: (update) => (progress === undefined ? early.push(update) : progress.update(update)),
    ...troubleNotes(output),
  });
  const left = leftSentence(studio.left(), interruptedStarts(studio));
  if (left !== '') output.note(left);
  const abort = new AbortController();
  const stopListening = onEnding({
    ask(how) {
      abort.abort();
      output.note('\nending after a checkpoint; press Ctrl-C again to end at once');
      void studio.operations.close();
      void studio.queue.shutdown(`${how}; resume goes on from here`);
    },
    now: () => studio.queue.killAll(),
  });
  try {
    const runs = await begin(studio, abort.signal);
    progress = createProgress(runs, output);
    early.forEach((update) => progress?.update(update));
    await studio.queue.idle();
    progress.close();
    studio.checkFolder();
    if (studio.broken !== '') {
      if (output.json) output.result('', { error: { kind: 'external', message: studio.broken } });
      return exitCodes.failed;
    }
    const current = runs.map((run) => studio.store.run(run.id) ?? run);
    await report(studio, current);
    const unfinished = current.filter(({ state }) => state === 'interrupted' || state === 'queued').length;
    if (abort.signal.aborted && unfinished > 0) {
      const comparisons = [...new Set(current.map(({ comparison }) => comparison))];
      output.note(
        `not finished: ${unfinished} of ${counted(current.length, 'run')}; "gumbel-studio resume ${comparisons.length === 1 ? comparisons[0] : '--all'}" continues`,
      );
    }
    if (abort.signal.aborted) return exitCodes.interrupted;
    const isDone = (run: RunRecord) => run.state === 'completed' || endedBySweep(run) !== null;
    return current.every(isDone) ? exitCodes.ok : exitCodes.failed;
  } finally {
    progress?.close();
    await studio.close();
    stopListening();
  }
}
