import { expect, test } from 'vitest';
import { doublesFile } from '../../../../test/support/npy.ts';
import { numbersInFile, readNumbersText } from './numbers-text.ts';

const limits = { fewest: 2, most: 4, min: -10, max: 10 };

test.each([
  ['0.5, -0.3', [0.5, -0.3]],
  ['  1;2\n3 ', [1, 2, 3]],
  ['1e0,-0', [1, -0]],
])('%j is read', (text, values) => {
  expect(readNumbersText(text, limits)).toEqual({ values, problem: '' });
});

test.each([
  ['', 'Enter at least 2 numbers, separated by commas.'],
  ['1', 'Enter at least 2 numbers, separated by commas.'],
  ['1,NaN', 'Number 2 is "NaN"; enter finite numbers separated by commas, e.g. 0.5, -0.3.'],
  ['1,,2', 'Number 2 is ""; enter finite numbers separated by commas, e.g. 0.5, -0.3.'],
  ['1,Infinity', 'Number 2 is "Infinity"; enter finite numbers separated by commas, e.g. 0.5, -0.3.'],
  ['1,50', 'Number 2 is "50"; enter a number from -10 to 10.'],
  ['1,2,3,4,5', 'Found 5 numbers; at most 4 fit.'],
])('%j is refused: %s', (text, problem) => {
  expect(readNumbersText(text, limits)).toEqual({ values: null, problem });
});

test('as many as needed, no more and no fewer', () => {
  expect(readNumbersText('1,2,3', { ...limits, fewest: 4 }).problem).toBe('Expected 4 numbers, found 3.');
});

test('takes one row or one column of a file, CSV or NPY', async () => {
  const csv = (text: string) => numbersInFile(new TextEncoder().encode(text), 'l.csv');
  expect(await csv('logit\n0.5\n-1\n2\n')).toBe('0.5, -1, 2');
  expect(await csv('0.5,-1,2\n')).toBe('0.5, -1, 2');
  expect(await numbersInFile(doublesFile([3], [0.5, -1, 2]), 'l.npy')).toBe('0.5, -1, 2');
  await expect(csv('1,2\n3,4\n')).rejects.toThrow(
    'l.csv: expected one row or one column of numbers, found 2 x 2',
  );
});
