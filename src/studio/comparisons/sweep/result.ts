/** What a sweep found, over what is stored. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Confirmation, SweepResult, Trial } from '../../../shared/contract/sweep.ts';
import type { ComparisonRecord, RunRecord } from '../../../shared/run.ts';
import { pendingStates } from '../../../shared/run.ts';
import type { SweepPlan } from '../../../shared/sweep/request.ts';
import { problemDescriptor } from '../../catalog.ts';
import type { ReadableStore } from '../../store/types.ts';
import { membersOf } from '../members.ts';
import { meanOf } from '../paired.ts';
import { judgedFrom } from '../verdict/stored.ts';
import { rungsOf } from './halving.ts';
import { importanceInParts, importanceOf, LEAST_TRIALS } from './importance.ts';
import { RungValues } from './rung-values.ts';
import { sweepSentence } from './sentence.ts';
import { keysOf, runsOfSweep, trialsOf, type TrialKey } from './trials.ts';

/** Null: the comparison is no sweep, or of a problem that this version does not know. @throws AppError `not-found` */
export function sweepResult(store: ReadableStore, id: string): SweepResult | null {
  const gathered = gather(store, id);
  return gathered === null ? null : gathered.told(importance(gathered));
}

/** The same, without keeping a studio from everything else meanwhile. */
export async function sweepResultInTurns(store: ReadableStore, id: string): Promise<SweepResult | null> {
  const gathered = gather(store, id);
  if (gathered === null) return null;
  const { cause, rows, values } = gathered;
  const work = importanceInParts(rows, values);
  while (!remembered.has(cause)) {
    const { done, value } = work.next();
    if (done === true) remember(cause, value);
    else await nextTurn();
  }
  return gathered.told(importance(gathered));
}

/** Its trials and the best completed one, without what a forest makes of them. Null as `sweepResult`. */
export function sweepTrials(store: ReadableStore, id: string): Pick<SweepResult, 'best' | 'trials'> | null {
  return gather(store, id);
}

type Importances = ReturnType<typeof importanceOf>;

interface Gathered extends Pick<SweepResult, 'best' | 'trials'> {
  /** All that importance follows from, as a text. */
  readonly cause: string;
  /** Of trials with a value, what a forest is taught. */
  readonly rows: readonly (readonly number[])[];
  readonly values: readonly number[];
  told(found: Importances): SweepResult;
}

function gather(store: ReadableStore, id: string): Gathered | null {
  const { comparison, runs: members } = membersOf(store, { id });
  const problem = problemDescriptor(comparison?.problem);
  if (comparison === null || comparison.sweep === null || problem === undefined) return null;
  const { sweep: plan, createdAt, verdict } = comparison;
  const runs = runsOfSweep(members, createdAt);
  const { metric, step } = verdict ?? { metric: problem.selectionMetric, step: null };
  const metricLabel = problem.metrics.find(({ name }) => name === metric)?.label ?? metric;
  const { valueAt } = judgedFrom(store, comparison);
  const valueOf = (run: RunRecord) => (step === null ? run.metrics[metric] : valueAt?.(run, metric, step));
  const comparedAt = plan.halving === null || runs.length === 0 ? null : firstRung(plan.halving, runs);
  const comparedOf = comparedAt === null ? ended(valueOf) : atRung(store, metric, comparedAt);
  const sign = problem.direction === 'maximize' ? -1 : 1;
  const trials = trialsOf(plan, runs, valueOf, comparedOf).toSorted(
    (a, b) =>
      Number(a.value === null) - Number(b.value === null) ||
      sign * ((a.value?.mean ?? 0) - (b.value?.mean ?? 0)) ||
      b.step - a.step ||
      sign * ((a.compared ?? 0) - (b.compared ?? 0)),
  );
  const judged = keysOf(plan, runs);
  const told = { metric, metricLabel, direction: problem.direction, method: plan.method, comparedAt, trials };
  const best = trials.find(({ state }) => state === 'completed') ?? null;
  const confirmation = confirmationOf(store, comparison, valueOf);
  const compared = trials.filter((trial) => trial.compared !== null);
  const columns = judged.map((key) => columnOf(key, compared));
  const rows = compared.map((_, i) => columns.map((column) => column[i]!));
  const values = compared.map((trial) => trial.compared!);
  const where = comparedAt === null ? 'at the end' : `at step ${comparedAt}, which every trial reaches`;
  return {
    best,
    trials: [...trials],
    cause: JSON.stringify([rows, values]),
    rows,
    values,
    told(found) {
      const keys = judged.map((key, k) => ({ ...key, ...(found?.[k] ?? NO_IMPORTANCE) }));
      return {
        ...told,
        trials: [...trials],
        keys,
        importanceNote:
          found === null
            ? `No importance from ${values.length} trials with a value; at least ${LEAST_TRIALS} different ones are needed.`
            : `${metricLabel} of ${values.length} trials ${where}: how much worse a random forest predicts it when a key is shuffled, as a share of its variance.`,
        best,
        confirmation,
        sentence: sweepSentence({ ...told, best, confirmation, keys, plan, runs }),
      };
    },
  };
}

const NO_IMPORTANCE = { importance: null, low: null, high: null };

function firstRung(halving: NonNullable<SweepPlan['halving']>, runs: readonly RunRecord[]): number | null {
  return rungsOf(halving, Math.max(...runs.map(({ steps }) => steps)))[0] ?? null;
}

/** Of completed runs, where nothing stops trials early. */
function ended(valueOf: (run: RunRecord) => number | null | undefined) {
  return (run: RunRecord) => (run.state === 'completed' ? (valueOf(run) ?? undefined) : undefined);
}

function atRung(store: ReadableStore, metric: string, step: number): (run: RunRecord) => number | undefined {
  const values = new RungValues(store);
  return (run) => values.of(run, metric, [step])[0];
}

/** Importance by what it follows from: a page asks again with every event of a run, and forests take long. */
const remembered = new Map<string, Importances>();
const MOST_REMEMBERED = 20;

function importance({ cause, rows, values }: Gathered): Importances {
  const found = remembered.has(cause) ? remembered.get(cause)! : importanceOf(rows, values);
  remember(cause, found);
  return found;
}

/** As the newest. */
function remember(cause: string, found: Importances): void {
  remembered.delete(cause);
  remembered.set(cause, found);
  const [oldest] = remembered.keys();
  if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
}

/** Numbers as they are, on a log scale their logarithms; words, and a key that a trial does not have, by their place in a list. */
function columnOf({ key, scale }: TrialKey, trials: readonly Trial[]): readonly number[] {
  const values = trials.map((trial) => trial.values[key]);
  if (values.every((value) => typeof value === 'number')) {
    return values.map((value) => (scale === 'log' ? Math.log(value) : value));
  }
  const words = [...new Set(values.map((value) => JSON.stringify(value ?? null)))];
  return values.map((value) => words.indexOf(JSON.stringify(value ?? null)));
}

function confirmationOf(
  store: ReadableStore,
  { id }: ComparisonRecord,
  valueOf: (run: RunRecord) => number | null | undefined,
): Confirmation | null {
  const confirming = store.comparisons().find(({ confirms }) => confirms?.comparison === id);
  if (confirming === undefined || confirming.confirms === null) return null;
  const { chosen, of, variant } = confirming.confirms;
  const runs = store.runs({ comparison: confirming.id }).filter(({ archivedAt }) => archivedAt === null);
  const meanWhere = (isIt: (run: RunRecord) => boolean) =>
    meanOf(runs.flatMap((run) => (run.state === 'completed' && isIt(run) ? (valueOf(run) ?? []) : [])));
  return {
    comparison: confirming.id,
    value: meanWhere((run) => run.variant === variant),
    standard: meanWhere((run) => run.variant !== variant),
    chosen,
    of,
    variant,
    pending: runs.filter(({ state }) => pendingStates.includes(state)).length,
  };
}
