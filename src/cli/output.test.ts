import { expect, it } from 'vitest';
import { table } from './output.ts';

it('aligns columns by what is seen, numbers at the right', () => {
  expect(
    table(
      ['name', 'n', 'what'],
      [
        ['a', '12', 'x'],
        ['日本', '3', 'y'],
      ],
      ['n'],
    ),
  ).toBe(['name   n  what', 'a     12  x', '日本   3  y'].join('\n'));
});

it('wraps the last column between words, and within a word that is longer than a line', () => {
  const text = `${'word '.repeat(40)}${'x'.repeat(200)}`;
  const lines = table(['run', 'text'], [['a', text]]).split('\n');
  expect(lines.every((line) => line.length <= 120)).toBe(true);
  expect(
    lines
      .slice(1)
      .map((line) => line.slice(5))
      .join(' ')
      .replaceAll('x x', 'xx'),
  ).toBe(text);
});

it('cuts what would widen every row, and keeps a row on one line', () => {
  const [, first = '', second = ''] = table(
    ['name', 'seed'],
    [
      ['long '.repeat(200_000), '1'],
      ['two\nlines', '2'],
    ],
  ).split('\n');
  expect(first).toMatch(/^long .*… {2}1$/);
  expect(first.length).toBeLessThan(100);
  expect(second).toMatch(/^two lines +2$/);
});

it('shows control characters and marks that turn text', () => {
  expect(table(['name', ''], [['a\u001b[2Jb', '\u202ec']])).toContain('a\\u001b[2Jb  \\u202ec');
});
