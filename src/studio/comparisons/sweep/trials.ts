/** The runs of a sweep as trials: a row of keys and values each, with what became of it. */
import { valueAt } from '../../../shared/config-path.ts';
import type { Trial } from '../../../shared/contract/sweep.ts';
import { endedBySweep } from '../../../shared/sweep/ending.ts';
import type { RunRecord } from '../../../shared/run.ts';
import type { SweepPlan } from '../../../shared/sweep/request.ts';
import { shortNames } from '../../../shared/variants.ts';
import { groupsOf, type SeedGroup } from '../groups.ts';
import { meanOf } from '../paired.ts';

/** A column of the table of trials. */
export interface TrialKey {
  readonly key: string;
  readonly name: string;
  readonly scale: 'linear' | 'log' | 'values';
}

/** Keys that are no key of a config: which of the named variants, and which estimator. */
const VARIANT = 'variant';
const ESTIMATOR = 'estimator';

type Value = Trial['values'][string];

/** A sweep's own runs: those that were added later have seeds of their own, and a budget does not count them. */
export function runsOfSweep(runs: readonly RunRecord[], madeAt: number): readonly RunRecord[] {
  return runs.filter(({ createdAt }) => createdAt <= madeAt);
}

export function keysOf({ keys, named }: SweepPlan, runs: readonly RunRecord[]): readonly TrialKey[] {
  const names = shortNames(keys.map(({ key }) => key));
  const chosen = (key: string): TrialKey => ({ key, name: key, scale: 'values' });
  return [
    ...(named.length > 1 ? [chosen(VARIANT)] : []),
    ...(new Set(runs.map(({ spec }) => spec.estimator)).size > 1 ? [chosen(ESTIMATOR)] : []),
    ...keys.map(({ key, over }) => ({
      key,
      name: names.get(key) ?? key,
      scale: Array.isArray(over) ? ('values' as const) : over.scale,
    })),
  ];
}

/**
 * One per setting and estimator, in the order of their runs.
 * @param valueOf of a completed run, the judged metric; null: not finite
 * @param comparedOf of any run, the metric where all are compared; undefined: it is not there yet
 */
export function trialsOf(
  plan: SweepPlan,
  runs: readonly RunRecord[],
  valueOf: (run: RunRecord) => number | null | undefined,
  comparedOf: (run: RunRecord) => number | undefined,
): readonly Trial[] {
  const keys = keysOf(plan, runs).map(({ key }) => key);
  return groupsOf(runs).map((group) => {
    const { runs: members } = group;
    const completed = members.filter(({ state }) => state === 'completed');
    const values = completed.map((run) => valueOf(run) ?? null);
    const finite = values.filter((value) => value !== null);
    const compared = meanOf(members.flatMap((run) => comparedOf(run) ?? []));
    const failed = members.find(({ state }) => state === 'failed');
    const halted = members.find((run) => endedBySweep(run) !== null);
    const state =
      failed !== undefined || finite.length < values.length
        ? 'failed'
        : completed.length === members.length
          ? 'completed'
          : halted !== undefined
            ? 'halted'
            : 'open';
    return {
      group: group.key,
      variant: group.variant,
      estimator: group.estimator,
      values: Object.fromEntries(
        keys.flatMap((key) => {
          const value = keyValue(key, group, plan);
          return value === undefined ? [] : [[key, value]];
        }),
      ),
      state,
      reason: failed?.reason ?? halted?.reason ?? '',
      value: meanOf(finite),
      compared: compared !== null && Number.isFinite(compared.mean) ? compared.mean : null,
      step: Math.max(...members.map(({ step }) => step)),
      seeds: members.length,
    };
  });
}

function keyValue(key: string, group: SeedGroup, { named }: SweepPlan): Value | undefined {
  const { variant, estimator, config, settings } = group;
  if (key === ESTIMATOR) return estimator;
  if (key === VARIANT) return named.find((name) => variant.startsWith(`${name}, `));
  const prefix = `estimators.${estimator}.`;
  if (!key.startsWith('estimators.')) return valueAt(config, key) as Value | undefined;
  return key.startsWith(prefix)
    ? (valueAt(settings, key.slice(prefix.length)) as Value | undefined)
    : undefined;
}
