/**
 * Box-Muller: two uniforms u and v to two normals, sqrt(-2 log u) times cosine and sine of v whole circles. In float64 but for the
 * logarithm, by operations that are rounded once, so that one number at a time and lanes of vectors give the same bits.
 */
import type { Vectors } from '../assembler/abreast.ts';
import { type V128, f64x2, v128 } from '../assembler/expression.ts';
import { type Float32Arithmetic, logarithm } from './log.ts';

/** Coefficients of sin(a) / a and of cos(a) in powers of a^2, highest first: their Taylor series up to a^12. */
const SINE = [1 / 6227020800, -1 / 39916800, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1] as const;
const COSINE = [1 / 479001600, -1 / 3628800, 1 / 40320, -1 / 720, 1 / 24, -1 / 2, 1] as const;

/**
 * sin and cos of `turns` whole circles to within 2e-12, by additions and products alone, hence the same on every machine, which
 * `Math.sin` does not promise.
 */
export function sineCosine(turns: number): [sine: number, cosine: number] {
  const quarter = Math.floor(4 * turns + 0.5);
  const angle = 2 * Math.PI * (turns - quarter / 4); // in [-pi / 4, pi / 4]
  const square = angle * angle;
  const series = (coefficients: readonly number[]): number =>
    coefficients.reduce((sum, c) => sum * square + c, 0);
  const [sine, cosine] = [angle * series(SINE), series(COSINE)];
  switch (quarter & 3) {
    case 0:
      return [sine, cosine];
    case 1:
      return [cosine, -sine];
    case 2:
      return [-sine, -cosine];
    default:
      return [-cosine, sine];
  }
}

/**
 * Normals of pairs of uniforms, u v u v in, cosine sine cosine sine out; constants are made once, here.
 * @param share a vector that is used more than once
 */
export function boxMuller(
  arithmetic: Float32Arithmetic<Vectors>,
  share: (x: V128) => V128,
): (uniforms: Vectors) => Vectors {
  const { add, sub, mul } = f64x2;
  const all = (value: number): V128 => share(f64x2.all(value));
  const log = logarithm(arithmetic);
  const [half, one, two, three, four] = [all(0.5), all(1), all(2), all(3), all(4)];
  const [fourth, circle, minusTwo, sign] = [all(0.25), all(2 * Math.PI), all(-2), all(-0)];
  const [sines, cosines] = [SINE.map(all), COSINE.map(all)];
  const normals = (uniforms: V128, logs: V128): V128 => {
    const radius = share(f64x2.sqrt(mul(f64x2.promote(v128.shuffle(logs, logs, [0, 2, 0, 2])), minusTwo)));
    const turns = share(f64x2.promote(v128.shuffle(uniforms, uniforms, [1, 3, 1, 3])));
    const quarter = share(f64x2.floor(add(mul(four, turns), half)));
    const angle = share(mul(circle, sub(turns, mul(quarter, fourth))));
    const square = share(mul(angle, angle));
    const series = (coefficients: readonly V128[]): V128 =>
      coefficients.reduce((sum, coefficient) => add(mul(sum, square), coefficient));
    const sine = share(mul(angle, series(sines)));
    const cosine = share(series(cosines));
    // Of the quarters 0 to 4: where they change places, and where either is negative.
    const [first, second, third] = [one, two, three].map((n) => share(f64x2.eq(quarter, n))) as [
      V128,
      V128,
      V128,
    ];
    const swapped = share(v128.or(first, third));
    const negative = (mask: V128): V128 => v128.and(mask, sign);
    const across = v128.xor(v128.bitselect(sine, cosine, swapped), negative(v128.or(first, second)));
    const up = v128.xor(v128.bitselect(cosine, sine, swapped), negative(v128.or(second, third)));
    const [x, y] = [across, up].map((place) => f64x2.demote(mul(radius, place))) as [V128, V128];
    return v128.shuffle(x, y, [0, 4, 1, 5]);
  };
  return (uniforms) => {
    const logs = log(uniforms);
    return uniforms.map((pairs, i) => share(normals(pairs, logs[i]!)));
  };
}
