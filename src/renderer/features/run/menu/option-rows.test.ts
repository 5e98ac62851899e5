import { expect, it } from 'vitest';
import { optionRows, type OptionRow } from './option-rows.ts';

const row = (option: number, price: number, share: number): OptionRow => ({
  option,
  price,
  share,
  revenue: price * share,
  size: 1,
  received: { kind: 'bundle', bundle: '1' },
});
const rows = [row(0, 3, 0), row(1, 1, 0.5), row(2, 2, 0.5)];
const numbers = (...how: Parameters<typeof optionRows> extends [unknown, ...infer Rest] ? Rest : never) =>
  optionRows(rows, ...how).map(({ option }) => option);

it('are sorted by what is asked, equal ones by their numbers', () => {
  expect(numbers('all', { key: 'share', descending: true })).toEqual([1, 2, 0]);
  expect(numbers('all', { key: 'price', descending: false })).toEqual([1, 2, 0]);
  expect(numbers('all', { key: 'revenue', descending: true })).toEqual([2, 1, 0]);
});

it('can be those that somebody buys, or those that nobody does', () => {
  expect(numbers('bought', { key: 'option', descending: false })).toEqual([1, 2]);
  expect(numbers('unsold', { key: 'option', descending: false })).toEqual([0]);
});
