import { describe, expect, it } from 'vitest';
import { expectedOfPair, expectedValue } from './expected-value.ts';
import { laws, type Law, type LawId } from './laws.ts';

const cases: readonly (readonly [LawId, readonly number[]])[] = [
  ['cauchy', [0.3, 0.7]],
  ['exponential', [2]],
  ['gumbel', [0.3, 0.7]],
  ['inverse-gamma', [4, 3]],
  ['laplace', [0.3, 0.7]],
  ['log-normal', [0.3, 0.5]],
  ['logistic', [0.3, 0.7]],
  ['normal', [3, 0.5]],
];

describe('the expected value of a function of a continuous variable', () => {
  it.each(cases)('%s: its density has mass 1, whatever its parameters', (id, parameters) => {
    const { value, gradient } = expectedValue(id, parameters, () => 1);
    expect(value).toBeCloseTo(1, 12);
    for (const slope of gradient) expect(slope).toBeCloseTo(0, 12);
  });

  it.each(cases.filter(([id]) => id !== 'cauchy'))(
    '%s: squares by the moments, and their slopes',
    (id, at) => {
      const squares = (parameters: readonly number[]) => {
        const law: Law = laws[id];
        const { mean, variance } = law.moments(parameters);
        return mean ** 2 + variance;
      };
      const { value, gradient } = expectedValue(id, at, (z) => z ** 2);
      expect(value).toBeCloseTo(squares(at), 10);
      for (const [i, slope] of gradient.entries()) {
        const [up, down] = [1e-5, -1e-5].map((step) => squares(at.map((x, j) => (i === j ? x + step : x))));
        expect(slope).toBeCloseTo((up! - down!) / 2e-5, 6);
      }
    },
  );

  it('a Cauchy variable: its characteristic function, though the cosine never rests', () => {
    const { value, gradient } = expectedValue('cauchy', [0.3, 0.7], Math.cos);
    const truth = Math.exp(-0.7) * Math.cos(0.3);
    expect(value).toBeCloseTo(truth, 4);
    expect(gradient[0]).toBeCloseTo(-Math.exp(-0.7) * Math.sin(0.3), 4);
    expect(gradient[1]).toBeCloseTo(-truth, 4);
  });

  it('jumps and kinks are found: P(z > 1), E |z|', () => {
    const jump = expectedValue('laplace', [0, 0.5], (z) => Number(z > 1));
    expect(jump.value).toBeCloseTo(Math.exp(-2) / 2, 9);
    // The density at 1.
    expect(jump.gradient[0]).toBeCloseTo(Math.exp(-2), 9);
    expect(expectedValue('normal', [0, 2], Math.abs).value).toBeCloseTo(2 * Math.sqrt(2 / Math.PI), 9);
  });

  it('a quotient that is beyond doubles far out is no matter', () => {
    const f = (z: number) => z ** 4 / (1 + z ** 4);
    expect(f(1e80)).toBeNaN();
    // 2 / ((1 + z^2) (1 + z^4)) = 1 / (1 + z^2) + (1 - z^2) / (1 + z^4), and the second has the integral 0.
    expect(expectedValue('cauchy', [0, 1], f).value).toBeCloseTo(0.5, 9);
  });

  it.each<[string, LawId, readonly number[], (z: number) => number, RegExp]>([
    ['squares', 'cauchy', [0, 1], (z) => z ** 2, /tails of the Cauchy/],
    ['the mean', 'cauchy', [0, 1], (z) => z, /tails of the Cauchy/],
    ['squares', 'inverse-gamma', [1.5, 1], (z) => z ** 2, /tails of the inverse gamma/],
    ['the exponential', 'laplace', [0, 1], Math.exp, /tails of the Laplace/],
    ['the exponential', 'log-normal', [0, 1], Math.exp, /does not exist/],
    ['a pole', 'normal', [0, 1], (z) => 1 / z, /or has a pole/],
    ['a pole at the edge', 'exponential', [1], (z) => 1 / z, /does not exist/],
    ['a logarithm', 'normal', [0, 1], Math.log, /f is NaN at z = -.*root or logarithm/],
  ])('%s under the %s distribution of %j does not exist', (_what, id, parameters, f, message) => {
    expect(() => expectedValue(id, parameters, f)).toThrow(message);
  });

  it('two correlated numbers: the larger one (Clark, "The greatest of a finite set of random variables", 1961)', () => {
    const [m1, m2, l11, l21, l22] = [1, -0.5, 1, 0.5, 0.8] as const;
    const { value, gradient } = expectedOfPair([m1, m2, l11, l21, l22], (z) => Math.max(...z));
    // theta = 0.9434 is the deviation of z1 - z2, alpha = 1.5 / theta; Phi(alpha) and phi(alpha) from tables.
    const theta = Math.sqrt((l11 - l21) ** 2 + l22 ** 2);
    const [below, density] = [0.944082, 0.112703];
    expect(value).toBeCloseTo(m1 * below + m2 * (1 - below) + theta * density, 5);
    expect(gradient[0]).toBeCloseTo(below, 5);
    expect(gradient[1]).toBeCloseTo(1 - below, 5);
    // d (theta phi) / dl = phi dtheta / dl, the other parts cancel.
    expect(gradient[2]).toBeCloseTo((density * (l11 - l21)) / theta, 5);
    expect(gradient[3]).toBeCloseTo((-density * (l11 - l21)) / theta, 5);
    expect(gradient[4]).toBeCloseTo((density * l22) / theta, 5);
  });
});
