import { describe, expect, it } from 'vitest';
import type { ComparisonRow } from '../../../shared/contract/comparisons.ts';
import {
  parseRanges,
  placeRange,
  quantitiesOf,
  rangeText,
  withinRanges,
  withRange,
  writeRanges,
} from './quantities.ts';
import type { Column } from './table-columns.ts';

const row = (group: string, estimator: string, value: number): ComparisonRow => ({
  group,
  estimator,
  variant: '',
  detail: '',
  members: [],
  completed: 1,
  runs: 1,
  metrics: { f: { n: 1, mean: value, halfWidth: null } },
  stepsPerSecond: null,
  sharers: null,
  difference: null,
});
const table = [row('a', 'exact', 1), row('b', 'exact', 2), row('c', 'softmax', 3)];
const column: Column = { id: 'f', title: 'Value', help: '', value: ({ metrics }) => metrics['f'] ?? null };
const differing = [
  { path: 'config.temperature', values: { a: '0.01', b: '0.1', c: '2' } },
  { path: 'config.mode', values: { a: 'plain', b: 'shared' } },
  { path: 'config.steps', values: { a: '10', b: '10', c: '10' } },
];
const quantities = quantitiesOf({ table, differing }, [column], (id) => `<${id}>`);
const groups = (text: string) => withinRanges(table, quantities, parseRanges(text)).map(({ group }) => group);

describe('quantities of rows', () => {
  it('are what differs and what was measured, without what is the same for all', () => {
    expect(quantities.map(({ id, label, categories, isLog }) => [id, label, categories, isLog])).toEqual([
      ['estimator', 'Estimator', ['<exact>', '<softmax>'], false],
      ['config.temperature', 'temperature', null, true],
      ['config.mode', 'mode', ['plain', 'shared'], false],
      ['f', 'Value', null, false],
    ]);
    expect(quantities.map(({ valueOf }) => valueOf(table[2]!))).toEqual([1, 2, null, 3]);
  });

  it.each([
    ['', ['a', 'b', 'c']],
    ['f~1~2', ['a', 'b']],
    ['f~2~9|config.temperature~0.05~1', ['b']],
    ['estimator~0.5~1.5', ['c']],
    // A row without the key is within no range of it.
    ['config.mode~-0.5~9', ['a', 'b']],
    ['gone~1~2', ['a', 'b', 'c']],
    ['f~one~2|f~|~1~2', ['a', 'b', 'c']],
  ])('within "%s" are %j', (text, expected) => expect(groups(text)).toEqual(expected));

  it('ranges are written so that they can be read, ends in order, and taken away', () => {
    const ranges = withRange(withRange(new Map(), 'f', [2, 1 / 3]), 'estimator', placeRange(1));
    const text = writeRanges(ranges);
    expect(text).toBe('f~0.333333~2|estimator~0.5~1.5');
    expect(writeRanges(parseRanges(text))).toBe(text);
    expect(writeRanges(withRange(ranges, 'f', null))).toBe('estimator~0.5~1.5');
    expect(
      quantities.flatMap((one) => (ranges.has(one.id) ? [rangeText(one, ranges.get(one.id)!)] : [])),
    ).toEqual(['Estimator <softmax>', 'Value 0.3333 to 2']);
  });
});
