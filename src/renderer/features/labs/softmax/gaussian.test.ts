import { expect, it } from 'vitest';
import { likelihoodOf, observed } from './gaussian.ts';

/** The density as it is written. */
const density = (y: number, mean: number, sigma: number) =>
  Math.exp(-0.5 * ((y - mean) / sigma) ** 2) / (sigma * Math.sqrt(2 * Math.PI));
const loss = (mean: number, sigma: number) =>
  observed.reduce((sum, y) => sum - Math.log(density(y, mean, sigma)), 0) / observed.length;

/** The smallest of a function on a fine grid. */
function smallest(from: number, to: number, of: (x: number) => number): number {
  const places = Array.from({ length: 10_001 }, (_, i) => from + ((to - from) * i) / 10_000);
  return places.reduce((best, x) => (of(x) < of(best) ? x : best));
}

it.each([
  [0.2, 1],
  [-2, 0.5],
  [1.4, 3],
])(
  'at mean %d and sigma %d the loss is that of the density, and its slopes are those of differences',
  (m, s) => {
    const { loss: found, inMean, inSigma } = likelihoodOf(m, s);
    const h = 1e-5;
    expect(found).toBeCloseTo(loss(m, s), 10);
    expect(inMean).toBeCloseTo((loss(m + h, s) - loss(m - h, s)) / (2 * h), 6);
    expect(inSigma).toBeCloseTo((loss(m, s + h) - loss(m, s - h)) / (2 * h), 6);
  },
);

it('for any sigma the best mean is that of least squares, and sigma squared divides the slope', () => {
  const average = observed.reduce((sum, y) => sum + y, 0) / observed.length;
  for (const sigma of [0.3, 1, 4]) {
    expect(smallest(-3, 3, (mean) => loss(mean, sigma))).toBeCloseTo(average, 3);
    expect(likelihoodOf(average, sigma).inMean).toBeCloseTo(0, 12);
    expect(likelihoodOf(1, sigma).inMean * sigma ** 2).toBeCloseTo(likelihoodOf(1, 1).inMean, 12);
  }
});

it('for any mean the best sigma is the root of the mean square error', () => {
  for (const mean of [-1, 0.2, 1]) {
    const root = Math.sqrt(likelihoodOf(mean, 1).squareError);
    expect(smallest(0.3, 5, (sigma) => loss(mean, sigma))).toBeCloseTo(root, 3);
    expect(likelihoodOf(mean, root).inSigma).toBeCloseTo(0, 12);
  }
});
