import { expect, it } from 'vitest';
import { workedExample, worthOf } from './worth.ts';

it('the worked example: soft 1.99995, with nothing as an option 1.98657, the draw and the hard choice 2', () => {
  const { soft, softOrNothing, drawn, best, perturbed, orNothing } = worthOf(workedExample);
  expect(soft.toFixed(5)).toBe('1.99995');
  expect(softOrNothing.toFixed(5)).toBe('1.98657');
  expect([drawn, best]).toEqual([2, 2]);
  expect(workedExample.prices[best]).toBe(2);
  // By hand: 0.5 / 0.1 + 1; and nothing weighs e^0 beside e^5.
  expect(perturbed[2]).toBeCloseTo(6, 12);
  expect(orNothing.at(-1)).toBeCloseTo(1 / (1 + Math.exp(5)), 6);
});
