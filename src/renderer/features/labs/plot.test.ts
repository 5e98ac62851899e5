import { expect, it } from 'vitest';
import { along } from './plot.ts';

it('goes along an axis in equal steps of what is drawn, from end to end', () => {
  const plain = along({ min: -2, max: 4 });
  expect([plain[0], plain[60], plain.at(-1)]).toEqual([-2, 1, 4]);
  const log = along({ min: 0.01, max: 100, log: true });
  expect(log[0]).toBeCloseTo(0.01, 12);
  expect(log[60]).toBeCloseTo(1, 12);
  expect(log.at(-1)).toBeCloseTo(100, 10);
});
