import { expect, it } from 'vitest';
import { draws } from '../random/draws.ts';
import { rootKey } from '../random/key.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

it('finds eigenvalues in order, and vectors that make the matrix again', () => {
  const random = draws(rootKey(1));
  const size = 12;
  const half = Array.from({ length: size }, () => Float64Array.from({ length: size }, () => random.normal()));
  const matrix = half.map((row, i) => row.map((value, j) => value + half[j]![i]!));
  const { values, vectors } = symmetricEigen(matrix);
  expect(values).toEqual([...values].sort((a, b) => b - a));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const again = values.reduce((sum, value, k) => sum + value * vectors[k]![i]! * vectors[k]![j]!, 0);
      expect(again).toBeCloseTo(matrix[i]![j]!, 10);
      const product = vectors[i]!.reduce((sum, value, k) => sum + value * vectors[j]![k]!, 0);
      expect(product).toBeCloseTo(i === j ? 1 : 0, 12);
    }
  }
});
