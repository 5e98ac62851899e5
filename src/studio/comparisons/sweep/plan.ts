/** What of a request is kept of its sweep. */
import { withOverride, type Overrides } from '../../../shared/assignments.ts';
import { valueAt } from '../../../shared/config-path.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ExperimentRequest } from '../../../shared/experiment.ts';
import { halvingOf, methodOf, USUAL_TRIALS, type SweepPlan } from '../../../shared/sweep/request.ts';
import { requestVariants, resolveExperiment, type FittedVariant } from '../../catalog.ts';

type Experiment = ReturnType<typeof resolveExperiment>;
type Standard = SweepPlan['keys'][number]['standard'];

/**
 * Null: nothing is swept.
 * @param variants of the request, with their settings
 * @param steps of a run, the fewest of all variants: a first rung must lie within
 * @throws AppError `validation` where a rung lies beyond the end
 */
export function sweepPlan(
  request: ExperimentRequest,
  variants: readonly FittedVariant[],
  steps: number,
): SweepPlan | null {
  const { sweep, search = {}, ...plain } = request;
  if (sweep === undefined || Object.keys(sweep).length === 0) return null;
  const method = methodOf(sweep, search);
  const halving = halvingOf(search, steps);
  if (halving !== null && halving.min >= steps) {
    throw new AppError(
      'validation',
      `search.halving: the first check is at step ${halving.min}, but a run has ${steps} steps; set min below that`,
      { path: 'search' },
    );
  }
  const usual = unswept(plain);
  return {
    keys: Object.entries(sweep).map(([key, over]) => ({ key, over, standard: standardOf(key, usual) })),
    named: [...new Set(variants.map(({ named }) => named))].filter((name) => name !== ''),
    method,
    trials: method === 'grid' ? null : (search.trials ?? USUAL_TRIALS),
    seed: search.seed ?? 1,
    halving,
    budget: search.budget ?? null,
  };
}

/** The same without the sweep, of the first variant; null: that is no whole experiment, or a fork's, whose parent says the rest. */
function unswept(plain: ExperimentRequest): Experiment | null {
  try {
    const [first] = requestVariants(plain);
    return first === undefined ? null : resolveExperiment(first.request, (path) => path);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function standardOf(key: string, usual: Experiment | null): Standard {
  if (usual === null) return null;
  const { estimator, setting } = settingOf(key);
  const settings = usual.runs.find((run) => run.estimator === estimator)?.settings;
  const value = setting === undefined ? valueAt(usual.config, key) : valueAt(settings, setting);
  return (value ?? null) as Standard;
}

/**
 * The swept keys as they are without the sweep, in config and settings by estimator; those of estimators that are not there are left out.
 * @returns null: nobody knows what one of them is
 */
export function withStandards({ config, settings }: Overrides, keys: SweepPlan['keys']): Overrides | null {
  return keys.reduce<Overrides | null>(
    (over, { key, standard }) => {
      const { estimator = '' } = settingOf(key);
      if (key.startsWith('estimators.') && !(estimator in settings)) return over;
      return over === null || standard === null ? null : withOverride(over, key, standard, key);
    },
    { config, settings },
  );
}

function settingOf(key: string): { readonly estimator?: string; readonly setting?: string } {
  const [, estimator, setting] = /^estimators\.([^.]+)\.(.+)$/.exec(key) ?? [];
  return estimator === undefined || setting === undefined ? {} : { estimator, setting };
}
