import { expect, it } from 'vitest';
import type { ComparisonRow } from '../contract/comparisons.ts';
import { rowStyles } from './row-styles.ts';

function row(group: string, estimator: string, detail = '', variant = ''): ComparisonRow {
  return {
    group,
    estimator,
    variant,
    detail,
    members: [],
    completed: 0,
    runs: 0,
    metrics: {},
    stepsPerSecond: null,
    sharers: null,
    difference: null,
  };
}

const rows = [row('b.1', 'b'), row('a.2', 'a', 'samples=4'), row('a.1', 'a', 'samples=1')];
const styles = (list: readonly ComparisonRow[], variants: readonly string[] = []) =>
  rowStyles(
    list,
    variants,
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

it('a variant has one line for all estimators, and each estimator keeps its colour', () => {
  const both = ['one', 'two'].flatMap((variant) => [
    row(`a.${variant}`, 'a', '', variant),
    row(`b.${variant}`, 'b', '', variant),
  ]);
  const made = styles([...both, row('a.z', 'a', 'samples=4', 'two')], ['two', 'one']);
  const [aOne, aTwo, bOne, bTwo, further] = ['a.one', 'a.two', 'b.one', 'b.two', 'a.z'].map((group) =>
    made.get(group)!,
  );
  expect([aOne?.color, aTwo?.color, bOne?.color, bTwo?.color].map((color) => color?.at(-1))).toEqual([
    'a',
    'a',
    'b',
    'b',
  ]);
  expect([aTwo?.dash, bTwo?.dash]).toEqual([[], []]);
  expect(aOne?.dash).toEqual(bOne?.dash);
  expect(aOne?.dash).not.toEqual([]);
  expect(aOne?.symbol).not.toBe(aTwo?.symbol);
  expect([aTwo?.label, further?.label]).toEqual(['A \u00b7 two', 'A \u00b7 two, samples=4']);
  expect([[], aOne?.dash]).not.toContainEqual(further?.dash);
});
