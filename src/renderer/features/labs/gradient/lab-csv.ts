/** What the gradient lab shows as a table that other programs read: one row per logit (or parameter of a continuous distribution), and one per value of the sweep. */
import { csvText } from '../../../../shared/csv.ts';
import type {
  GradientFigures,
  GradientResult,
  Interval,
  SweepResult,
  Unseen,
  Warmed,
} from '../../../../shared/gradient.ts';
import { coordinateNames, isContinuous } from '../../../../shared/gradient.ts';
import type { Asked, LabCase } from './gradient-lab.svelte.ts';

const FIGURES = ['bias', 'variance', 'mse', 'cosine'] as const;
const CASE = ['distribution', 'logits', 'objective', 'temperature', 'seed'] as const;

type Cell = string | number;
type Row = Readonly<Record<string, Cell>>;

/** Cells that do not belong to a row are empty; what is asked and the figures over all logits are repeated in each. */
export function labCsv(
  of: LabCase,
  asked: readonly Asked[],
  results: readonly GradientResult[],
  sweeps: readonly SweepResult[],
): string {
  const shared = (estimator: string): Row => ({
    distribution: of.distribution,
    logits: of.logits.join(' '),
    objective: of.objective,
    temperature: of.temperature,
    seed: of.seed,
    estimator,
    settings: JSON.stringify(asked.find((one) => one.estimator === estimator)?.settings ?? {}),
  });
  const rows = [
    ...results.flatMap((result): Row[] =>
      result.coordinates.map(({ exact, mean, standardError, variance, trusted }, logit) => ({
        ...shared(result.estimator),
        ...drawn(result),
        logit: isContinuous(of.distribution) ? (coordinateNames(of.distribution, 0)[logit] ?? logit) : logit,
        exact: exact ?? '',
        mean,
        standard_error: standardError,
        standard_error_trusted: String(trusted),
        variance,
      })),
    ),
    ...sweeps.flatMap(({ estimator, over, points }) =>
      points.map((point): Row => ({
        ...shared(estimator),
        // What is swept is not what the controls say.
        ...(over === 'temperature' && { temperature: point.at }),
        ...drawn(point),
        sweep: over,
        at: point.at,
      })),
    ),
  ];
  const head = [
    ...[...CASE, 'estimator', 'settings', 'warm_up_steps', 'learned', 'sweep', 'at', 'samples'],
    ...['evaluations_per_sample', 'logit', 'exact', 'mean', 'standard_error', 'standard_error_trusted'],
    ...['variance', 'unseen_probability', 'doubts'],
    ...FIGURES.flatMap((name) => [`all_${name}`, `all_${name}_low`, `all_${name}_high`]),
  ];
  return csvText([head, ...rows.map((row) => head.map((name) => row[name] ?? ''))]);
}

function drawn(of: {
  readonly samples: number;
  readonly evaluationsPerSample: number;
  readonly warmedUp: Warmed;
  readonly figures: GradientFigures;
  readonly unseen: Unseen | null;
  readonly doubts: readonly string[];
}): Row {
  const { steps, learned } = of.warmedUp;
  return {
    warm_up_steps: steps,
    learned: steps === 0 ? '' : JSON.stringify(learned),
    samples: of.samples,
    evaluations_per_sample: of.evaluationsPerSample,
    unseen_probability: of.unseen?.probability ?? '',
    doubts: of.doubts.join('; '),
    ...Object.fromEntries(FIGURES.flatMap((name) => ends(name, of.figures[name]))),
  };
}

function ends(name: string, interval: Interval | null): [string, Cell][] {
  if (interval === null) return [];
  const { value, low, high } = interval;
  return [
    [`all_${name}`, value],
    [`all_${name}_low`, low ?? ''],
    [`all_${name}_high`, high ?? ''],
  ];
}
