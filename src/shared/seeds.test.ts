import { expect, it } from 'vitest';
import { readSeeds, writeSeeds } from './seeds.ts';

it.each([
  ['1, 2, 3', [1, 2, 3]],
  ['1,2,5', [1, 2, 5]],
  ['1-5', [1, 2, 3, 4, 5]],
  ['7 1..2', [7, 1, 2]],
  ['3', [1, 2, 3]],
  ['7,', [7]],
  ['7-7', [7]],
  ['', []],
  ['1;2', null],
  ['5-1', null],
  ['0', null],
  ['0-999', Array.from({ length: 1000 }, (_, seed) => seed)],
  ['0-499 500-1000', null],
  ['-1', null],
  ['1001', null],
  ['1-2000', null],
  // Refused by its count: nothing of that length is ever made.
  ['1-999999999999999', null],
  ['1-600 1001-1600', null],
])('reads %j', (text, seeds) => expect(readSeeds(text)).toEqual(seeds));

it.each([
  [[1, 2, 3], '1-3'],
  [[1, 2, 9], '1,2,9'],
  [[4, 1, 2, 3], '4,1-3'],
  [[7], '7,'],
  [[], ''],
])('writes %j', (seeds, text) => {
  expect(writeSeeds(seeds)).toBe(text);
  expect(readSeeds(text)).toEqual(seeds);
});
