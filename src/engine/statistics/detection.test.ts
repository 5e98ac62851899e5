import { expect, it } from 'vitest';
import { draws } from '../random/draws.ts';
import { rootKey } from '../random/key.ts';
import { detection, thresholds } from './detection.ts';

it('is what a hand finds with scores of six rows', () => {
  // Falling: 5 in, 4 out, 3 in and out, 2 in, 1 out.
  const { auroc, auprIn, auprOut, tnr, error } = detection([5, 3, 2], [4, 3, 1]);
  // Pairs won of nine: 5 wins three; 3 wins one and draws one; 2 wins one.
  expect(auroc).toBeCloseTo(5.5 / 9, 12);
  // Precision where inside comes: 1 of 1, 2 of 4, 3 of 5.
  expect(auprIn).toBeCloseTo((1 + 1 / 2 + 3 / 5) / 3, 12);
  // From below: 1 of 1; 3, with two of outside among four; 4, with three of five.
  expect(auprOut).toBeCloseTo((1 + 2 / 4 + 3 / 5) / 3, 12);
  // Only 2 accepts all of inside, and refuses one of outside.
  expect(tnr).toBeCloseTo(1 / 3, 12);
  // Accept 5 alone: two thirds of inside missed, nothing of outside taken. So do the other thresholds, or worse.
  expect(error).toBeCloseTo(1 / 3, 12);
  expect(thresholds([5, 3, 2], [4, 3, 1]).map(({ inside, outside }) => [inside, outside])).toEqual([
    [1, 0],
    [1, 1],
    [2, 2],
    [3, 2],
    [3, 3],
  ]);
});

it('knows the ends: apart, the wrong way round, and all the same', () => {
  expect(detection([3, 4], [1, 2])).toEqual({ auroc: 1, auprIn: 1, auprOut: 1, tnr: 1, error: 0 });
  expect(detection([1, 2], [3, 4])).toMatchObject({ auroc: 0, tnr: 0, error: 0.5 });
  // By chance the areas under precision and recall are the shares of either side.
  const same = detection([1, 1, 1], [1]);
  expect(same).toEqual({ auroc: 0.5, auprIn: 0.75, auprOut: 0.25, tnr: 0, error: 0.5 });
});

it('turns over with the sides and the sign', () => {
  const [a, b] = [
    [0.3, 0.1, 0.9, 0.4],
    [0.2, 0.4, 0.05],
  ] as const;
  const negated = (values: readonly number[]) => values.map((value) => -value);
  const [there, back] = [detection(a, b), detection(negated(b), negated(a))];
  expect(there.auroc).toBeCloseTo(back.auroc, 12);
  expect(there.auprIn).toBeCloseTo(back.auprOut, 12);
  expect(there.auprOut).toBeCloseTo(back.auprIn, 12);
  expect(there.error).toBeCloseTo(back.error, 12);
});

it('TNR is at the threshold that accepts 95 of 100', () => {
  const inside = Array.from({ length: 100 }, (_, n) => n);
  // Accepted from 5 on.
  expect(detection(inside, [4.5, 5, 5.5, 200]).tnr).toBe(0.25);
});

/**
 * Standard errors of AUROC with 20 000 rows of either side are below 0.003 (0.5 / sqrt(20 000) bounds them): a limit of 0.012 is
 * missed by chance less than once in 10 000 seeds.
 */
it.each([
  [0, 0.5],
  [1, 0.760_249_938_9],
  [2, 0.921_350_396_5],
])('a shift of %d between two unit Gaussians has AUROC Phi(d / sqrt 2)', (shift, expected) => {
  const random = draws(rootKey(5));
  const sample = (mean: number) => Float64Array.from({ length: 20_000 }, () => mean + random.normal());
  const { auroc, error } = detection(sample(shift), sample(0));
  expect(Math.abs(auroc - expected)).toBeLessThan(0.012);
  // The best threshold of two equal Gaussians is in the middle: Phi(-d / 2) wrong on either side.
  const least = { 0: 0.5, 1: 0.308_537_538_7, 2: 0.158_655_253_9 }[shift]!;
  expect(Math.abs(error - least)).toBeLessThan(0.015);
});

it('refuses a side without rows', () => {
  expect(() => detection([], [1])).toThrow(
    /expected scores of either side, got 0 of inside and 1 of outside/,
  );
});
