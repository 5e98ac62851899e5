import { describe, expect, it } from 'vitest';
import { bareHost, chunks } from '../../../../test/support/engine-host.ts';
import { items, logOf } from '../../../../test/support/off-policy/small-log.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import type { OpeLog } from './evaluate.ts';
import { readPolicy } from './policy-file.ts';

const log: OpeLog = {
  source: 'a small log',
  contextDimension: 1,
  contextNames: ['x'],
  items,
  positions: 1,
  repeatedRows: 0,
  judged: logOf([2, 0, 2], [0, 1, 2], [0, 1, 0]),
  others: null,
};
const read = async (text: string) => {
  const host: EngineHost = { ...bareHost, readChunks: () => chunks([new TextEncoder().encode(text)]) };
  const policy = await readPolicy('policy.csv', log, host);
  return [0, 1, 2].map((n) => [...policy.row(n)]);
};

describe('a policy in a file', () => {
  it('has rows by round; an item without one has probability 0', async () => {
    const text = 'round,item,probability\n0,a,1\n1,a,0.25\n1,c,0.75\n2,b,1\n';
    expect(await read(text)).toEqual([
      [1, 0, 0],
      [0.25, 0, 0.75],
      [0, 1, 0],
    ]);
  });

  it('takes what a run exports: the number of the round is called context', async () => {
    const text = 'context,item,probability\n0,a,1\n1,b,1\n2,c,1\n';
    expect(await read(text)).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  it('or by the features of the context, the same for all rounds that have them', async () => {
    const text = 'x;item;probability\r\n2;a;1\r\n0;"b";1\r\n';
    expect(await read(text)).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });

  it('may be rounded', async () => {
    const text = 'x,item,probability\n2,a,0.33333\n2,b,0.33333\n2,c,0.33333\n0,a,1';
    const [row] = await read(text);
    for (const probability of row!) expect(probability).toBeCloseTo(1 / 3, 12);
  });

  it.each([
    [
      'round,item,probability\n0,a,1\n1,a,0.5\n1,b,0.4\n2,a,1',
      'policy.csv, the context that begins in line 3: expected probabilities that sum to 1, found a sum of 0.9; correct its rows, or add those of the items that are missing.',
    ],
    [
      'round,item,probability\n0,a,1\n1,a,1',
      'policy.csv, the file: expected rows for each of the 3 rounds that are judged, found none for round 2; add a row for every item that the policy may show there.',
    ],
    ['x,item,probability\n2,a,1', 'found none for the context of round 1 (x 0)'],
    ['round,item,probability\n0,d,1', 'line 2, column item: expected an item of the log, found "d"'],
    [
      'round,item,probability\n0,a,1.2',
      'line 2, column probability: expected a probability from 0 to 1, found 1.2',
    ],
    [
      'round,item,probability\n0,a,',
      'line 2, column probability: expected a probability from 0 to 1, found an empty',
    ],
    ['round,item,probability\n0,a,-0.1', 'found -0.1; correct the row'],
    ['round,item,probability\nfirst,a,1', 'line 2, column round: expected a number, found first'],
    [
      'round,item,probability\n0,a,0.5\n0,a,0.5',
      'line 3: expected every item once for a context, found item a again',
    ],
    ['y,item,probability\n0,a,1', 'neither "round" nor "x" in y, item, probability'],
    ['round,product,probability\n0,a,1', 'line 1: expected a column "item"'],
  ])('%j is refused in one sentence', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});
