/**
 * The winner of a sweep once more, on seeds that chose nothing: the best of many is partly luck, so that its value in the sweep is too
 * good on average. They are a comparison of their own, so that no mean mixes seeds that chose with seeds that did not.
 */
import { isDeepStrictEqual } from 'node:util';
import { shortenedName } from '../../../shared/contract/texts.ts';
import type { Trial } from '../../../shared/contract/sweep.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ComparisonRecord, RunRecord, RunSpec } from '../../../shared/run.ts';
import type { SweepPlan } from '../../../shared/sweep/request.ts';
import type { JobQueue } from '../../jobs/job-queue.ts';
import type { NewComparison, NewRun, ReadableStore, Store } from '../../store/types.ts';
import { withStandards } from './plan.ts';
import { sweepTrials } from './result.ts';
import { triedOf } from './sentence.ts';

/** The row with the swept keys as they are without the sweep. */
const UNSWEPT = 'as without the sweep';
export const USUAL_FRESH_SEEDS = 5;

/** What would be trained, of a stored sweep. @throws AppError `precondition` where there is no winner yet */
export function confirmation(store: ReadableStore, id: string, seeds = USUAL_FRESH_SEEDS): NewComparison {
  const comparison = store.comparison(id);
  if (comparison === undefined) throw new AppError('not-found', `there is no comparison ${id}`);
  const { sweep: plan } = comparison;
  const result = sweepTrials(store, id);
  if (plan === null || result === null) {
    throw new AppError(
      'precondition',
      `comparison ${id} is not a sweep; "settle" trains more seeds of its rows`,
    );
  }
  const { best, trials } = result;
  const runs = store.runs({ comparison: id });
  const winner = runs.find((run) => isOf(run, best));
  if (best === null || best.value === null || winner === undefined) {
    throw new AppError(
      'precondition',
      `comparison ${id}: no trial has completed all its seeds yet; wait for one, or resume it`,
    );
  }
  if (winner.parent !== null) {
    throw new AppError(
      'precondition',
      `comparison ${id}: its runs are forks, whose seeds are those of their parents`,
    );
  }
  const fresh = freshSeeds(store, comparison, seeds);
  const usual = unsweptSpec(winner.spec, plan);
  const of = (spec: RunSpec, variant: string): NewRun[] =>
    fresh.map((seed) => ({ spec: { ...spec, seed }, steps: stepsOf(spec) ?? winner.steps, variant }));
  return {
    name: shortenedName(`Fresh seeds of the best of ${comparison.name}`),
    problem: comparison.problem,
    preset: comparison.preset,
    backend: comparison.backend,
    baselines: comparison.baselines ?? {},
    variantBaselines: comparison.variantBaselines.filter(({ variant }) => variant === best.variant),
    verdict: comparison.verdict,
    executor: comparison.executor,
    confirms: {
      comparison: id,
      group: best.group,
      variant: best.variant,
      chosen: best.value.mean,
      of: triedOf(trials),
    },
    runs: [...of(winner.spec, best.variant), ...(usual === null ? [] : of(usual, UNSWEPT))],
  };
}

/** Stores the comparison, and queues its runs. */
export function queueConfirmation(
  { store, queue }: { readonly store: Store; readonly queue: Pick<JobQueue, 'add'> },
  wanted: NewComparison,
): { readonly comparison: ComparisonRecord; readonly runs: readonly RunRecord[] } {
  const made = store.createComparison(wanted);
  queue.add(made.runs);
  return made;
}

function isOf({ variant, spec }: RunRecord, best: Trial | null): boolean {
  return best !== null && variant === best.variant && spec.estimator === best.estimator;
}

/** After all that the sweep and earlier confirmations of it have used. */
function freshSeeds(store: ReadableStore, { id }: ComparisonRecord, count: number): readonly number[] {
  const comparisons = [
    id,
    ...store.comparisons().flatMap((one) => (one.confirms?.comparison === id ? [one.id] : [])),
  ];
  const used = comparisons.flatMap((comparison) => store.runs({ comparison }).map(({ spec }) => spec.seed));
  const last = Math.max(...used);
  return Array.from({ length: count }, (_, n) => last + 1 + n);
}

/** Of all restarts together, which may be what was swept. */
function stepsOf({ config }: RunSpec): number | null {
  const { steps, restarts } = config;
  return typeof steps === 'number' && typeof restarts === 'number' ? steps * restarts : null;
}

/** Null: nobody knows what the keys are without the sweep, or they are as in the winner. */
function unsweptSpec(spec: RunSpec, { keys }: SweepPlan): RunSpec | null {
  const { estimator } = spec;
  const usual = withStandards({ config: spec.config, settings: { [estimator]: spec.settings } }, keys);
  if (usual === null) return null;
  const made = { ...spec, config: usual.config, settings: usual.settings[estimator] ?? {} };
  return isDeepStrictEqual(made, spec) ? null : made;
}
