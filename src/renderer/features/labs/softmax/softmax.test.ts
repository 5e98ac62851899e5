import { describe, expect, it, test } from 'vitest';
import { logSumExp, sigmoid, softmax } from '../../../../shared/log-space.ts';
import {
  carelessSoftmax,
  crossEntropyGradient,
  logOdds,
  softMaximum,
  squaredErrorGradient,
  stepsToHalf,
} from './softmax.ts';

test('softmax does not change with a shift; the careless form overflows', () => {
  const logits = [1, 2, 4];
  const shifted = logits.map((x) => x + 1000);
  softmax(shifted).forEach((p, i) => expect(p).toBeCloseTo(softmax(logits)[i]!, 12));
  carelessSoftmax(logits).forEach((p, i) => expect(p).toBeCloseTo(softmax(logits)[i]!, 6));
  expect(carelessSoftmax([88, 0])[0]).toBe(1);
  expect(carelessSoftmax([89, 0])[0]).toBeNaN();
});

test('limits of the temperature', () => {
  expect(softmax([1, 2], 1e-3)).toEqual([0, 1]);
  softmax([1, 2], 1e6).forEach((p) => expect(p).toBeCloseTo(0.5, 6));
});

/** Probabilities as they are written, with no care taken. */
function written(x: readonly number[]): number[] {
  const powers = x.map(Math.exp);
  return powers.map((power) => power / powers.reduce((sum, other) => sum + other, 0));
}

/** Central differences of a function of the logits. */
function differences(of: (x: readonly number[]) => number, at: readonly number[], h = 1e-5): number[] {
  return at.map((x, i) => (of(at.with(i, x + h)) - of(at.with(i, x - h))) / (2 * h));
}

function expectClose(found: readonly number[], expected: readonly number[], digits: number): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, digits));
}

describe.each([[[1, 2, 0.5]], [[-3, 4]], [[0, 0, 0, 0]], [[2.5, -1, 0.3, 1.7, -2]]])(
  'logits %j',
  (logits) => {
    const n = logits.length;
    const most = Math.max(...logits);

    it.each([0.05, 0.3, 1, 4, 100])(
      'log-sum-exp lies between its bounds at temperature %d',
      (temperature) => {
        const value = softMaximum(logits, temperature);
        expect(value).toBeCloseTo(
          temperature * Math.log(logits.reduce((sum, x) => sum + Math.exp(x / temperature), 0)),
          9,
        );
        expect(value).toBeGreaterThanOrEqual(most);
        expect(value).toBeLessThanOrEqual(most + temperature * Math.log(n) + 1e-12);
        expectClose(
          differences((x) => softMaximum(x, temperature), logits),
          softmax(logits, temperature),
          6,
        );
      },
    );

    it('a shift of all logits reaches neither odds nor probabilities, and is all that log p leaves of a logit', () => {
      const shifted = logits.map((x) => x - 7);
      expectClose(logOdds(shifted), logOdds(logits), 12);
      const left = written(shifted).map((p, i) => shifted[i]! - Math.log(p));
      expectClose(left, Array<number>(n).fill(logSumExp(shifted)), 10);
    });

    it('a logit is a log-odds: against one other option a difference, against all others less their log-sum-exp', () => {
      const p = written(logits);
      expectClose(
        logOdds(logits),
        p.map((value) => Math.log(value / (1 - value))),
        10,
      );
      p.forEach((value, i) => expect(Math.log(value / p[0]!)).toBeCloseTo(logits[i]! - logits[0]!, 10));
      expectClose(logOdds(logits).map(sigmoid), p, 12);
    });

    it('two options are a sigmoid of the difference, and share their weight so among others', () => {
      const half = sigmoid(logits[0]! - logits[1]!);
      expectClose(softmax(logits.slice(0, 2)), [half, 1 - half], 12);
      const p = written(logits);
      expect(p[0]! / (p[0]! + p[1]!)).toBeCloseTo(half, 12);
    });

    it('the gradients of both losses are those of differences, and sum to 0', () => {
      for (let right = 0; right < n; right++) {
        const gradients = [crossEntropyGradient(logits, right), squaredErrorGradient(logits, right)];
        const losses = [
          (x: readonly number[]) => -Math.log(written(x)[right]!),
          (x: readonly number[]) =>
            written(x).reduce((sum, p, i) => sum + (p - Number(i === right)) ** 2 / 2, 0),
        ];
        gradients.forEach((gradient, i) => {
          expectClose(gradient, differences(losses[i]!, logits), 7);
          expect(gradient.reduce((sum, slope) => sum + slope, 0)).toBeCloseTo(0, 12);
        });
      }
    });
  },
);

describe('squared error in place of cross-entropy', () => {
  it('vanishes where a wrong option has all the weight, where cross-entropy has its whole slope', () => {
    const logits = [-10, 10, 0];
    expectClose(crossEntropyGradient(logits, 0), [-1, 1, 0], 4);
    const largest = Math.max(...squaredErrorGradient(logits, 0).map(Math.abs));
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(1e-4);
  });

  it('is that of two options in closed form: -2 (1 - p)^2 p', () => {
    for (const d of [-4, -0.5, 0, 2]) {
      const p = 1 / (1 + Math.exp(-d));
      expectClose(squaredErrorGradient([d, 0], 0), [-2 * (1 - p) ** 2 * p, 2 * (1 - p) ** 2 * p], 12);
    }
  });

  it('takes the time that its slope says: the logits move apart by 2 slopes a step', () => {
    // Two options, d = x0 - x1 from -6 to 0. Cross-entropy: d' = 2 sigmoid(-d), from which d + e^d grows by 2 a step: some 3.5.
    expect(stepsToHalf(crossEntropyGradient, [-6, 0], 0)).toBe(4);
    // Squared error: d' = 4 (1 - p)^2 p with p = sigmoid(d), so the time is the integral of (1 + e^d)^3 / (4 e^d) over d.
    const cells = 6000;
    const time = Array.from({ length: cells }, (_, i) => -6 + (6 * (i + 0.5)) / cells).reduce(
      (sum, d) => sum + ((1 + Math.exp(d)) ** 3 / (4 * Math.exp(d))) * (6 / cells),
      0,
    );
    const steps = stepsToHalf(squaredErrorGradient, [-6, 0], 0)!;
    expect(steps / time).toBeGreaterThan(0.95);
    expect(steps / time).toBeLessThan(1.05);
    expect(stepsToHalf(squaredErrorGradient, [-10, 10], 0)).toBeNull();
    expect(stepsToHalf(crossEntropyGradient, [3, 0], 0)).toBe(0);
  });
});
