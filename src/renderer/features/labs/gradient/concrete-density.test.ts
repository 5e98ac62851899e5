import { describe, expect, it } from 'vitest';
import { binaryConcreteDensity, concreteLogDensity } from './concrete-density.ts';

describe('densities of relaxed samples', () => {
  it.each([
    [0.7, 0.5],
    [0, 1],
    [-1.5, 3],
  ])('Binary Concrete with logit %d at temperature %d has mass 1', (logit, tau) => {
    // Midpoints in the logit of y, where the density is smooth: dy = y (1 - y) dx.
    let mass = 0;
    for (let x = -80; x < 80; x += 0.01) {
      const y = 1 / (1 + Math.exp(-x - 0.005));
      if (y > 0 && y < 1) mass += binaryConcreteDensity(y, logit, tau) * y * (1 - y) * 0.01;
    }
    expect(mass).toBeCloseTo(1, 4);
  });

  it('is uniform for even odds at temperature 1, and Concrete of two is Binary Concrete', () => {
    for (const y of [0.1, 0.5, 0.9]) expect(binaryConcreteDensity(y, 0, 1)).toBeCloseTo(1, 12);
  });

  it('Concrete of three has mass 1 on the simplex', () => {
    const n = 400;
    let mass = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n - i; j++) {
        const y = [(i + 1 / 3) / n, (j + 1 / 3) / n];
        // Two triangles a cell, but for the last of a row.
        mass += Math.exp(concreteLogDensity([...y, 1 - y[0]! - y[1]!], [0.4, -0.3, 0.1], 2)) / (2 * n * n);
        if (j === n - i - 1) continue;
        const other = [(i + 2 / 3) / n, (j + 2 / 3) / n];
        mass +=
          Math.exp(concreteLogDensity([...other, 1 - other[0]! - other[1]!], [0.4, -0.3, 0.1], 2)) /
          (2 * n * n);
      }
    }
    expect(mass).toBeCloseTo(1, 3);
  });

  it('has its mode inside only above temperature 1 / (K - 1)', () => {
    const along = (tau: number) =>
      [0.01, 0.1, 1 / 3].map((y) => concreteLogDensity([y, y, 1 - 2 * y], [0, 0, 0], tau));
    const [edge, , middle] = along(0.4);
    expect(middle).toBeLessThan(edge!);
    const [outer, between, center] = along(2);
    expect(center).toBeGreaterThan(between!);
    expect(between).toBeGreaterThan(outer!);
  });
});
