import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryMenu } from '../../../../test/support/menus/arbitrary-menu.ts';
import { writeMenu } from './menu-file.ts';
import { viewMenu } from './menu-view.ts';
import { readMenu } from './read-menu.ts';

const BUNDLES = '# menu: items=4 allocation=bundles\noption,price,bundle\n';
const LOTTERIES = '# menu: items=4 allocation=lotteries\noption,price,weight,bundle\n';

it('a menu that is written and read back is the same, digit by digit', () => {
  fc.assert(
    fc.property(arbitraryMenu, (menu) => {
      const unsold = { sales: null, shown: [] };
      const text = writeMenu(menu, unsold);
      const back = readMenu(text, 'menu.csv');
      // A lottery's bundles are sorted and equal ones added up by the first writing; by the second nothing changes.
      expect(writeMenu(back, unsold)).toBe(text);
      expect(back.prices).toEqual(menu.prices);
      if (menu.allocation.kind !== 'lotteries') expect(back).toEqual(menu);
    }),
    { seed: 20261121 },
  );
});

it('says what the buyers made of each option', () => {
  const menu = readMenu(`${BUNDLES}0,2,0 3\n1,0.5,1\n`, 'menu.csv');
  const bidders = {
    kind: 'additive',
    items: 4,
    count: 2,
    values: Float32Array.of(0, 1, 0, 0, 0, 0, 0, 0),
  } as const;
  expect(writeMenu(menu, viewMenu(menu, { bidders, buyers: Int32Array.of(0, 1) }))).toBe(
    '# menu: items=4 allocation=bundles\noption,price,bundle,share,revenue\n0,2,0 3,0,0\n1,0.5,1,0.5,0.25\n',
  );
});

it('says it once of a lottery, so that a column can be summed', () => {
  const menu = readMenu(`${LOTTERIES}0,0.5,0.75,1\n0,0.5,0.25,1 2\n`, 'menu.csv');
  const bidders = { kind: 'additive', items: 4, count: 1, values: Float32Array.of(0, 1, 0, 0) } as const;
  expect(writeMenu(menu, viewMenu(menu, { bidders, buyers: Int32Array.of(0) }))).toBe(
    '# menu: items=4 allocation=lotteries\noption,price,weight,bundle,share,revenue\n0,0.5,0.75,1,1,0.5\n0,0.5,0.25,1 2,,\n',
  );
});

it('takes what spreadsheets and people make of it', () => {
  const plain = readMenu(`${BUNDLES}0,2,0 3\n7,0.5,\n`, 'menu.csv');
  const saved =
    '\ufeff"# menu: items=4 allocation=bundles",,\r\n# by hand\r\nOption,Price,Note,Bundle\r\n\r\n"0","2",x,"3 0"\r\n7,0.50,,\r\n';
  expect(readMenu(saved, 'menu.csv')).toEqual(plain);
});

describe('a file that is no menu is refused with the line and what would be right', () => {
  it.each([
    [
      '',
      'menu.csv, line 1: expected a line like "# menu: items=50 allocation=bundles" (or items, or lotteries) before all others, found "an empty file".',
    ],
    ['a,b\n', 'menu.csv, line 1: expected a line like'],
    ['# menu: items=0 allocation=bundles\n', 'line 1: expected 1 to 65536 items, found items=0.'],
    [
      '# menu: items=4 allocation=bundles\n',
      'menu.csv: expected a row that names the columns after the first line, found the end.',
    ],
    [BUNDLES, 'menu.csv: expected at least one option, found none.'],
    [
      '# menu: items=4 allocation=items\noption,price,item0\n',
      'line 2: expected a column "item1" (allocation=items), found "option,price,item0".',
    ],
    [`${BUNDLES}0,-1,0\n`, 'line 3: expected a number of at least 0 as "price", found "-1".'],
    [`${BUNDLES}0,,0\n`, 'line 3: expected a number of at least 0 as "price", found nothing.'],
    [
      `${BUNDLES}0,1e308,0\n`,
      'line 3: expected a price of at most 1e+30, beyond which sums overflow, found "1e308".',
    ],
    [`${BUNDLES}0,1e999,0\n`, 'line 3: expected a number of at least 0 as "price", found "1e999".'],
    [`${BUNDLES}0,1\n`, 'line 3: expected a cell for the column "bundle", found 2 cells.'],
    [`${BUNDLES}0,1,4\n`, 'line 3: expected items from 0 to 3 separated by spaces, found "4".'],
    [`${BUNDLES}0,1,1\n\n0,1,2\n`, 'line 5: expected an option that occurs once, found option "0" again.'],
    [`${BUNDLES},1,1\n`, 'line 3: expected the number of an option, found nothing.'],
    [`${LOTTERIES}0,1,0.5,1\n1,1,1,2\n`, 'line 3: expected weights of a lottery that sum to 1'],
    [
      `${LOTTERIES}0,1,0.5,1\n0,2,0.5,2\n`,
      'line 4: expected the price of option 0 as in line 3, 1, found 2.',
    ],
    [`${LOTTERIES}0,1,1.5,1\n`, 'line 3: expected a number from 0 to 1 as "weight", found "1.5".'],
    [
      `${LOTTERIES}0,1,1,1\n1,1,1,1\n0,1,1,1\n`,
      'line 5: expected an option that occurs once (the rows of a lottery stand together), found option "0" again.',
    ],
  ])('%j', (text, message) => {
    expect(() => readMenu(text, 'menu.csv')).toThrow(message);
  });

  it('whatever else it holds, in one sentence', () => {
    fc.assert(
      fc.property(fc.constantFrom('', BUNDLES, LOTTERIES), fc.string({ unit: 'binary' }), (head, rest) => {
        try {
          readMenu(head + rest, 'menu.csv');
        } catch (error) {
          expect(error).toMatchObject({ kind: 'validation' });
        }
      }),
      { seed: 20261123, numRuns: 500 },
    );
  });
});
