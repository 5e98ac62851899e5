/** What a sweep found, over what is stored. */
import type { Confirmation, SweepKeyResult, SweepResult, Trial } from '../../../shared/contract/sweep.ts';
import type { ComparisonRecord, RunRecord } from '../../../shared/run.ts';
import { pendingStates } from '../../../shared/run.ts';
import type { SweepPlan } from '../../../shared/sweep/request.ts';
import { problemDescriptor } from '../../catalog.ts';
import type { ReadableStore } from '../../store/types.ts';
import { membersOf } from '../members.ts';
import { meanOf } from '../paired.ts';
import { judgedFrom } from '../verdict/stored.ts';
import { rungsOf } from './halving.ts';
import { importanceOf, LEAST_TRIALS } from './importance.ts';
import { RungValues } from './rung-values.ts';
import { sweepSentence } from './sentence.ts';
import { keysOf, runsOfSweep, trialsOf, type TrialKey } from './trials.ts';

/** Null: the comparison is no sweep, or of a problem that this version does not know. @throws AppError `not-found` */
export function sweepResult(store: ReadableStore, id: string): SweepResult | null {
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
  const { keys, importanceNote } = withImportance(judged, trials, comparedAt, metricLabel);
  return {
    ...told,
    trials: [...trials],
    keys: [...keys],
    importanceNote,
    best,
    confirmation,
    sentence: sweepSentence({ ...told, best, confirmation, keys, plan, runs }),
  };
}

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

/** Importance by what it follows from: a page asks again with every event of a run, and a forest takes half a second. */
const remembered = new Map<string, ReturnType<typeof importanceOf>>();
const MOST_REMEMBERED = 20;

function withImportance(
  keys: readonly TrialKey[],
  trials: readonly Trial[],
  comparedAt: number | null,
  metricLabel: string,
): { readonly keys: readonly SweepKeyResult[]; readonly importanceNote: string } {
  const told = trials.filter(({ compared }) => compared !== null);
  const columns = keys.map((key) => columnOf(key, told));
  const rows = told.map((_, i) => columns.map((column) => column[i]!));
  const values = told.map(({ compared }) => compared!);
  const cause = JSON.stringify([rows, values]);
  const found = remembered.has(cause) ? remembered.get(cause)! : importanceOf(rows, values);
  remembered.delete(cause);
  remembered.set(cause, found);
  const [oldest] = remembered.keys();
  if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  const where = comparedAt === null ? 'at the end' : `at step ${comparedAt}, which every trial reaches`;
  return {
    keys: keys.map((key, k) => ({ ...key, ...(found?.[k] ?? { importance: null, low: null, high: null }) })),
    importanceNote:
      found === null
        ? `No importance of ${told.length} trials with a value; ${LEAST_TRIALS} that differ say something.`
        : `${metricLabel} of ${told.length} trials ${where}: how much worse a random forest foretells it when a key is shuffled, as a share of its variance.`,
  };
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
