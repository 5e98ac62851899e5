/** What a command that trains does, wherever the studio is that trains, and how it ends. */
import { counted } from '../shared/counted.ts';
import type { RunRecord } from '../shared/run.ts';
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

/** The command that goes on with what was cut short. */
export function noteUnfinished(output: Output, runs: readonly RunRecord[], aborted: boolean): void {
  const unfinished = runs.filter(
    (run) => ['interrupted', 'queued', 'stopped'].includes(run.state) && endedBySweep(run) === null,
  ).length;
  if (!aborted || unfinished === 0) return;
  const comparisons = [...new Set(runs.map(({ comparison }) => comparison))];
  output.note(
    `not finished: ${unfinished} of ${counted(runs.length, 'run')}; "gumbel-studio resume ${comparisons.length === 1 ? comparisons[0] : '--all'}" continues`,
  );
}

export function exitCodeOfRuns(runs: readonly RunRecord[], aborted: boolean): number {
  if (aborted) return exitCodes.interrupted;
  return runs.every((run) => run.state === 'completed' || endedBySweep(run) !== null)
    ? exitCodes.ok
    : exitCodes.failed;
}
