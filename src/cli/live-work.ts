/** What a command that trains does, wherever the studio is that trains, and how it ends. */
import { counted } from '../shared/counted.ts';
import { pendingStates, type RunRecord } from '../shared/run.ts';
import { endedBySweep } from '../shared/sweep/ending.ts';
import type { ReadableStore } from '../studio/store/types.ts';
import type { Studio } from '../studio/studio.ts';
import type { Door } from './door.ts';
import { exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';

export interface LiveOptions {
  readonly dataDir: string;
  readonly verb: string;
  readonly jobs: number | undefined;
  /** Runs that differ by their seed alone are not trained together. */
  readonly oneByOne?: boolean | undefined;
  readonly output: Output;
}

/** What a command has trained, and how. */
export interface LiveWork {
  /** Queues runs in a studio of this process. */
  begin(studio: Studio, signal: AbortSignal): Promise<readonly RunRecord[]>;
  /** Has the studio that holds the folder queue them. @returns their ids */
  hand(door: Door, signal: AbortSignal): Promise<readonly string[]>;
  /** When they have ended. */
  report(store: ReadableStore, runs: readonly RunRecord[]): Promise<void>;
}

/** Of these runs those that go on without this command, as an executor trains them. */
export function detachedOf(store: ReadableStore, runs: readonly RunRecord[]): readonly RunRecord[] {
  return runs.filter(
    ({ comparison, state }) =>
      pendingStates.includes(state) && (store.comparison(comparison)?.executor ?? null) !== null,
  );
}

/**
 * The command that goes on with what was cut short, or comes back to what goes on.
 * @param detached which go on without this command
 */
export function noteUnfinished(
  output: Output,
  runs: readonly RunRecord[],
  aborted: boolean,
  detached: readonly RunRecord[] = [],
): void {
  if (!aborted) return;
  const resume = (some: readonly RunRecord[]) => {
    const comparisons = [...new Set(some.map(({ comparison }) => comparison))];
    return `"gumbel-studio resume ${comparisons.length === 1 ? comparisons[0] : '--all'}"`;
  };
  if (detached.length > 0) {
    output.note(
      `${counted(detached.length, 'run')} ${detached.length === 1 ? 'continues' : 'continue'} without this command; ${resume(detached)} follows ${detached.length === 1 ? 'it' : 'them'} again, as does "gumbel-studio serve"`,
    );
  }
  const unfinished = runs.filter(
    (run) =>
      ['interrupted', 'queued', 'stopped'].includes(run.state) &&
      endedBySweep(run) === null &&
      !detached.includes(run),
  ).length;
  if (unfinished === 0) return;
  output.note(`not finished: ${unfinished} of ${counted(runs.length, 'run')}; ${resume(runs)} continues`);
}

export function exitCodeOfRuns(
  runs: readonly RunRecord[],
  aborted: boolean,
  detached: readonly RunRecord[] = [],
): number {
  if (aborted) return detached.length > 0 ? exitCodes.detached : exitCodes.interrupted;
  return runs.every((run) => run.state === 'completed' || endedBySweep(run) !== null)
    ? exitCodes.ok
    : exitCodes.failed;
}
