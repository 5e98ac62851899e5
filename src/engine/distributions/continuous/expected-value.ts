/** E f(z) for a continuous distribution and its gradient for the parameters, by quadrature in doubles, or the reason why there is none. */
import { AppError } from '../../../shared/errors.ts';
import { integrate, type Integrals } from '../../statistics/quadrature.ts';
import { laws, type Law, type LawId } from './laws.ts';

export interface ExpectedValue {
  readonly value: number;
  /** One number a parameter: E f(z) d log p(z) / d parameter. */
  readonly gradient: readonly number[];
}

/** What the quadrature asks of itself, and the error, of the same kind, that it may end with. */
const TOLERANCE = 1e-10;
const LOOSEST = 1e-4;
/** |z| from which a NaN says more of doubles than of f. */
const FAR = 1e60;
/** Share that may lie at an end of the range, as if there were no more of it beyond. */
const LEFT_OVER = 1e-6;

/**
 * One coordinate.
 * @param parameters in the order in which the distribution names them
 * @throws AppError validation at `objective` where E f or its gradient does not exist, or f is not a number
 */
export function expectedValue(
  id: LawId,
  parameters: readonly number[],
  f: (z: number) => number,
): ExpectedValue {
  const law: Law = laws[id];
  const size = 1 + parameters.length;
  const part = new Float64Array(size);
  const integrand = (t: number) => {
    const density = law.density(t, parameters);
    part.fill(0);
    if (density === 0) return part;
    const z = law.z(t, parameters);
    part[0] = density * finite(f(z), z, id);
    for (const [i, score] of law.scores(t, parameters).entries()) part[i + 1] = part[0] * score;
    return part;
  };
  const { centre, width, low, high } = law.domain(parameters);
  const integrals = integrate(integrand, size, breaksAround(centre, width, low, high), TOLERANCE);
  for (const end of [low, high]) {
    const left = integrand(end).reduce(
      (most, value, i) => Math.max(most, (Math.abs(value) * (high - low)) / (integrals.magnitudes[i]! || 1)),
      0,
    );
    if (!(left < LEFT_OVER)) throw nonexistent(id);
  }
  return resultOf(integrals, id);
}

const HALF_RANGE = 37;
const NESTED_TOLERANCE = 1e-6;

/**
 * Two coordinates of a multivariate normal: one quadrature in another.
 * @param parameters location (2), and the rows of the Cholesky factor: l11, l21, l22
 * @throws AppError as `expectedValue`
 */
export function expectedOfPair(
  [m1 = 0, m2 = 0, l11 = 1, l21 = 0, l22 = 1]: readonly number[],
  f: (z: readonly number[]) => number,
): ExpectedValue {
  const id = 'multivariate-normal';
  const size = 6;
  const breaks = breaksAround(0, 1, -HALF_RANGE, HALF_RANGE);
  const density = (x: number) => laws.normal.density(x, []);
  const part = new Float64Array(size);
  let error = 0;
  const outer = integrate(
    (x1) => {
      const inner = integrate(
        (x2) => {
          const z = [m1 + l11 * x1, m2 + l21 * x1 + l22 * x2];
          const value = density(x1) * density(x2) * finite(f(z), z, id);
          // d log p / d location = L^-T x = u, and for the factor the lower part of u x^T less the slope of log |L|.
          const u2 = x2 / l22;
          const u1 = (x1 - l21 * u2) / l11;
          part.set([1, u1, u2, u1 * x1 - 1 / l11, u2 * x1, u2 * x2 - 1 / l22]);
          for (let i = 0; i < size; i++) part[i]! *= value;
          return part;
        },
        size,
        breaks,
        NESTED_TOLERANCE,
      );
      if (Math.abs(x1) < 6) error = Math.max(error, inner.error);
      return inner.values;
    },
    size,
    breaks,
    NESTED_TOLERANCE,
  );
  return resultOf({ ...outer, error: Math.max(outer.error, error) }, id);
}

/** Panels that grow away from the centre, so that a narrow peak is met and a long tail is followed. */
function breaksAround(centre: number, width: number, low: number, high: number): number[] {
  const breaks = [centre];
  for (let step = width; centre - step > low; step *= 2) breaks.unshift(centre - step);
  for (let step = width; centre + step < high; step *= 2) breaks.push(centre + step);
  return [low, ...breaks, high];
}

function finite(value: number, z: number | readonly number[], id: string): number {
  if (Number.isFinite(value)) return value;
  if (!Number.isNaN(value)) throw nonexistent(id);
  // A quotient of two numbers beyond doubles, where there is next to nothing of z.
  if ([z].flat().some((one) => Math.abs(one) > FAR)) return 0;
  throw refused(
    `f is NaN at z = ${[z]
      .flat()
      .map((one) => one.toPrecision(3))
      .join(
        ', ',
      )}, where the ${nameOf(id)} distribution has values; expected a number there (a root or logarithm of a negative number?)`,
  );
}

function resultOf({ values, error }: Integrals, id: string): ExpectedValue {
  const [value = Number.NaN, ...gradient] = values;
  if (!(error <= LOOSEST)) throw nonexistent(id);
  return { value, gradient };
}

function nonexistent(id: string): AppError {
  return refused(
    `E f does not exist, or no quadrature finds it: f grows too fast for the tails of the ${nameOf(id)} distribution, or has a pole; expected a milder f, e.g. expr:abs(z)^0.5, expr:1/(1 + z^2), or another distribution`,
  );
}

function nameOf(id: string): string {
  return id === 'cauchy'
    ? 'Cauchy'
    : id === 'gumbel'
      ? 'Gumbel'
      : id === 'laplace'
        ? 'Laplace'
        : id.replace('-', ' ');
}

function refused(message: string): AppError {
  return new AppError('validation', `objective: ${message}`, { path: 'objective' });
}
