/** A sweep: the same experiment for every combination of some values, each a comparison of its own. */
import { AppError } from './errors.ts';
import { MOST_COMBINATIONS, type ExperimentRequest, type SweepValue } from './experiment.ts';

export interface Combination {
  /** `options=16, noise=0.01`; empty without a sweep. */
  readonly label: string;
  /** Without the sweep. */
  readonly request: ExperimentRequest;
}

/**
 * Every combination, the last key changing fastest; the request alone without a sweep. Counted before any is made.
 * @throws AppError validation with the path `sweep`
 */
export function combinationsOf(request: ExperimentRequest): readonly Combination[] {
  const { sweep = {}, ...base } = request;
  const keys = Object.entries(sweep);
  for (const [key, values] of keys) {
    const twice = values.find((value, i) => values.indexOf(value) !== i);
    if (twice !== undefined) throw refusal(`${key}: ${String(twice)} is given twice; give each value once`);
  }
  const count = keys.reduce((product, [, values]) => product * values.length, 1);
  if (count > MOST_COMBINATIONS) {
    throw refusal(`${count} combinations; ${MOST_COMBINATIONS} at most, so take fewer values`);
  }
  return keys.reduce<readonly Combination[]>(
    (sofar, [key, values]) =>
      sofar.flatMap(({ label, request: one }) =>
        values.map((value) => ({
          label: `${label === '' ? '' : `${label}, `}${key}=${String(value)}`,
          request: withValue(one, key, value),
        })),
      ),
    [{ label: '', request: base }],
  );
}

function withValue(request: ExperimentRequest, key: string, value: SweepValue): ExperimentRequest {
  const path = key.split('.');
  if (path.some((part) => part === '' || part === '__proto__')) {
    throw refusal(`${key}: expected the key of a config, as in temperature or valuations.atoms`);
  }
  if (path[0] !== 'estimators') return { ...request, config: replacedAt(request.config, path, value) };
  if (path.length < 3) {
    throw refusal(`${key}: expected estimators.<estimator>.<setting>, as in estimators.reinforce.samples`);
  }
  const settings = replacedAt(request.settings, path.slice(1), value) as ExperimentRequest['settings'];
  return { ...request, settings };
}

function replacedAt(
  object: Readonly<Record<string, unknown>>,
  [head = '', ...rest]: readonly string[],
  value: SweepValue,
): Record<string, unknown> {
  const old = Object.hasOwn(object, head) ? object[head] : undefined;
  const inner = typeof old === 'object' && old !== null && !Array.isArray(old) ? { ...old } : {};
  return { ...object, [head]: rest.length === 0 ? value : replacedAt(inner, rest, value) };
}

function refusal(message: string): AppError {
  return new AppError('validation', `sweep: ${message}`, { path: 'sweep' });
}
