/**
 * The store as the rest of the studio sees it. One process writes (it holds the data folder's lock); readers open the
 * same file read-only. All calls are synchronous: each is one short transaction.
 */
import type {
  ComparisonRecord,
  Environment,
  Metrics,
  Parent,
  RunRecord,
  RunSpec,
  RunState,
  RunTask,
} from '../../shared/run.ts';
import type { DamagedRun } from '../../shared/contract/damaged-run.ts';
import type { Alert } from '../../shared/health.ts';
import type { Pairing } from '../../shared/pairing.ts';
import type { KeptPicture, KeptSteps } from '../../shared/pictures/kept.ts';
import type { Solution } from '../../shared/solution.ts';
import type { Points, Progress } from '../../shared/training-session.ts';

/** Where a fork begins: at its parent's step, with what the parent had spent until then. */
export interface ForkStart {
  readonly parent: Parent;
  readonly seconds: number;
  readonly evaluations: number;
}

export interface NewRun {
  readonly spec: RunSpec;
  readonly steps: number;
  /** Absent: from step 0. */
  readonly fork?: ForkStart;
  /** Name of its variant; absent: none. */
  readonly variant?: string;
}

export interface NewComparison {
  /** Absent: a new one. */
  readonly id?: string;
  /** Reference lines of all variants; absent: not computed yet. */
  readonly baselines?: Readonly<Record<string, number>>;
  /** Those of single variants; absent: none. */
  readonly variantBaselines?: ComparisonRecord['variantBaselines'];
  /** What its verdict judges; absent: as usual, and not kept. */
  readonly verdict?: ComparisonRecord['verdict'];
  /** How its variants were chosen; absent: nobody swept. */
  readonly sweep?: ComparisonRecord['sweep'];
  /** The sweep whose winner it trains on fresh seeds; absent: none. */
  readonly confirms?: ComparisonRecord['confirms'];
  /** The guide that it is made for; absent: none. */
  readonly guide?: ComparisonRecord['guide'];
  /** What trains its runs; absent: the studio's own queue. */
  readonly executor?: ComparisonRecord['executor'];
  readonly name: string;
  readonly problem: string;
  readonly preset: string | null;
  readonly backend: ComparisonRecord['backend'];
  readonly runs: readonly NewRun[];
}

/** What is absent stays as it is. */
export interface RunPatch {
  readonly state?: RunState;
  readonly reason?: string;
  readonly progress?: Progress;
  /** Replaces the metrics it names; the others keep their last value. NaN and infinities are kept as null. */
  readonly metrics?: Metrics;
  readonly environment?: Environment;
  readonly pairing?: Pairing;
  /** In the place of all that it has. */
  readonly alerts?: readonly Alert[];
  readonly task?: RunTask;
  readonly startedAt?: number;
  readonly endedAt?: number | null;
  readonly name?: string;
  readonly notes?: string;
  readonly tags?: readonly string[];
  readonly archivedAt?: number | null;
}

/** What one trainer sent since the last commit. */
export interface RunBatch {
  readonly runId: string;
  readonly points: readonly Points[];
  /** When the oldest of them was made, milliseconds since 1970; absent where they come from no trainer. */
  readonly madeAt?: number;
  /** In the place of those of the same name and step; absent: none. */
  readonly pictures?: readonly KeptPicture[];
  /** As `RunPatch.metrics`. */
  readonly last: Metrics;
  readonly progress: Progress;
}

export interface Series {
  readonly steps: Float64Array;
  readonly values: Float64Array;
}

/** An interval of steps, both ends included. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** An interval of steps, cut into `columns` columns of equal length (1 to 65 536). */
export interface DecimationWindow extends StepRange {
  readonly columns: number;
}

export interface Decimated extends Series {
  /** Points of the window, kept or not. */
  readonly count: number;
  /** NaN and infinite values among all points of the window, kept or not. */
  readonly nonFinite: number;
}

export interface SeriesInfo {
  readonly name: string;
  /** At least 1. */
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
  /** Whether it was put out of sight. */
  readonly archived?: boolean;
  readonly states?: readonly RunState[];
  readonly limit?: number;
  readonly offset?: number;
}

export interface StoredRuns {
  readonly runs: readonly RunRecord[];
  readonly damaged: readonly DamagedRun[];
}

/**
 * What is damaged is never returned as if it were whole: methods that would have to throw DamageError, an AppError `external`.
 * Methods that take a run's id throw AppError `not-found` if there is no such run, unless they return undefined.
 */
export interface ReadableStore {
  readonly path: string;
  comparison(id: string): ComparisonRecord | undefined;
  /** Newest first, without damaged ones. */
  comparisons(): readonly ComparisonRecord[];
  run(id: string): RunRecord | undefined;
  /** Newest comparison first, runs of a comparison in the order in which they were created. Specs are frozen: runs share them. */
  runs(filter?: RunFilter): readonly RunRecord[];
  /** The same with the damaged ones, which `runs` leaves out. */
  storedRuns(filter?: RunFilter): StoredRuns;
  /** Undefined if the run is whole, or not there. */
  damagedRun(id: string): DamagedRun | undefined;
  /** How many runs `runs(filter)` has without a limit. */
  countRuns(filter?: Omit<RunFilter, 'limit' | 'offset'>): number;
  /** Full ids that start with `prefix`, comparisons and runs. */
  findIds(prefix: string): { readonly comparisons: readonly string[]; readonly runs: readonly string[] };
  series(runId: string): readonly SeriesInfo[];
  /** Exactly what was committed, bit for bit; empty if the run has no such series (yet). */
  readSeries(runId: string, name: string, range?: StepRange): Series;
  /** M4 decimation: first, last, min and max of each of `columns` equal step intervals, in step order, no invented x. */
  decimate(runId: string, name: string, window: DecimationWindow): Decimated;
  /** Largest stored step over all series of the run; -1 if there is none. */
  lastStep(runId: string): number;
  events(runId: string): readonly RunEvent[];
  /** Steps of which the run keeps pictures, by name. */
  keptSteps(runId: string): readonly KeptSteps[];
  /** The newest one of that name at or before `step`; undefined if there is none. */
  keptPicture(runId: string, name: string, step: number): KeptPicture | undefined;
  /** All of them, by name and step. */
  keptPictures(runId: string): readonly KeptPicture[];
  close(): void;
}

/** A run of a damaged store: itself if it is whole, and its comparison if that is. */
export interface SalvagedRun {
  readonly run: RunRecord | null;
  readonly comparison: ComparisonRecord | null;
  /** What is wrong with either; empty: nothing is. */
  readonly damage: string;
}

/** A store of which parts cannot be read: what can is returned, and the rest told. */
export interface DamagedStore {
  everyRun(): Iterable<SalvagedRun>;
  /** The points of whole blocks, series by series; `lost` hears a sentence for each part that is not. */
  wholeSeries(
    runId: string,
    lost: (damage: string) => void,
  ): Iterable<{ readonly name: string; readonly points: Series }>;
  events(runId: string): readonly RunEvent[];
  /** Kept pictures that are whole; `lost` hears of the others. */
  wholePictures(runId: string, lost: (damage: string) => void): readonly KeptPicture[];
  close(): void;
}

export interface StagedRun {
  /** More of a series, after what it has. */
  append(name: string, points: Series): void;
  /** Makes it a run of the store with these kept pictures, as `insertRun` does, in a short transaction. */
  adopt(run: RunRecord, comparison: ComparisonRecord, pictures?: readonly KeptPicture[]): void;
  /** Removes some of what was staged. @returns false when nothing is left */
  discardSome(): boolean;
}

/**
 * Every writing method is one transaction: when it returns, its changes survive kill -9 and a power cut; when it throws,
 * none of them was made and the same call can be repeated (after AppError `disk-full`, say).
 */
export interface Store extends ReadableStore {
  /**
   * All that `write` does through this store is one transaction, as each one alone waits for the disk. A method that throws within it has
   * changed nothing; if `write` throws, none has. No run and no comparison may be read within it.
   */
  together(write: () => void): void;
  /** Runs are `queued`, and named after estimator, variant and seed; forks after their first step too. */
  createComparison(input: NewComparison): { comparison: ComparisonRecord; runs: readonly RunRecord[] };
  /** Further runs of a comparison that is there, made as those of a new one are. */
  addRuns(comparison: string, runs: readonly NewRun[]): readonly RunRecord[];
  setBaselines(comparison: string, baselines: Readonly<Record<string, number>>): void;
  /** In the place of an earlier one of its method and split. */
  addSolution(comparison: string, solution: Solution): void;
  /** What a newer file of a run that is here says of its comparison. Throws AppError `conflict` as `insertRun` does. */
  joinComparison(run: string, comparison: ComparisonRecord): void;
  updateRun(id: string, patch: RunPatch): void;
  /** All of them or none. */
  updateRuns(changes: readonly { readonly id: string; readonly patch: RunPatch }[]): void;
  addEvent(runId: string, event: Omit<RunEvent, 'at'>): void;
  renameComparison(id: string, name: string): void;
  /** For good, with series, events and kept pictures, damaged or not; a comparison goes with its last run. All of them or none. */
  removeRuns(ids: readonly string[]): void;
  /** All batches or none; points at or before a series' last step are skipped (a resumed run sends none). */
  commit(batches: readonly RunBatch[]): void;
  /**
   * Writes a complete run (an imported file) and, if it is new, its comparison. Throws AppError `conflict` if the run exists,
   * or if the comparison's id stands for another one here.
   */
  insertRun(
    run: RunRecord,
    comparison: ComparisonRecord,
    series: Readonly<Record<string, Series>>,
    events?: readonly RunEvent[],
    pictures?: readonly KeptPicture[],
  ): void;
  /** Series of a run to come, part by part: nothing shows them, nor do they outlive the studio, until `adopt`. */
  stage(): StagedRun;
}
