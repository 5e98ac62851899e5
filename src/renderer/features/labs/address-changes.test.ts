import { expect, it } from 'vitest';
import { addressChanges, numbersAllowed, rangeAllowed } from './address-changes.ts';

it('says what could not be taken, and nothing of what was', () => {
  expect(
    addressChanges(
      { samples: '1e5', logits: '1, -2', study: 'beam' },
      { samples: '100000', logits: '1,-2', study: 'beam', seed: '1' },
      {},
    ),
  ).toEqual([]);
  expect(
    addressChanges(
      { samples: '1e12', logits: '0,-40,-41', k: '', distribution: 'coins' },
      { samples: '1000000', logits: '0.5,1', k: '2', distribution: 'categorical' },
      {
        samples: rangeAllowed({ min: 100, max: 1_000_000 }),
        logits: numbersAllowed({ fewest: 2, most: 8, min: -10, max: 10 }),
      },
    ),
  ).toEqual([
    'Ignored samples=1e12 from the link; showing 1000000. Expected: a number from 100 to 1000000.',
    'Ignored logits=0,-40,-41 from the link; showing 0.5,1. Expected: 2 to 8 numbers from -10 to 10.',
    'Ignored distribution=coins from the link; showing categorical.',
  ]);
  // What a view does not have has no part in it.
  expect(addressChanges({ width: '900', other: 'x' }, { width: '' }, {})).toEqual([]);
});
