/** Which further seeds would settle what a verdict leaves open. */
import { isOpen, type Verdict, type VerdictRequest } from '../../../shared/contract/verdict.ts';
import { counted } from '../../../shared/counted.ts';
import { isFromElsewhere } from '../../../shared/elsewhere.ts';
import { AppError } from '../../../shared/errors.ts';
import { mean } from '../../../shared/interval.ts';
import type { RunRecord } from '../../../shared/run.ts';
import { sharersOf } from '../../../shared/sharing.ts';
import { endedBySweep } from '../../../shared/sweep/ending.ts';
import type { JobQueue } from '../../jobs/job-queue.ts';
import type { NewRun, ReadableStore, Store } from '../../store/types.ts';
import { partsOf } from '../describe.ts';
import { groupsOf, type SeedGroup } from '../groups.ts';
import { membersOf } from '../members.ts';
import { judgedFrom } from './stored.ts';

/** More than so many are queued only where somebody names the number. */
const MOST_UNASKED = 50;

export interface SettlingPlan {
  readonly comparison: string;
  /** New ones, the same for every row. */
  readonly seeds: readonly number[];
  /** Keys of the rows that get them: the best, and those that cannot be told apart from it. */
  readonly groups: readonly string[];
  readonly runs: readonly NewRun[];
  /**
   * Training time of all of them together, after what completed runs of their rows took, those that were trained together each its share;
   * null: none has completed.
   */
  readonly seconds: number | null;
}

/**
 * @param runs of the comparison, without archived ones
 * @param seeds how many; absent: as many as the verdict says
 * @throws AppError `precondition` where nothing is open, or nothing says how many would do
 */
export function settlingPlan(
  id: string,
  runs: readonly RunRecord[],
  verdict: Verdict | null,
  seeds?: number,
): SettlingPlan {
  if (verdict === null) throw new AppError('precondition', `comparison ${id} has no verdict to settle`);
  refuseUnfinished(id, runs);
  const keys = openRows(verdict);
  if (keys.length === 0) {
    throw new AppError('precondition', `comparison ${id} is settled: ${verdict.sentence}`);
  }
  const count = seeds ?? seedsOf(id, verdict);
  const groups = groupsOf(runs).filter(({ key }) => keys.includes(key));
  refuseForks(id, groups);
  refuseScripts(id, groups);
  const last = Math.max(...runs.map(({ spec }) => spec.seed));
  const added = Array.from({ length: count }, (_, n) => last + 1 + n);
  return {
    comparison: id,
    seeds: added,
    groups: keys,
    runs: groups.flatMap((group) => added.map((seed) => newRun(group, seed))),
    seconds: secondsOf(groups, count),
  };
}

/** Of a stored comparison. @throws AppError `not-found`, or as `settlingPlan` does */
export function storedPlan(
  store: ReadableStore,
  id: string,
  { verdict, seeds }: { readonly verdict?: VerdictRequest; readonly seeds?: number } = {},
): SettlingPlan {
  const { comparison, runs } = membersOf(store, { id });
  const [part] = partsOf(runs, {
    ...judgedFrom(store, comparison),
    ...(verdict === undefined ? {} : { verdict }),
  });
  return settlingPlan(id, runs, part?.verdict ?? null, seeds);
}

/** Stores the runs of a plan in its comparison, and queues them. */
export function queueSettling(
  { store, queue }: { readonly store: Pick<Store, 'addRuns'>; readonly queue: Pick<JobQueue, 'add'> },
  { comparison, runs }: SettlingPlan,
): readonly RunRecord[] {
  const made = store.addRuns(comparison, runs);
  queue.add(made);
  return made;
}

function refuseUnfinished(id: string, runs: readonly RunRecord[]): void {
  const unfinished = runs.filter(
    (run) => run.state !== 'completed' && run.state !== 'failed' && endedBySweep(run) === null,
  );
  if (unfinished.length === 0) return;
  throw new AppError(
    'precondition',
    `comparison ${id}: ${counted(unfinished.length, 'run')} not ended yet; wait for them, resume them, or archive them, and settle then`,
  );
}

/** The best row and those that are open against it; none where nothing is. */
function openRows({ pairs }: Verdict): readonly string[] {
  const [first] = pairs;
  if (first === undefined) return [];
  const best = first.groups[0];
  const open = pairs.filter((pair) => pair.groups[0] === best && isOpen(pair));
  return open.length === 0 ? [] : [best, ...open.map(({ groups }) => groups[1])];
}

function seedsOf(id: string, { moreSeeds, sentence }: Verdict): number {
  if (moreSeeds === null) {
    throw new AppError(
      'precondition',
      `comparison ${id}: it is not known how many seeds would settle it (${sentence}); name a number of seeds`,
      { path: 'seeds' },
    );
  }
  if (moreSeeds <= MOST_UNASKED) return moreSeeds;
  throw new AppError(
    'precondition',
    `comparison ${id}: about ${moreSeeds} more seeds would settle it; to train more than ${MOST_UNASKED}, give the number of seeds`,
    { path: 'seeds' },
  );
}

function refuseForks(id: string, groups: readonly SeedGroup[]): void {
  if (groups.every(({ runs }) => runs.every(({ parent }) => parent === null))) return;
  throw new AppError(
    'precondition',
    `comparison ${id}: its runs are forks, whose seeds are those of their parents; fork runs of further seeds instead`,
  );
}

function refuseScripts(id: string, groups: readonly SeedGroup[]): void {
  const theirs = groups.filter(({ runs }) => runs.some(({ spec }) => isFromElsewhere(spec)));
  if (theirs.length === 0) return;
  const names = [...new Set(theirs.map(({ estimator }) => estimator))].join(', ');
  throw new AppError(
    'precondition',
    `comparison ${id}: scripts trained ${names}, and only they can train more; run them with further seeds and import the files`,
  );
}

function newRun({ runs }: SeedGroup, seed: number): NewRun {
  const [{ spec, steps, variant }] = runs as [RunRecord];
  return { spec: { ...spec, seed }, steps, ...(variant === null ? {} : { variant }) };
}

function secondsOf(groups: readonly SeedGroup[], count: number): number | null {
  const took = groups.map(({ runs }) =>
    runs.flatMap((run) => (run.state === 'completed' ? [run.seconds / sharersOf(run)] : [])),
  );
  if (took.some((seconds) => seconds.length === 0)) return null;
  return count * took.reduce((sum, seconds) => sum + mean(seconds), 0);
}
