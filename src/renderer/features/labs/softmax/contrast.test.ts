import { describe, expect, it } from 'vitest';
import { bestClassifier, contrastOf, integrand, objectiveBeside, searchedClassifier } from './contrast.ts';

const LOGITS = [1, 2, 0.5, -3];

/** J as it is written. */
const objective = (p: readonly number[], kq: readonly number[], h: readonly number[]) =>
  h.reduce((sum, value, i) => sum + p[i]! * Math.log(value) + kq[i]! * Math.log(1 - value), 0);

describe.each([
  [1, 0],
  [5, 0.75],
  [1000, 1],
])('k = %d, noise in proportion to p^%d', (k, alpha) => {
  const contrast = contrastOf(LOGITS, k, alpha);
  const { data, noise } = contrast;
  const best = bestClassifier(contrast);

  it('both laws sum to one, the noise k times', () => {
    expect(data.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    expect(noise.reduce((sum, q) => sum + q, 0) / k).toBeCloseTo(1, 12);
    expect(noise[0]! / noise[1]!).toBeCloseTo(Math.exp(-alpha), 10);
  });

  it('the solution of the Euler-Lagrange equation is found by a search and by Newton steps', () => {
    const searched = searchedClassifier(contrast);
    best.forEach((h, i) => {
      expect(searched[i]).toBeCloseTo(h, 7);
      // Newton on p / h - k q / (1 - h) = 0 from a start that is off.
      let at = h / 1.5;
      for (let step = 0; step < 60; step++) {
        const slope = data[i]! / at - noise[i]! / (1 - at);
        const bend = -data[i]! / at ** 2 - noise[i]! / (1 - at) ** 2;
        at -= slope / bend;
      }
      expect(at / h).toBeCloseTo(1, 10);
    });
  });

  it('no variation of it has a slope, and every one is worse', () => {
    const top = objective(data, noise, best);
    for (const eta of [
      [1, 0, 0, 0],
      [1, -1, 0.5, 0.2],
      [-0.3, 0.8, -1, 1],
    ]) {
      const moved = (size: number) => best.map((h, i) => h + size * eta[i]! * h * (1 - h));
      const slope = (objective(data, noise, moved(1e-4)) - objective(data, noise, moved(-1e-4))) / 2e-4;
      expect(slope).toBeCloseTo(0, 6);
      for (const size of [-0.3, 0.3]) expect(objective(data, noise, moved(size))).toBeLessThan(top);
    }
  });

  it('J beside the best h is J of the moved log-odds', () => {
    for (const moved of [-2, 0, 1.5]) {
      const h = best.map((value) => 1 / (1 + Math.exp(-(Math.log(value / (1 - value)) + moved))));
      expect(objectiveBeside(contrast, moved)).toBeCloseTo(objective(data, noise, h), 8);
    }
    expect(objectiveBeside(contrast, 0)).toBeGreaterThan(objectiveBeside(contrast, 0.1));
  });

  it('with h = sigmoid(s - log k q) the scores are log p: they need no normaliser', () => {
    const total = best.reduce((sum, h, i) => sum + (h / (1 - h)) * noise[i]!, 0);
    expect(total).toBeCloseTo(1, 10);
  });
});

it('the integrand is p log h + k q log(1 - h), also where h is 1 to all digits', () => {
  const h = 0.3;
  expect(integrand(0.2, 0.7, Math.log(h / (1 - h)))).toBeCloseTo(
    0.2 * Math.log(h) + 0.7 * Math.log(1 - h),
    12,
  );
  expect(integrand(0.2, 0.7, 50)).toBeCloseTo(-35, 10);
});
