import { expect, test } from 'vitest';
import { logSumExp, sigmoid, softmax } from '../../../../shared/log-space.ts';
import { carelessSoftmax, lossSlopes } from './softmax.ts';

test('softmax does not change with a shift; the careless form overflows', () => {
  const logits = [1, 2, 4];
  const shifted = logits.map((x) => x + 1000);
  softmax(shifted).forEach((p, i) => expect(p).toBeCloseTo(softmax(logits)[i]!, 12));
  carelessSoftmax(logits).forEach((p, i) => expect(p).toBeCloseTo(softmax(logits)[i]!, 6));
  expect(carelessSoftmax([88, 0])[0]).toBe(1);
  expect(carelessSoftmax([89, 0])[0]).toBeNaN();
});

test('limits of the temperature, and two options are a sigmoid', () => {
  expect(softmax([1, 2], 1e-3)).toEqual([0, 1]);
  softmax([1, 2], 1e6).forEach((p) => expect(p).toBeCloseTo(0.5, 6));
  expect(softmax([1.5, 0.2])[0]).toBeCloseTo(sigmoid(1.3), 12);
  expect(logSumExp([3, 3, 3])).toBeCloseTo(3 + Math.log(3), 12);
});

test('slopes of the losses are those of differences', () => {
  const h = 1e-6;
  for (const d of [-4, -0.5, 0, 2]) {
    const { crossEntropy, squared } = lossSlopes(d);
    const slope = (loss: (d: number) => number) => (loss(d + h) - loss(d - h)) / (2 * h);
    expect(crossEntropy).toBeCloseTo(
      slope((x) => -Math.log(sigmoid(x))),
      6,
    );
    expect(squared).toBeCloseTo(
      slope((x) => (1 - sigmoid(x)) ** 2),
      6,
    );
  }
});
