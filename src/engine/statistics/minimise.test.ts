import { expect, it } from 'vitest';
import { minimise } from './minimise.ts';

it('finds the minimum of a quadratic of any scale', () => {
  const scales = Float64Array.of(1e-3, 1, 1e4);
  const { x, converged } = minimise(
    (at, gradient) => {
      at.forEach((value, i) => (gradient[i] = scales[i]! * (value - i)));
      return at.reduce((sum, value, i) => sum + (scales[i]! / 2) * (value - i) ** 2, 0);
    },
    Float64Array.of(5, 5, 5),
    { tolerance: 1e-10, iterations: 200 },
  );
  expect(converged).toBe(true);
  x.forEach((value, i) => expect(value).toBeCloseTo(i, 5));
});

it("goes down Rosenbrock's valley", () => {
  const { x } = minimise(
    (at, gradient) => {
      const [a, b] = at as unknown as [number, number];
      gradient[0] = -2 * (1 - a) - 400 * a * (b - a * a);
      gradient[1] = 200 * (b - a * a);
      return (1 - a) ** 2 + 100 * (b - a * a) ** 2;
    },
    Float64Array.of(-1.2, 1),
    { tolerance: 1e-9, iterations: 200 },
  );
  expect(x[0]).toBeCloseTo(1, 8);
  expect(x[1]).toBeCloseTo(1, 8);
});

it('says when it was not done', () => {
  const slow = minimise(
    (at, gradient) => {
      gradient[0] = 4 * at[0]! ** 3;
      return at[0]! ** 4;
    },
    Float64Array.of(3),
    { tolerance: 1e-12, iterations: 2 },
  );
  expect(slow.converged).toBe(false);
});
