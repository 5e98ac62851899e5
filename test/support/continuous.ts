/** The continuous distributions on the host, in double precision: densities, distribution functions, parameters to test. */

export interface HostDistribution {
  /** Two coordinates a row, and another law of the same kind. */
  readonly parameters: Readonly<Record<string, readonly [number, number]>>;
  readonly other: Readonly<Record<string, readonly [number, number]>>;
  readonly positive: boolean;
  logDensity(z: number, parameters: Readonly<Record<string, number>>): number;
  cdf(z: number, parameters: Readonly<Record<string, number>>): number;
}

/** log Gamma by Lanczos' approximation, g = 7. */
export function hostLogGamma(x: number): number {
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  const sum = coefficients.reduce((total, c, i) => total + c / (x + i), 0.9999999999998099);
  const t = x + 6.5;
  return 0.9189385332046727 + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** The distribution function of Gamma(alpha, 1), by its power series. */
export function gammaCdf(x: number, alpha: number): number {
  let term = Math.exp(alpha * Math.log(x) - x - hostLogGamma(alpha + 1));
  let sum = 0;
  for (let n = 1; n < 10_000 && term > 1e-18 * sum; n++) {
    sum += term;
    term *= x / (alpha + n);
  }
  return sum;
}

function erf(x: number): number {
  // 2 / sqrt(pi) e^(-x^2) (x + 2 x^3 / 3 + 4 x^5 / 15 + ...)
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

function locationScale(
  logDensity: (x: number) => number,
  cdf: (x: number) => number,
): Pick<HostDistribution, 'parameters' | 'other' | 'positive' | 'logDensity' | 'cdf'> {
  const standard = (z: number, p: Readonly<Record<string, number>>) => (z - p['location']!) / p['scale']!;
  return {
    parameters: { location: [0.3, -1], scale: [0.7, 1.5] },
    other: { location: [-0.4, 0.2], scale: [1.1, 0.9] },
    positive: false,
    logDensity: (z, p) => logDensity(standard(z, p)) - Math.log(p['scale']!),
    cdf: (z, p) => cdf(standard(z, p)),
  };
}

const normal = locationScale(
  (x) => -(x * x) / 2 - Math.log(2 * Math.PI) / 2,
  (x) => (1 + erf(x / Math.SQRT2)) / 2,
);

export const hostDistributions: Readonly<Record<string, HostDistribution>> = {
  cauchy: locationScale(
    (x) => -Math.log(Math.PI * (1 + x * x)),
    (x) => 0.5 + Math.atan(x) / Math.PI,
  ),
  exponential: {
    parameters: { rate: [0.5, 2.5] },
    other: { rate: [1.1, 0.7] },
    positive: true,
    logDensity: (z, { rate }) => Math.log(rate!) - rate! * z,
    cdf: (z, { rate }) => -Math.expm1(-rate! * z),
  },
  gumbel: locationScale(
    (x) => -x - Math.exp(-x),
    (x) => Math.exp(-Math.exp(-x)),
  ),
  'inverse-gamma': {
    parameters: { shape: [2.5, 0.8], scale: [1.2, 0.6] },
    other: { shape: [1.7, 3.1], scale: [0.8, 1.4] },
    positive: true,
    logDensity: (z, { shape, scale }) =>
      shape! * Math.log(scale!) - hostLogGamma(shape!) - (shape! + 1) * Math.log(z) - scale! / z,
    cdf: (z, { shape, scale }) => 1 - gammaCdf(scale! / z, shape!),
  },
  laplace: locationScale(
    (x) => -Math.abs(x) - Math.LN2,
    (x) => (x < 0 ? Math.exp(x) / 2 : 1 - Math.exp(-x) / 2),
  ),
  'log-normal': {
    ...normal,
    positive: true,
    logDensity: (z, p) => normal.logDensity(Math.log(z), p) - Math.log(z),
    cdf: (z, p) => normal.cdf(Math.log(z), p),
  },
  logistic: locationScale(
    (x) => -x - 2 * softplus(-x),
    (x) => 1 / (1 + Math.exp(-x)),
  ),
  normal,
};

/** Nodes z and weights dz: trapezoidal in log z, or in t of z = centre + sinh t: a density may have its kink there. */
function nodes(positive: boolean, centre: number): { z: number; weight: number }[] {
  const step = 0.004;
  return Array.from({ length: Math.round(80 / step) + 1 }, (_, i) => {
    const t = -40 + i * step;
    return positive
      ? { z: Math.exp(t), weight: Math.exp(t) * step }
      : { z: centre + Math.sinh(t), weight: Math.cosh(t) * step };
  });
}

/** The integral of p(z) g(z). */
export function expectation(
  host: HostDistribution,
  parameters: Readonly<Record<string, number>>,
  g: (z: number) => number,
): number {
  return nodes(host.positive, parameters['location'] ?? 0).reduce((sum, { z, weight }) => {
    const p = Math.exp(host.logDensity(z, parameters));
    return p === 0 ? sum : sum + weight * p * g(z);
  }, 0);
}

/** The parameters of coordinate d. */
export function coordinate(
  parameters: Readonly<Record<string, readonly number[]>>,
  d: number,
): Record<string, number> {
  return Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, values[d]!]));
}
