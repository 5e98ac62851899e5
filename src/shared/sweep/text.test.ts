import { expect, it } from 'vitest';
import { readSweepOver, writeSweepOver } from './text.ts';

const range = (low: number, high: number, scale = 'linear', whole = false) => ({ low, high, scale, whole });

it.each([
  ['0.5, 1,2', [0.5, 1, 2]],
  ['.5, 1e3', [0.5, 1000]],
  ['mean', ['mean']],
  ['true,false', [true, false]],
  ['0.1..2', range(0.1, 2)],
  ['0.1 .. 2 : log', range(0.1, 2, 'log')],
  ['1e-3..1:log', range(1e-3, 1, 'log')],
  ['1..64:log:int', range(1, 64, 'log', true)],
  ['-1..1', range(-1, 1)],
  ['.5..1', range(0.5, 1)],
])('%s is read, and read again as it is written', (text, over) => {
  const read = readSweepOver(text);
  expect(read).toEqual(over);
  expect(readSweepOver(writeSweepOver(read!))).toEqual(over);
});

it.each(['', ' , ', '0.1..2:lin', '0.1..2,3'])('%j is neither values nor a range', (text) => {
  expect(readSweepOver(text)).toBeUndefined();
});
