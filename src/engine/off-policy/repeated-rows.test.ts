import { describe, expect, it } from 'vitest';
import { readText } from '../../../test/support/off-policy-log.ts';
import { RepeatedRows, repeatedWords, tellingColumns } from './repeated-rows.ts';

describe('rows that repeat an earlier one', () => {
  it('are counted among many, and no others', () => {
    const rows = new RepeatedRows();
    for (let n = 0; n < 50_000; n++) rows.add([`${n}`, `${n % 7}`], n + 2);
    for (const cells of [
      ['1', '11'],
      ['11', '1'],
      ['1', '1', ''],
      ['', '11', '1'],
    ])
      rows.add(cells, 60_000);
    expect(rows.count()).toBe(0);
    expect(rows.firstLine()).toBeNull();
    for (let n = 0; n < 100; n++) rows.add([`${499 * n}`, `${(499 * n) % 7}`], 70_000 + n);
    for (let n = 0; n < 3; n++) rows.add(['5', '5'], 80_000 + n);
    expect(rows.count()).toBe(103);
    expect(rows.firstLine()).toBe(70_000);
  });

  it('are told in a sentence', () => {
    expect(repeatedWords(0)).toBeNull();
    expect(repeatedWords(1)).toMatch(/^1 row of the log is the same as an earlier one/);
    expect(repeatedWords(3)).toMatch(/^3 rows of the log are the same/);
  });
});

it.each([
  [
    ['', 'timestamp', 'item'],
    ['', 'timestamp'],
  ],
  [
    ['Index', 'event_time'],
    ['Index', 'event_time'],
  ],
  [['impression_id', 'item'], ['impression_id']],
  [['', 'item'], null],
  [['timestamp', 'item'], null],
  [['user_id', 'item_id', 'time_on_page'], null],
])('of %j, %j tell rows apart', (header, expected) => {
  expect(tellingColumns(header)).toEqual(expected);
});

describe('a log', () => {
  const rows = Array.from({ length: 20 }, (_, n) => [n % 5, n % 2, 0.5, n % 3, `12:00:${n}`, n]);
  const text = (header: string, width: number, extra: readonly (typeof rows)[number][] = []) =>
    [header, ...[...rows, ...extra].map((row) => row.slice(0, width).join(','))].join('\n');
  const columns = { contextColumns: ['age'] };

  it('says how many rows are there twice', async () => {
    expect(
      (await readText(text('item,reward,propensity,age', 4, rows.slice(0, 2)), columns)).repeatedRows,
    ).toBe(2);
    expect((await readText(text('item,reward,propensity,age,time', 5), columns)).repeatedRows).toBe(0);
    // Numbered anew where two files were put together: chance cannot be told from a mistake.
    const numbered = text('item,reward,propensity,age,,index', 6, [rows[3]!]);
    expect((await readText(numbered, columns)).repeatedRows).toBe(1);
  });

  it('is refused where columns that tell rows apart are the same too', async () => {
    const numbered = text('item,reward,propensity,age,time,index', 6, [rows[3]!]);
    await expect(readText(numbered, columns)).rejects.toThrow(
      'log.csv, line 22: expected every row once, because index and time identify it, found one that is the same as an earlier row in every column; leave it out.',
    );
  });
});
