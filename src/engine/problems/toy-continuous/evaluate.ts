/** What the trained numbers m of a toy are worth, in doubles and without tensors; and the smallest worth that any m has. */
import { AppError } from '../../../shared/errors.ts';
import { expectedValue } from '../../distributions/continuous/expected-value.ts';
import { laws, type Law } from '../../distributions/continuous/laws.ts';
import type { RealObjective } from '../../objectives/real-objective.ts';
import { isLogarithm, trainedParameters, type LawConfig } from './trained-law.ts';

/** A search for the smallest value looks at m = sinh u, or at m = u where m is a logarithm. */
const SEARCH = { from: -12, to: 12, step: 0.5 } as const;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** Far values of m, each side, between which an f without a minimum goes on falling. */
const FAR = [1e2, 1e4, 1e6] as const;
const FAR_LOGARITHMS = [4, 7, 10] as const;

/**
 * E f; undefined where f is no sum with one term a number, which is not gone through.
 * @throws AppError validation at `objective` where it does not exist
 */
export function exactValue(
  config: LawConfig,
  objective: RealObjective,
  m: readonly number[],
): number | undefined {
  if (objective.square) {
    const known = m.map((one) => momentsOf(config, one));
    const squares = known.reduce((sum, { mean }) => sum + mean ** 2, 0);
    const variances = known.map(({ variance }) => variance);
    const found = isLogarithm(config.distribution)
      ? squares + variances.reduce((sum, one) => sum + one, 0)
      : squares + m.length * (variances[0] ?? 0);
    // Else the quadrature says why.
    if (Number.isFinite(found)) return found;
  }
  if (!objective.additive) return undefined;
  const level = levelOf(config, objective, m);
  return m.reduce((sum, one, d) => sum + termValue(config, objective, level.at, d, one), level.value);
}

/** f of the most probable z; undefined where f has no value there, as log z at 0. */
export function modeValue(
  { distribution, deviation }: LawConfig,
  objective: RealObjective,
  m: readonly number[],
): number | undefined {
  const law: Law = laws[distribution];
  const value = objective.value(m.map((one) => law.mode(trainedParameters(distribution, one, deviation))));
  return Number.isFinite(value) ? value : undefined;
}

/**
 * The smallest E f, or what it comes near to as m grows; undefined where it is not known: f is no sum, or goes on falling. By
 * the moments for squares, else by a search that looks at every half unit and cannot see narrower valleys.
 */
export function smallestExpectation(config: LawConfig, objective: RealObjective): number | undefined {
  const { dimensions, distribution } = config;
  if (!objective.additive) return undefined;
  if (objective.square) {
    const { variance } = momentsOf(config, 0);
    if (!Number.isNaN(variance)) return isLogarithm(distribution) ? 0 : dimensions * variance;
  }
  const start = new Array<number>(dimensions).fill(0);
  const level = levelOf(config, objective, start);
  const least = start.map((_, d) =>
    d > 0 && objective.alike ? undefined : smallestTerm(config, objective, level.at, d),
  );
  if (objective.alike) return least[0] === undefined ? undefined : level.value + dimensions * least[0];
  return least.reduce<number | undefined>(
    (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
    level.value,
  );
}

/** @throws AppError validation at `objective` if E f does not exist at the start, or has no minimum */
export function refuseUnusable(config: LawConfig, objective: RealObjective, m: readonly number[]): void {
  if (!objective.additive) return;
  const { at } = levelOf(config, objective, m);
  for (const [d, one] of m.entries()) {
    if (d > 0 && objective.alike) return;
    termValue(config, objective, at, d, one);
    if (
      ![-1, 1].some((side) => fallsForEver((far) => termOrNone(config, objective, at, d, far), config, side))
    ) {
      continue;
    }
    throw new AppError(
      'validation',
      'objective: E f has no minimum: it falls without end as theta goes ever further; expected an f that is bounded below, e.g. its negative or its square',
      { path: 'objective' },
    );
  }
}

function momentsOf({ distribution, deviation }: LawConfig, m: number) {
  return laws[distribution].moments(trainedParameters(distribution, m, deviation));
}

interface Level {
  /** One value of z, from which the terms of f are counted. */
  readonly at: readonly number[];
  /** f there. */
  readonly value: number;
}

function levelOf(
  { distribution, deviation }: LawConfig,
  objective: RealObjective,
  m: readonly number[],
): Level {
  const law: Law = laws[distribution];
  const at = m.map((one) => {
    const parameters = trainedParameters(distribution, one, deviation);
    return law.z(law.domain(parameters).centre, parameters);
  });
  // One number needs no level, and may have a pole there.
  return { at, value: at.length === 1 ? 0 : objective.value(at) };
}

/** E of what number d adds to f at the level. */
function termValue(
  { distribution, deviation }: LawConfig,
  objective: RealObjective,
  level: readonly number[],
  d: number,
  m: number,
): number {
  const z = [...level];
  const none = z.length === 1 ? 0 : objective.value(z);
  const f = (value: number) => {
    z[d] = value;
    return objective.value(z) - none;
  };
  return expectedValue(distribution, trainedParameters(distribution, m, deviation), f).value;
}

function termOrNone(...of: Parameters<typeof termValue>): number | undefined {
  try {
    return termValue(...of);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** No less than half as far over the last stretch as over the one before. */
function fallsForEver(
  value: (m: number) => number | undefined,
  { distribution, deviation }: LawConfig,
  side: number,
): boolean {
  const far = isLogarithm(distribution) ? FAR_LOGARITHMS : FAR.map((m) => m * deviation);
  const [near, further, furthest] = far.map((m) => value(side * m));
  if (near === undefined || further === undefined || furthest === undefined) return false;
  const last = further - furthest;
  return last > 1e-6 * (1 + Math.abs(furthest)) && last > 0.5 * (near - further);
}

function smallestTerm(
  config: LawConfig,
  objective: RealObjective,
  level: readonly number[],
  d: number,
): number | undefined {
  const value = (m: number) => termOrNone(config, objective, level, d, m) ?? Infinity;
  if ([-1, 1].some((side) => fallsForEver((m) => termOrNone(config, objective, level, d, m), config, side))) {
    return undefined;
  }
  const { from, to, step } = SEARCH;
  const places = Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => {
    const u = from + i * step;
    return isLogarithm(config.distribution) ? u : Math.sinh(u) * config.deviation;
  });
  const values = places.map(value);
  const best = values.reduce((least, one, i) => (one < values[least]! ? i : least), 0);
  if (!Number.isFinite(values[best])) return undefined;
  if (best === 0 || best === places.length - 1) return values[best];
  let [low, high] = [places[best - 1]!, places[best + 1]!];
  let least = values[best]!;
  for (let n = 0; n < 40; n++) {
    const [a, b] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    const [left, right] = [value(a), value(b)];
    least = Math.min(least, left, right);
    if (left < right) high = b;
    else low = a;
  }
  return least;
}
