import { describe, expect, it } from 'vitest';
import { hostOf, readText } from '../../../test/support/off-policy-log.ts';
import { splits } from '../../shared/split.ts';
import type { LoggedData } from './logged-rounds.ts';
import { readLoggedData } from './any-log.ts';
import { openBanditSchema } from './open-bandit.ts';

const HEADER = ['', 'age', 'country', 'item', 'propensity', 'reward', 'place'];
const rows = Array.from({ length: 20 }, (_, n) => [
  `${n}`,
  `${n + 0.5}`,
  ['fr', 'de', 'at'][n % 3]!,
  `${10 - (n % 4)}`,
  `${0.1 + 0.01 * n}`,
  `${n % 2}`,
  `${[5, 9, 7][n % 3]}`,
]);
const columns = { contextColumns: ['age', 'country'], positionColumn: 'place' };
const log = (separator = ',', end = '\n', cell = (text: string) => text) =>
  [HEADER, ...rows].map((cells) => `${cells.map(cell).join(separator)}${end}`).join('');

/** Rows of all splits by the number in `age`. */
function byAge({ train, validation, test, contextDimension }: LoggedData) {
  const all = [train, validation, test].flatMap((part) =>
    Array.from({ length: part.rounds }, (_, i) => ({
      context: [...part.context.subarray(i * contextDimension, (i + 1) * contextDimension)],
      action: part.action[i],
      reward: part.reward[i],
      propensity: part.propensity?.[i],
      position: part.position?.[i],
    })),
  );
  return all.sort((a, b) => a.context[0]! - b.context[0]!);
}

describe('a log', () => {
  it('has every row in one split, with its texts as features of 0 and 1', async () => {
    const data = await readText(log(), columns);
    expect(data.contextNames).toEqual(['age', 'country=at', 'country=de', 'country=fr']);
    expect(data.items.names).toEqual(['7', '8', '9', '10']);
    expect(data.positions).toBe(3);
    expect(splits.map((split) => data[split].rounds)).toEqual([12, 2, 6]);
    expect(byAge(data)).toEqual(
      rows.map((_, n) => ({
        context: [n + 0.5, Number(n % 3 === 2), Number(n % 3 === 1), Number(n % 3 === 0)],
        action: 3 - (n % 4),
        reward: n % 2,
        propensity: 0.1 + 0.01 * n,
        position: [0, 2, 1][n % 3],
      })),
    );
  });

  const quoted = (text: string) => `"${text}"`;
  const utf16 = Uint8Array.from([
    0xff,
    0xfe,
    ...Array.from(log()).flatMap((letter) => [letter.charCodeAt(0), 0]),
  ]);
  it.each([
    ['semicolons', log(';'), {}],
    ['tabs', log('\t'), {}],
    ['pipes, named', log('|'), { separator: 'pipe' }],
    ['CRLF', log(',', '\r\n'), {}],
    ['old line ends', log(',', '\r'), {}],
    ['a byte order mark', `\uFEFF${log()}`, {}],
    ['UTF-16', utf16, {}],
    ['quotes', log(',', '\n', quoted), {}],
    ['quotes and CRLF', log(';', '\r\n', quoted), {}],
    ['no line end at its end', log().trimEnd(), {}],
    ['empty lines', log(',', '\n\n'), {}],
  ])('is the same with %s', async (_, text, config) => {
    const plain = await readText(log(), columns);
    for (const size of [2, 7, 64, 100_000]) {
      expect(await readText(text, { ...columns, ...config }, undefined, size)).toEqual(plain);
    }
  });

  it('may have separators, quotes and line ends in quoted cells', async () => {
    const text = 'name,item,propensity,reward\n"a,""b""\nc",x,0.5,1\nd,"y",0.5,0\ne,x,0.5,1\n';
    for (const size of [1, 5, 1000]) {
      const data = await readText(text, { validation: 0.3, test: 0.3 }, undefined, size);
      expect(data.contextNames).toEqual(['name=a,"b"\nc', 'name=d', 'name=e']);
      expect(data.items.names).toEqual(['x', 'y']);
    }
  });

  it('has columns that look like numbers as texts where the user says so', async () => {
    const data = await readText(log(), { ...columns, contextColumns: ['place'], textColumns: ['place'] });
    expect(data.contextNames).toEqual(['place=5', 'place=7', 'place=9']);
  });

  it('need not say with which probability an item was shown', async () => {
    const data = await readText(log(), { ...columns, propensityColumn: null });
    expect(data.train.propensity).toBeNull();
  });

  it('takes the features of its items from a table, with items that it never shows', async () => {
    const items = 'item,price,colour\n10,1.5,red\n9,2,blue\n8,3,red\n7,4,blue\n6,5,red\n';
    const data = await readText(log(), columns, items);
    expect(data.items).toEqual({
      count: 5,
      names: ['10', '9', '8', '7', '6'],
      dimension: 3,
      features: Float64Array.from([1.5, 0, 1, 2, 1, 0, 3, 0, 1, 4, 1, 0, 5, 0, 1]),
    });
    expect(byAge(data).map(({ action }) => action)).toEqual(rows.map((_, n) => n % 4));
  });

  it('has other splits with another seed', async () => {
    const [a, b] = [await readText(log(), columns), await readText(log(), { ...columns, seed: 2 })];
    expect(a.test.context).not.toEqual(b.test.context);
    expect(byAge(a)).toEqual(byAge(b));
  });
});

describe('is refused in one sentence that names line and column', () => {
  const changed = (row: number, column: string, cell: string) =>
    [HEADER, ...rows]
      .map((cells, n) => (n === row ? cells.with(HEADER.indexOf(column), cell) : cells).join(','))
      .join('\n');
  const line = (row: number, column: string) => `log.csv, line ${row + 1}, column ${column}: expected `;
  it.each([
    ['propensity', '0', 'a probability above 0 and at most 1, found 0; correct the row, or leave it out.'],
    ['propensity', '-0.5', 'a probability above 0 and at most 1, found -0.5;'],
    ['propensity', '1.01', 'a probability above 0 and at most 1, found 1.01;'],
    ['propensity', '', 'a probability above 0 and at most 1, found an empty cell;'],
    ['propensity', 'NaN', 'a probability above 0 and at most 1, found NaN;'],
    ['reward', '', 'a reward, a number, found an empty cell;'],
    ['reward', 'yes', 'a reward, a number, found yes;'],
    ['item', ' ', 'the name of an item, found an empty cell;'],
    [
      'age',
      'old',
      'a number, as in the first row, found old; correct it, or name the column in data.textColumns.',
    ],
    ['place', 'top', 'a place on the page, a number, found top;'],
  ])('%s: %j', async (column, cell, message) => {
    await expect(readText(changed(7, column, cell), columns)).rejects.toThrow(line(7, column) + message);
  });

  it.each<
    [string, string | Uint8Array, { readonly items?: string } & Readonly<Record<string, string>>, string]
  >([
    [
      'an item without features',
      log(),
      { items: 'item,f\n10,1\n9,2\n8,3\n' },
      'log.csv, line 5, column item: expected an item that has features, found 7; add it to the file of data.items, or leave the row out.',
    ],
    [
      'an item twice in its table',
      log(),
      { items: 'item,f\n10,1\n10,2\n' },
      'items.csv, line 3, column item: expected every item once, found "10", as in line 2; leave one out.',
    ],
    [
      'a feature that is missing',
      log(),
      { items: 'item,f\n10,1\n9,\n' },
      'items.csv, line 3, column f: expected a feature, found an empty cell;',
    ],
    [
      'a missing column',
      log(),
      { rewardColumn: 'click' },
      'log.csv, line 1: expected a column "click", found age, country, item, propensity, reward, place; change data.rewardColumn, or name another separator.',
    ],
    [
      'a name twice',
      log().replace('age', 'reward'),
      {},
      'log.csv, line 1: expected a different name for every column, found "reward" for columns 2 and 6; rename one of them.',
    ],
    [
      'a short row',
      `${log()}1,2,3\n`,
      {},
      'log.csv, line 22: expected 7 cells between ",", as the header has, found 3;',
    ],
    [
      'an open quote',
      log().replace('de', '"de'),
      {},
      'log.csv, line 3: expected cells whose quotation marks are closed, and doubled inside, found others;',
    ],
    [
      'one item alone',
      'x,item,propensity,reward\n1,a,1,0\n2,a,1,1\n',
      {},
      'log.csv, column item: expected at least two items, found "a" alone;',
    ],
    [
      'no rows',
      'x,item,propensity,reward\n',
      {},
      'log.csv, column item: expected at least two items, found no rows;',
    ],
    [
      'nothing',
      '',
      {},
      'log.csv, line 1: expected the names of the columns, found an empty file; choose another file.',
    ],
    [
      'no context',
      'item,propensity,reward\na,1,0\n',
      {},
      'log.csv, line 1: expected columns of the context, found none;',
    ],
    [
      'other bytes',
      Uint8Array.of(0x61, 0xff, 0x62),
      {},
      'log.csv, the file: expected text in UTF-8, found bytes that are not UTF-8; save it as CSV in UTF-8.',
    ],
    [
      'two rows',
      'x,item,propensity,reward\n1,a,1,0\n2,b,1,1\n',
      {},
      'data: expected at least one row for each of training, validation, test, found 2 rows in all;',
    ],
  ])('%s', async (_, text, { items, ...config }, message) => {
    const own = text.length > 100 ? columns : {};
    await expect(readText(text, { ...own, ...config }, items)).rejects.toThrow(message);
  });

  it('more texts than features can be made of', async () => {
    const text = `name,item,propensity,reward\n${Array.from({ length: 1002 }, (_, n) => `n${n},${n % 2},1,0\n`).join('')}`;
    await expect(readText(text)).rejects.toThrow(
      'log.csv, line 1002, column name: expected at most 1000 different texts, found more; leave the column out of the context.',
    );
  });
});

describe('the Open Bandit Dataset', () => {
  const head = ',timestamp,item_id,position,click,propensity_score,user_feature_0,user-item_affinity_0\n';
  const body = Array.from(
    { length: 10 },
    (_, n) => `${n},2019-11-24,${n % 3},${1 + (n % 3)},${n % 2},0.25,${'ab'[n % 2]}1,${n}.0\n`,
  );
  const files = {
    'men/item_context.csv':
      ',item_id,item_feature_0,item_feature_1\n0,0,-0.5,c8\n1,1,0.5,77\n2,2,1,c8\n3,3,1,c8\n',
    'men/men.csv': head + body.join(''),
  };
  const read = (config: object, all: Readonly<Record<string, string>> = files) =>
    readLoggedData(openBanditSchema.parse({ kind: 'open-bandit', path: 'men', ...config }), hostOf(all));

  it('is read as published, with positions from 0', async () => {
    const data = await read({});
    expect(data.contextNames).toEqual(['user_feature_0=a1', 'user_feature_0=b1', 'user-item_affinity_0']);
    expect(data.items).toEqual({
      count: 4,
      names: ['0', '1', '2', '3'],
      dimension: 3,
      features: Float64Array.from([-0.5, 0, 1, 0.5, 1, 0, 1, 0, 1, 1, 0, 1]),
    });
    expect(data.positions).toBe(3);
    for (const split of splits) {
      const { position, action, propensity, reward, context, rounds } = data[split];
      for (let i = 0; i < rounds; i++) {
        const n = context[3 * i + 2]!;
        expect([position![i], action[i], propensity![i], reward[i]]).toEqual([n % 3, n % 3, 0.25, n % 2]);
      }
    }
    expect((await read({ affinities: false })).contextDimension).toBe(2);
  });

  it('says which of its files is missing', async () => {
    await expect(read({}, { 'men/men.csv': files['men/men.csv'] })).rejects.toThrow(
      'data.items: expected item_context.csv, the features of the items, found none in men; name the file, or its folder in data.path.',
    );
    await expect(read({}, { 'men/item_context.csv': files['men/item_context.csv'] })).rejects.toThrow(
      'data.path: men: expected one log, a CSV file beside item_context.csv, found none; name the file itself.',
    );
  });
});
