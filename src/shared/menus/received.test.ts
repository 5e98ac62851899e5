import { expect, it } from 'vitest';
import { bundleInWords, expectedSize, inWords, itemChances } from './received.ts';

const lottery = {
  kind: 'lottery' as const,
  support: [
    { bundle: '3', weight: 0.75 },
    { bundle: '1', weight: 0.25 },
  ],
};

it('an item of a lottery is as likely as the bundles that hold it', () => {
  expect(itemChances(lottery, 3)).toEqual([1, 0.75, 0]);
  expect(expectedSize(lottery, 3)).toBe(1.75);
  expect(inWords(lottery, 3)).toBe('one of 2 bundles, 1.750 items expected');
});

it('bundles and shares in words', () => {
  expect(['0', '4', '9', 'f'].map((bundle) => bundleInWords(bundle, 4))).toEqual([
    'no item',
    'item 2',
    'items 0 and 3',
    'all 4 items',
  ]);
  expect(inWords({ kind: 'bundle', bundle: '3' }, 2)).toBe('items 0 and 1');
  expect(inWords({ kind: 'items', shares: [1, 1e-6, 0.5] }, 3)).toBe('item 0, item 2 at 50\u2009%');
});
