import { expect, it } from 'vitest';
import { addressChanges } from './address-changes.ts';

it('says what could not be taken, and nothing of what was', () => {
  expect(
    addressChanges(
      { samples: '1e5', logits: '1, -2', study: 'beam' },
      { samples: '100000', logits: '1,-2', study: 'beam', seed: '1' },
    ),
  ).toEqual([]);
  expect(
    addressChanges(
      { samples: '1e12', logits: '1,NaN', k: '' },
      { samples: '1000000', logits: '0.5,1', k: '2' },
    ),
  ).toEqual([
    'The address has samples=1e12, which cannot be taken; 1000000 is shown.',
    'The address has logits=1,NaN, which cannot be taken; 0.5,1 is shown.',
  ]);
  // What a view does not have has no part in it.
  expect(addressChanges({ width: '900', other: 'x' }, { width: '' })).toEqual([]);
});
