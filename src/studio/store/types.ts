/**
 * The store as the rest of the studio sees it. One process writes (it holds the data folder's lock); readers open the
 * same file read-only. All calls are synchronous: each is one short transaction.
 */
import type { ComparisonRecord, Environment, Metrics, RunRecord, RunSpec, RunState } from '../../shared/run.ts';
import type { Points, Progress } from '../../shared/trainer-protocol.ts';

export interface NewComparison {
  readonly name: string;
  readonly problem: string;
  readonly preset: string | null;
  readonly backend: ComparisonRecord['backend'];
  readonly runs: readonly { readonly spec: RunSpec; readonly steps: number }[];
}

export interface RunPatch {
  readonly state?: RunState;
  readonly reason?: string;
  readonly progress?: Progress;
  readonly metrics?: Metrics;
  readonly environment?: Environment;
  readonly startedAt?: number;
  readonly endedAt?: number | null;
  readonly name?: string;
  readonly notes?: string;
  readonly tags?: readonly string[];
}

/** What one trainer sent since the last commit. */
export interface RunBatch {
  readonly runId: string;
  readonly points: readonly Points[];
  readonly last: Metrics;
  readonly progress: Progress;
}

export interface Series {
  readonly steps: Float64Array;
  readonly values: Float64Array;
}

export interface SeriesInfo {
  readonly name: string;
  readonly count: number;
  readonly firstStep: number;
  readonly lastStep: number;
  /** Over the finite values; NaN if there are none. */
  readonly min: number;
  readonly max: number;
}

export interface RunEvent {
  readonly at: number;
  readonly kind: 'state' | 'log' | 'checkpoint';
  readonly step: number;
  readonly message: string;
}

export interface RunFilter {
  readonly comparison?: string;
  readonly states?: readonly RunState[];
  readonly limit?: number;
  readonly offset?: number;
}

export interface ReadableStore {
  readonly path: string;
  comparison(id: string): ComparisonRecord | undefined;
  comparisons(): readonly ComparisonRecord[];
  run(id: string): RunRecord | undefined;
  /** Newest comparison first, runs of a comparison in the order in which they were created. */
  runs(filter?: RunFilter): readonly RunRecord[];
  /** Full ids that start with `prefix`, comparisons and runs. */
  findIds(prefix: string): { readonly comparisons: readonly string[]; readonly runs: readonly string[] };
  series(runId: string): readonly SeriesInfo[];
  readSeries(runId: string, name: string, range?: { from: number; to: number }): Series;
  /** M4 decimation: first, last, min and max of each of `columns` equal step intervals, in step order, no invented x. */
  decimate(runId: string, name: string, options: { from: number; to: number; columns: number }): Series;
  /** Largest stored step over all series of the run; -1 if there is none. */
  lastStep(runId: string): number;
  events(runId: string): readonly RunEvent[];
  close(): void;
}

export interface Store extends ReadableStore {
  createComparison(input: NewComparison): { comparison: ComparisonRecord; runs: readonly RunRecord[] };
  setBaselines(comparison: string, baselines: Readonly<Record<string, number>>): void;
  updateRun(id: string, patch: RunPatch): void;
  addEvent(runId: string, event: Omit<RunEvent, 'at'>): void;
  /** One durable transaction for all batches; points at or before a series' last step are skipped (a resumed run sends none). */
  commit(batches: readonly RunBatch[]): void;
  /** Writes a complete run (an imported file) in one transaction; refuses an id that exists. */
  insertRun(run: RunRecord, comparison: ComparisonRecord, series: Readonly<Record<string, Series>>): void;
}
