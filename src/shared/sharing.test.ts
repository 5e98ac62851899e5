import { expect, it } from 'vitest';
import { runRecord } from '../../test/fixtures/runs.ts';
import { areAlike, OWN_SECONDS, sharedBy, sharersOf } from './sharing.ts';

const { environment } = runRecord;

it.each([
  ['it was alone', undefined, {}, 1],
  ['of a run without own seconds its trainer said it', 3, { seconds: 9 }, 3],
  ['own seconds know better: others ended sooner', 3, { seconds: 9, [OWN_SECONDS]: 3.75 }, 2.4],
  ['they outlast a resumption alone', undefined, { seconds: 9, [OWN_SECONDS]: 6 }, 1.5],
  ['what a file says must be possible', 2, { seconds: 1, [OWN_SECONDS]: 9 }, 2],
  ['and a number', 2, { seconds: null, [OWN_SECONDS]: 0 }, 2],
])('runs that shared seconds: %s', (_, together, metrics, sharers) => {
  const told = { ...environment!, ...(together === undefined ? {} : { together }) };
  expect(sharersOf({ environment: told, metrics })).toBeCloseTo(sharers, 12);
  expect(sharersOf({ environment: null, metrics: {} })).toBe(1);
});

it('are said beside the seconds, where there are others', () => {
  expect([1, 1.02, 2.98, 2.4].map(sharedBy)).toEqual([
    '',
    '',
    ' (shared by 3 runs)',
    ' (shared by 2.4 runs on average)',
  ]);
});

it('are alike but for a moment at the end', () => {
  expect(areAlike([3, 2.95, 3])).toBe(true);
  expect(areAlike([3, 2.5])).toBe(false);
});
