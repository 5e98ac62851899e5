/** A stored comparison as a request for the same one. */
import type { Overrides } from '../../shared/assignments.ts';
import { difference } from '../../shared/config-path.ts';
import type { VariantRequest } from '../../shared/experiment.ts';
import type { ComparisonRecord, RunRecord } from '../../shared/run.ts';
import type { Search, Sweep, SweepPlan } from '../../shared/sweep/request.ts';
import { withStandards } from './sweep/plan.ts';

interface OfComparison extends Overrides {
  readonly problem: string;
  /** Absent: none. */
  readonly preset?: string;
  readonly name: string;
  readonly estimators: string[];
  /** Empty: there are none. */
  readonly variants: VariantRequest[];
  readonly seeds: number[];
  readonly sweep?: Sweep;
  readonly search?: Search;
  /** Id of the run that they are forks of; absent: they begin at step 0. */
  readonly from?: string;
}

/**
 * Configs and settings of the first variant are complete, those of the others what they change in it.
 * @param runs of the comparison, at least one
 */
export function requestOf(
  { preset, name, sweep }: Pick<ComparisonRecord, 'preset' | 'name' | 'sweep'>,
  runs: readonly RunRecord[],
): OfComparison {
  const [first] = runs as [RunRecord];
  const of = overridesOf(runs.filter(({ variant }) => variant === first.variant));
  const swept = sweep !== null && sweep.named.length === 0 ? sweep : null;
  const base = (swept && withStandards(of, swept.keys)) ?? of;
  return {
    problem: first.spec.problem,
    ...(preset === null ? {} : { preset }),
    name,
    ...base,
    estimators: [...new Set(runs.map(({ spec }) => spec.estimator))],
    ...(swept === null ? { variants: variantRequests(runs, base) } : searchOf(swept)),
    seeds: [...new Set(runs.map(({ spec }) => spec.seed))].sort((a, b) => a - b),
    ...(first.parent === null ? {} : { from: first.parent.run }),
  };
}

/** What is drawn again is the same: the request says it shorter than its variants would. */
function searchOf({ keys, method, trials, seed, halving, budget }: SweepPlan) {
  return {
    variants: [],
    sweep: Object.fromEntries(keys.map(({ key, over }) => [key, over])),
    search: {
      method,
      ...(trials === null ? {} : { trials, seed }),
      ...(halving === null ? {} : { halving }),
      ...(budget === null ? {} : { budget }),
    },
  };
}

/** The complete config of runs of one variant, and their settings by estimator. */
function overridesOf(runs: readonly RunRecord[]): Overrides {
  return {
    config: runs[0]?.spec.config ?? {},
    settings: Object.fromEntries(runs.map(({ spec }) => [spec.estimator, spec.settings])),
  };
}

/** What each variant changes in `base`; none where the runs have no variants. */
function variantRequests(runs: readonly RunRecord[], base: Overrides): VariantRequest[] {
  return [...Map.groupBy(runs, ({ variant }) => variant)].flatMap(([name, members]) => {
    const { config, settings } = overridesOf(members);
    if (name === null) return [];
    return [
      {
        name,
        config: difference(config, base.config),
        settings: difference(settings, base.settings) as Overrides['settings'],
      },
    ];
  });
}
