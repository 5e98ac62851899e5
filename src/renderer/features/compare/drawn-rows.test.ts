import { expect, it } from 'vitest';
import type { ComparisonRow } from '../../../shared/contract/comparisons.ts';
import { alone, drawnRows, MOST_DRAWN, rowChoice, rowQuery, toggled } from './drawn-rows.ts';

const row = (group: string): ComparisonRow => ({
  ...{ group, estimator: group, variant: '', detail: '', members: [], runs: 1, completed: 1 },
  ...{ metrics: {}, stepsPerSecond: null, sharers: null, difference: null },
});
const rows = Array.from({ length: MOST_DRAWN + 2 }, (_, i) => row(`r${i}`));
const names = (choice: ReturnType<typeof rowChoice>) => drawnRows(rows, choice).map(({ group }) => group);
const usual = rowChoice({});

it('are the best, all, or what was asked for', () => {
  expect(names(usual)).toHaveLength(MOST_DRAWN);
  expect(names({ ...usual, all: true })).toHaveLength(rows.length);
  const changed = toggled(toggled(usual, 'r1', true), 'r21', false);
  expect(names(changed)).not.toContain('r1');
  expect(names(changed)).toContain('r21');
  expect(names(toggled(toggled(changed, 'r1', false), 'r21', true))).toEqual(names(usual));
});

it('are one alone, further ones beside it, and all others again', () => {
  const one = alone(usual, 'r3');
  expect(names(one)).toEqual(['r3']);
  expect(names(toggled(one, 'r5', false))).toEqual(['r3', 'r5']);
  expect(names(toggled(one, 'r3', true))).toEqual(names(usual));
  expect(names(alone(one, 'r3'))).toEqual(names(usual));
});

it('stand in the address', () => {
  const choice = toggled(toggled({ ...usual, all: true }, 'r1', true), 'x, y', false);
  expect(rowChoice(rowQuery(choice))).toEqual(choice);
});
