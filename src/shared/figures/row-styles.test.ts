import { expect, it } from 'vitest';
import type { ComparisonRow } from '../contract/comparisons.ts';
import { rowStyles } from './row-styles.ts';

function row(group: string, estimator: string, variant = ''): ComparisonRow {
  return {
    group,
    estimator,
    variant,
    members: [],
    completed: 0,
    runs: 0,
    metrics: {},
    stepsPerSecond: null,
    difference: null,
  };
}

const rows = [row('b.1', 'b'), row('a.2', 'a', 'samples=4'), row('a.1', 'a', 'samples=1')];
const styles = (list: readonly ComparisonRow[]) =>
  rowStyles(
    list,
    (id) => id.toUpperCase(),
    (id) => ({ color: `color of ${id}`, dash: [], symbol: 'rect' }),
  );

it('rows of one estimator share its colour and differ in line, symbol and label', () => {
  const [one, two, other] = ['a.1', 'a.2', 'b.1'].map((group) => styles(rows).get(group)!);
  expect([one?.color, two?.color, other?.color]).toEqual(['color of a', 'color of a', 'color of b']);
  expect(one?.dash).not.toEqual(two?.dash);
  expect([one?.symbol, other?.symbol]).toEqual(['rect', 'rect']);
  expect(two?.symbol).not.toBe('rect');
  expect([one?.label, other?.label]).toEqual(['A, samples=1', 'B']);
});

it('do not change with the order of rows', () => {
  expect(styles(rows.toReversed())).toEqual(styles(rows));
});
