/** Coefficients of sin(a) / a and of cos(a) in powers of a^2, highest first: their Taylor series up to a^12. */
const SINE = [1 / 6227020800, -1 / 39916800, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1];
const COSINE = [1 / 479001600, -1 / 3628800, 1 / 40320, -1 / 720, 1 / 24, -1 / 2, 1];

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
