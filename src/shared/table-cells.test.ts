/** RFC 4180, section 2, by its own examples, and what spreadsheets make of it. */
import { describe, expect, it } from 'vitest';
import { cellNumber, readCells } from './table-cells.ts';

const read = (text: string) => readCells(text, 'bids.csv');

describe('rows and cells', () => {
  it.each(['\r\n', '\n', '\r'])('lines that end in %j, the last with or without', async (end) => {
    const rows = [
      ['aaa', 'bbb', 'ccc'],
      ['zzz', 'yyy', 'xxx'],
    ];
    for (const last of [end, '']) {
      const { names, rows: found } = await read(
        `1,2,3${end}${rows.map((row) => row.join(',')).join(end)}${last}`,
      );
      expect(names).toBeNull();
      expect(found).toEqual([['1', '2', '3'], ...rows]);
    }
  });

  it('quoted cells hold separators, line ends and doubled quotation marks', async () => {
    const { rows, lines } = await read('x,y\r\n"aaa","b \r\nbb"\r\n"a,a","b""bb"\r\n');
    expect(rows).toEqual([
      ['aaa', 'b \r\nbb'],
      ['a,a', 'b"bb'],
    ]);
    expect(lines).toHaveLength(2);
  });

  it.each([',', ';', '\t', '|'])(
    'between %j, after the mark of the byte order, and without empty lines',
    async (by) => {
      const { names, rows, lines } = await read(`\uFEFFitem${by} price \n\n1${by}2.5\n`);
      expect(names).toEqual(['item', 'price']);
      expect(rows).toEqual([['1', '2.5']]);
      expect(lines).toEqual([3]);
    },
  );

  it('a comma inside of a number is none where semicolons separate', async () => {
    expect((await read('item;price\n1;2,5')).rows).toEqual([['1', '2,5']]);
  });

  it('a separator inside of a quoted name is none', async () => {
    expect((await read('"a,b,c";d\n1;2')).names).toEqual(['a,b,c', 'd']);
  });

  it.each([
    ['', /empty file/],
    ['a,b\n', /after the names of the columns, found none/],
    ['1,2\n3\n', /line 2: expected 2 cells between ",", as the first row has, found 1/],
    ['1\t2\n3\t4\t5', /line 2: expected 2 cells between tabs, as the first row has, found 3/],
    ['a,b\n"1,2\n', /quotation marks are closed/],
  ])('%j is refused', async (text, sentence) => {
    await expect(read(text)).rejects.toThrow(sentence);
  });
});

describe('numbers', () => {
  it.each([
    ['1', 1],
    [' -2.5e-3 ', -0.0025],
    ['.5', 0.5],
    ['5.', 5],
    ['+1E3', 1000],
    // Python, R, JavaScript.
    ['nan', NaN],
    ['-inf', -Infinity],
    ['Inf', Infinity],
    ['-Infinity', -Infinity],
  ])('%j is %d', (cell, value) => expect(cellNumber(cell)).toBe(value));

  it.each(['', ' ', '0x10', '1_000', '1,5', 'e3', '.', '--1', '1e', 'NA', 'infinite'])('%j is none', (cell) =>
    expect(cellNumber(cell)).toBeNull(),
  );
});
