import { expect, it } from 'vitest';
import { formatTick } from '../../shared/number-format.ts';
import { snap, STEPS } from './x-axis.ts';

const SECONDS = { label: 'Seconds', grain: 0.001, format: formatTick };

it('places under the pointer are whole steps, and thousandths of a second', () => {
  expect(snap(12.6, STEPS)).toBe(13);
  expect(snap(12.6, STEPS, Math.floor)).toBe(12);
  expect(snap(0.1 + 0.2, SECONDS)).toBe(0.3);
  expect(snap(1.23456, SECONDS, Math.ceil)).toBe(1.235);
});

it.each([
  [0, '0'],
  [0.5, '0.5'],
  [12, '12'],
  [2.25, '2.25'],
])('the tick of %d is %s', (value, text) => expect(formatTick(value)).toBe(text));
