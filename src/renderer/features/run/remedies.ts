/** What to change after an alert, as a form can be filled with it: the sentence that explains it is in `shared/health.ts`. */
import { isObject, type JsonObject } from '../../../shared/config-path.ts';
import type { EstimatorDescriptor } from '../../../shared/descriptor.ts';
import type { AlertId } from '../../../shared/health.ts';
import type { RunSpec } from '../../../shared/run.ts';

export interface Remedy {
  readonly label: string;
  /** Keys of the config and what they become. */
  readonly config: JsonObject;
  /** Absent: the run's own. */
  readonly estimator?: string;
}

/** How far a temperature is to fall, or to rise, and what is left of a learning rate: steps of a search that are worth a run. */
const COOLER = 20;
const HOTTER = 3;
const SLOWER = 3;
const CLIP = 1;
/** The estimator that keeps the relaxed gradient and evaluates hard choices. */
const HARD_KIN = 'st-gumbel-softmax';

const byAlert: Readonly<Record<AlertId, readonly (typeof cooler)[]>> = {
  'nothing-hard': [cooler, hardChoices],
  'above-bound': [cooler, hardChoices],
  'gap-growing': [cooler, hardChoices],
  'dying-options': [hotter, slower],
  'saturated-logits': [hotter, slower],
  'vanishing-gradient': [hotter],
  'exploding-gradient': [clipped, slower],
  'entropy-collapse': [slower, hotter],
  'low-ess': [],
  'not-finite': [clipped, slower],
};

/**
 * @param alerts in the order in which they count
 * @param estimators all that there are
 * @returns each remedy once
 */
export function remediesFor(
  alerts: readonly AlertId[],
  spec: Pick<RunSpec, 'config' | 'estimator'>,
  estimators: readonly EstimatorDescriptor[],
): readonly Remedy[] {
  const asked = new Set(alerts.flatMap((id) => byAlert[id]));
  // Not both: what is above its bound is too hot.
  if (asked.has(cooler)) asked.delete(hotter);
  return [...asked].flatMap((remedy) => remedy(spec, estimators) ?? []);
}

type Spec = Parameters<typeof remediesFor>[1];

function cooler({ config }: Spec, _estimators: readonly EstimatorDescriptor[]): Remedy | null {
  const from = beginning(config['temperature']);
  if (from === null) return null;
  const to = from / COOLER;
  return {
    label: `Let the temperature fall from ${from} to ${rounded(to)}`,
    config: { temperature: { kind: 'exponential', from, to: rounded(to), until: 0.5 } },
  };
}

function hardChoices({ estimator }: Spec, estimators: readonly EstimatorDescriptor[]): Remedy | null {
  const own = estimators.find(({ id }) => id === estimator);
  const other = estimators.find(({ id }) => id === HARD_KIN);
  if (own?.family !== 'relaxation' || other === undefined) return null;
  return { label: `Train with ${other.label}`, config: {}, estimator: other.id };
}

function hotter({ config }: Spec): Remedy | null {
  const { temperature } = config;
  const from = beginning(temperature);
  if (from === null) return null;
  if (isObject(temperature) && typeof temperature['to'] === 'number') {
    const to = rounded(Math.min(from, HOTTER * temperature['to']));
    return {
      label: `Let the temperature fall to ${to} only`,
      config: { temperature: { ...temperature, to } },
    };
  }
  return { label: `Temperature ${rounded(HOTTER * from)}`, config: { temperature: rounded(HOTTER * from) } };
}

function slower({ config: { learningRate } }: Spec): Remedy | null {
  const from = beginning(learningRate);
  if (from === null) return null;
  const next = rounded(from / SLOWER);
  return {
    label: `Learning rate ${next}`,
    config: { learningRate: isObject(learningRate) ? { ...learningRate, from: next } : next },
  };
}

function clipped({ config: { gradientClip } }: Spec): Remedy | null {
  return gradientClip === null
    ? { label: `Clip the gradient at ${CLIP}`, config: { gradientClip: CLIP } }
    : null;
}

/** Of a constant, itself; null: there is none. */
function beginning(schedule: unknown): number | null {
  const value = isObject(schedule) ? schedule['from'] : schedule;
  return typeof value === 'number' ? value : null;
}

function rounded(value: number): number {
  return Number(value.toPrecision(2));
}
