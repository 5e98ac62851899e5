import { expect, test } from 'vitest';
import { CLASSES, expectations, train } from './classifier.ts';

test('training lowers the loss, and at its end the model expects what the data have', () => {
  const start = expectations(train(0));
  const end = expectations(train(2000));
  expect(start.loss).toBeCloseTo(Math.log(CLASSES), 12);
  expect(end.loss).toBeLessThan(0.8 * start.loss);
  end.data.forEach((row, k) => row.forEach((value, i) => expect(end.model[k]![i]).toBeCloseTo(value, 3)));
  const off = Math.max(
    ...start.data.flatMap((row, k) => row.map((v, i) => Math.abs(v - start.model[k]![i]!))),
  );
  expect(off).toBeGreaterThan(0.1);
});
