/**
 * E_{z ~ p(z; theta)} [ f(z) ] and its gradient for theta, by going through all z on the host in doubles; for an f with one term
 * per bit, through D + 1 of them.
 */
import { sigmoid, softmax } from '../../shared/log-space.ts';
import { AppError } from '../../shared/errors.ts';
import type { DiscreteObjective } from './discrete-objective.ts';

/** Joint values of bits that are gone through, at most. */
const MOST_VALUES = 2 ** 16;
/** Values K whose one-hot vectors, K long each, are gone through, at most; bits D, of an f with one term per bit, likewise. */
export const MOST_ONE_HOT = 5000;

export interface Expectation {
  readonly value: number;
  /** For the logits of one row, [K] or [D]. */
  readonly gradient: Float64Array;
}

function isEnumerable({ shape, additive, readsVector }: DiscreteObjective): boolean {
  if (shape.kind === 'categorical') return !readsVector || shape.classes <= MOST_ONE_HOT;
  return (additive && shape.latents <= MOST_ONE_HOT) || 2 ** shape.latents <= MOST_VALUES;
}

/**
 * @param logits of one row; -inf is allowed for a categorical value
 * @returns undefined where there are too many values
 * @throws AppError validation if f is not finite at some z
 */
export function expectation(
  objective: DiscreteObjective,
  logits: readonly number[],
): Expectation | undefined {
  if (!isEnumerable(objective)) return undefined;
  if (objective.shape.kind === 'categorical') return categorical(objective, logits);
  return objective.additive ? additiveBits(objective, logits) : jointBits(objective, logits);
}

/** f(z), refused where it is not finite. */
function finiteValue({ shape, value }: DiscreteObjective, z: readonly number[]): number {
  const found = value(z);
  if (Number.isFinite(found)) return found;
  const place = shape.kind === 'categorical' ? `k = ${z[0]}` : `z = ${z.slice(0, 20).join(', ')}`;
  throw new AppError(
    'validation',
    `objective: f is ${found} at ${place}; expected a finite number at every z (a division by 0, or a root or logarithm of a negative number?)`,
    { path: 'objective' },
  );
}

function categorical(objective: DiscreteObjective, logits: readonly number[]): Expectation {
  const p = softmax(logits);
  const f = p.map((_, k) => finiteValue(objective, [k]));
  const value = p.reduce((sum, pk, k) => sum + pk * f[k]!, 0);
  return { value, gradient: Float64Array.from(p, (pk, k) => pk * (f[k]! - value)) };
}

/** f(z) = f(0) + sum_d z_d (f(e_d) - f(0)): the other bits do not matter to bit d. */
function additiveBits(objective: DiscreteObjective, logits: readonly number[]): Expectation {
  const theta = logits.map(sigmoid);
  const bits = logits.map(() => 0);
  const none = finiteValue(objective, bits);
  const slopes = logits.map((_, d) => {
    bits[d] = 1;
    const slope = finiteValue(objective, bits) - none;
    bits[d] = 0;
    return slope;
  });
  return {
    value: theta.reduce((sum, t, d) => sum + t * slopes[d]!, none),
    gradient: Float64Array.from(theta, (t, d) => t * (1 - t) * slopes[d]!),
  };
}

function jointBits(objective: DiscreteObjective, logits: readonly number[]): Expectation {
  const theta = logits.map(sigmoid);
  const latents = theta.length;
  const gradient = new Float64Array(latents);
  let value = 0;
  for (let place = 0; place < 2 ** latents; place++) {
    const bits = theta.map((_, d) => (place >>> (latents - 1 - d)) & 1);
    const p = bits.reduce((product, bit, d) => product * (bit === 1 ? theta[d]! : 1 - theta[d]!), 1);
    const f = finiteValue(objective, bits);
    value += p * f;
    for (let d = 0; d < latents; d++) gradient[d] = gradient[d]! + p * f * (bits[d]! - theta[d]!);
  }
  return { value, gradient };
}
