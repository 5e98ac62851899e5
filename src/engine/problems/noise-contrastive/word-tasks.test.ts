import { expect, it } from 'vitest';
import { analogous, analogyAccuracy, similarityOf } from './word-tasks.ts';

const angles = [0, 40, 90, 130, 200];
/** Unit vectors in these directions, in degrees. */
const vectors = Float32Array.from(
  angles.flatMap((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]),
);

// Cosines of 40, 90 and 200 degrees fall in this order; Spearman's coefficient of three is 1 - 6 sum d^2 / 24.
it.each([
  [[9, 5, 1], 1],
  [[1, 5, 9], -1],
  [[9, 1, 5], 0.5],
])('judgements %j of pairs have the rank correlation %d with the cosines', (scores, expected) => {
  const pairs = {
    lines: 3,
    first: Int32Array.of(0, 0, 0),
    second: Int32Array.of(1, 2, 4),
    score: Float64Array.from(scores),
  };
  expect(similarityOf(pairs, vectors, 2)).toBeCloseTo(expected, 12);
});

it('0 is to 40 degrees as 90 is to 130', () => {
  const found = analogous([0, 1, 2], vectors, 2, 5);
  expect(found.map(({ word }) => word)).toEqual([3, 4]);
  // The goal, (cos 40 - 1, sin 40 + 1), lies at 98.1 degrees.
  expect(found[0]!.cosine).toBeCloseTo(Math.cos(((130 - 98.1) * Math.PI) / 180), 3);
  const asked = { lines: 2, words: Int32Array.of(0, 1, 2, 3, 0, 1, 2, 4) };
  expect(analogyAccuracy(asked, vectors, 2, 10)).toBe(0.5);
});
