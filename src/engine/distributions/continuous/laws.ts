/**
 * The continuous distributions in doubles, one coordinate each and without tensors: what samples and densities are judged by. Each
 * is a density of a variable t on a finite range, outside of which nothing is left, and z as a function of t.
 *
 * Source of moments and modes: Johnson, Kotz, Balakrishnan, "Continuous Univariate Distributions", 1994 and 1995.
 */

/** The parameters in the order in which the distribution names them. */
type Values = readonly number[];

export interface Law {
  /** Where t has its mass, and the range outside of which its density, or z, is beyond doubles. */
  domain(parameters: Values): {
    readonly centre: number;
    readonly width: number;
    readonly low: number;
    readonly high: number;
  };
  /** Density of t. */
  density(t: number, parameters: Values): number;
  z(t: number, parameters: Values): number;
  /** d log p(z) / d parameter, at t. */
  scores(t: number, parameters: Values): readonly number[];
  /** E z and Var z; infinite or NaN where there is none. */
  moments(parameters: Values): { readonly mean: number; readonly variance: number };
  /** The most probable z. */
  mode(parameters: Values): number;
}

const EULER = 0.5772156649015329;
/** t of z = e^t: e^690 is a double, and so is the square of its root. */
const FARTHEST = 690;

interface Standard {
  readonly domain: ReturnType<Law['domain']>;
  /** Density of t. */
  density(t: number): number;
  /** The standard variable x at t. */
  x(t: number): number;
  /** d log p0 / dx at x(t), p0 the density of x. */
  slope(t: number): number;
  readonly mean: number;
  readonly variance: number;
}

/** z = location + scale x. */
function locationScale({ domain, density, x, slope, mean, variance }: Standard): Law {
  return {
    domain: () => domain,
    density,
    z: (t, [location = 0, scale = 1]) => location + scale * x(t),
    scores: (t, [, scale = 1]) => [-slope(t) / scale, -(1 + x(t) * slope(t)) / scale],
    moments: ([location = 0, scale = 1]) => ({
      mean: location + scale * mean,
      variance: scale ** 2 * variance,
    }),
    mode: ([location = 0]) => location,
  };
}

const around = (half: number) => ({ centre: 0, width: 1, low: -half, high: half });
const same = (t: number) => t;

const normal = locationScale({
  domain: around(37),
  density: (t) => Math.exp(-t * t * 0.5) / Math.sqrt(2 * Math.PI),
  x: same,
  slope: (t) => -t,
  mean: 0,
  variance: 1,
});

const laplace = locationScale({
  domain: around(FARTHEST),
  density: (t) => Math.exp(-Math.abs(t)) / 2,
  x: same,
  slope: (t) => -Math.sign(t),
  mean: 0,
  variance: 2,
});

const logistic = locationScale({
  domain: around(FARTHEST),
  density: (t) => Math.exp(-Math.abs(t)) / (1 + Math.exp(-Math.abs(t))) ** 2,
  x: same,
  slope: (t) => -Math.tanh(t / 2),
  mean: 0,
  variance: Math.PI ** 2 / 3,
});

const gumbel = locationScale({
  domain: { centre: 0, width: 1, low: -6.5, high: FARTHEST },
  density: (t) => Math.exp(-t - Math.exp(-t)),
  x: same,
  slope: (t) => Math.expm1(-t),
  mean: EULER,
  variance: Math.PI ** 2 / 6,
});

/** t = arsinh x, whose density 1 / (pi cosh t) has a range that ends. */
const cauchy = locationScale({
  domain: around(FARTHEST),
  density: (t) => 1 / (Math.PI * Math.cosh(t)),
  x: Math.sinh,
  // -2 x / (1 + x^2), whose terms are beyond doubles first.
  slope: (t) => (-2 * Math.tanh(t)) / Math.cosh(t),
  mean: Number.NaN,
  variance: Number.NaN,
});

const logNormal: Law = {
  ...normal,
  z: (t, [location = 0, scale = 1]) => Math.exp(location + scale * t),
  moments([location = 0, scale = 1]) {
    const mean = Math.exp(location + scale ** 2 / 2);
    return { mean, variance: Math.expm1(scale ** 2) * mean ** 2 };
  },
  mode: ([location = 0, scale = 1]) => Math.exp(location - scale ** 2),
};

/** t = log(rate z). */
const exponential: Law = {
  domain: () => ({ centre: 0, width: 1, low: -FARTHEST, high: 6.5 }),
  density: (t) => Math.exp(t - Math.exp(t)),
  z: (t, [rate = 1]) => Math.exp(t) / rate,
  scores: (t, [rate = 1]) => [-Math.expm1(t) / rate],
  moments: ([rate = 1]) => ({ mean: 1 / rate, variance: 1 / rate ** 2 }),
  mode: () => 0,
};

/** t = log x, z = scale / x, x ~ Gamma(shape, 1). */
const inverseGamma: Law = {
  domain: ([shape = 1]) => ({
    centre: Math.log(shape),
    width: 1 / Math.sqrt(Math.max(1, shape)),
    low: Math.max(-FARTHEST, -FARTHEST / shape),
    high: Math.log(shape + 40 * Math.sqrt(shape) + 750),
  }),
  density: (t, [shape = 1]) => Math.exp(shape * t - Math.exp(t) - logGamma(shape)),
  z: (t, [, scale = 1]) => scale * Math.exp(-t),
  scores: (t, [shape = 1, scale = 1]) => [t - digamma(shape), (shape - Math.exp(t)) / scale],
  moments([shape = 1, scale = 1]) {
    const mean = shape > 1 ? scale / (shape - 1) : Infinity;
    return { mean, variance: shape > 2 ? mean ** 2 / (shape - 2) : Infinity };
  },
  mode: ([shape = 1, scale = 1]) => scale / (shape + 1),
};

/** By the id of the distribution: all of them that have independent coordinates. */
export const laws = {
  cauchy,
  exponential,
  gumbel,
  'inverse-gamma': inverseGamma,
  laplace,
  'log-normal': logNormal,
  logistic,
  normal,
} as const satisfies Readonly<Record<string, Law>>;
export type LawId = keyof typeof laws;

/** Abramowitz, Stegun, "Handbook of Mathematical Functions", 1964, 6.1.40 from 10 on, below by the recurrence. */
function logGamma(x: number): number {
  let [y, shift] = [x, 0];
  for (; y < 10; y++) shift += Math.log(y);
  const square = 1 / y ** 2;
  const series =
    (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / y;
  return (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + series - shift;
}

/** The same, 6.3.18. */
function digamma(x: number): number {
  let [y, shift] = [x, 0];
  for (; y < 10; y++) shift += 1 / y;
  const square = 1 / y ** 2;
  const series =
    square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))));
  return Math.log(y) - 0.5 / y - series - shift;
}
