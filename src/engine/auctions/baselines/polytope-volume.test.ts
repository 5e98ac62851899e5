import { describe, expect, it } from 'vitest';
import { polytopeVolume, type HalfSpace } from './polytope-volume.ts';

const unit = (n: number, j: number, sign: number) =>
  Array.from({ length: n }, (_, i) => (i === j ? sign : 0));
const box = (n: number, low: number, high: number): HalfSpace[] =>
  Array.from({ length: n }, (_, j) => [
    { a: unit(n, j, 1), b: high },
    { a: unit(n, j, -1), b: -low },
  ]).flat();
const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

describe('polytopeVolume', () => {
  it.each([1, 2, 3, 4, 5])('boxes and simplices in %i dimensions', (n) => {
    expect(polytopeVolume(box(n, -1, 2), n)).toBeCloseTo(3 ** n, 9);
    const below = { a: Array.from({ length: n }, () => 1), b: 1 };
    expect(polytopeVolume([...box(n, 0, 1), below], n)).toBeCloseTo(1 / factorial(n), 12);
  });

  it('the cube below the sum 3/2 is half of it, and one said twice counts once', () => {
    const half = { a: [1, 1, 1], b: 1.5 };
    expect(polytopeVolume([...box(3, 0, 1), half], 3)).toBeCloseTo(0.5, 12);
    expect(polytopeVolume([...box(3, 0, 1), half, { a: [2, 2, 2], b: 3 }], 3)).toBeCloseTo(0.5, 12);
    expect(polytopeVolume([...box(3, 0, 1), half, { a: [1, 1, 1], b: 9 }], 3)).toBeCloseTo(0.5, 12);
  });

  it('is 0 of what is empty', () => {
    expect(polytopeVolume([...box(2, 0, 1), { a: [1, 1], b: -1 }], 2)).toBe(0);
    expect(polytopeVolume([...box(2, 0, 1), { a: [0, 0], b: -1 }], 2)).toBe(0);
  });
});
