import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemsOf, wordsFor } from './bundle-bits.ts';
import { xorBidders, type Atom, type XorBidders } from './bidders.ts';
import { beginsAsCats, parseCats, parseCatsBids } from './cats-file.ts';
import { writeCats } from './cats-write.ts';

const parse = (text: string) => parseCats(text, 'a.txt', () => Promise.resolve());

function atomsOf(bidders: XorBidders): Atom[][] {
  return Array.from({ length: bidders.count }, (_, n) =>
    Array.from({ length: bidders.starts[n + 1]! - bidders.starts[n]! }, (__, i) => {
      const a = bidders.starts[n]! + i;
      const items = itemsOf(bidders.bundles, a * wordsFor(bidders.items), bidders.items);
      return { items, value: bidders.values[a]! };
    }),
  );
}

const three = [
  [{ items: [0, 2], value: 5.5 }],
  [
    { items: [1], value: 3 },
    { items: [0, 1, 2], value: 10 },
  ],
];
const body = '0\t5.5\t2\t0\t#\n1\t3\t1\t3\t#\n7\t1e1\t0\t1\t2\t3\t#\n';

describe('parseCats', () => {
  it.each([
    ['goods, bids, dummy', `goods 3\nbids 3\ndummy 1\n\n${body}`],
    ['goods, dummy, bids', `goods 3\ndummy 1\nbids 3\n${body}`],
    ['capitals', `GOODS 3\nBids 3\nDUMMY 1\n${body}`],
    [
      'comments, also after blanks',
      `%% CATS\n  % goods 9\n\ngoods 3\nbids 3\n%\ndummy 1\n% bids follow\n${body}`,
    ],
    ['no line breaks', `goods 3 bids 3 dummy 1 ${body.replaceAll(/\s/g, ' ')}`],
    ['a line a word', `goods 3\nbids 3\ndummy 1\n${body}`.replaceAll(/\s+/g, '\n')],
    ['Windows line ends', `goods 3\nbids 3\ndummy 1\n${body}`.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFFgoods 3\nbids 3\ndummy 1\n${body}`],
    ['carriage returns alone', `% old\rgoods 3\rbids 3\rdummy 1\r\r${body.replaceAll('\n', '\r')}`],
    ['an unused dummy good', `goods 3\nbids 3\ndummy 5\n${body}`],
  ])('reads bidders by their dummy goods: %s', async (_name, text) => {
    const instance = await parse(text);
    expect({ goods: instance.goods, bids: instance.bids }).toEqual({ goods: 3, bids: 3 });
    expect(atomsOf(instance.bidders)).toEqual(three);
  });

  it('joins the bids of one dummy good wherever they stand', async () => {
    const text = 'goods 2 bids 3 dummy 1\n0 1 0 2 #\n1 2 1 #\n2 3 1 2 #';
    expect(atomsOf((await parse(text)).bidders)).toEqual([
      [
        { items: [0], value: 1 },
        { items: [1], value: 3 },
      ],
      [{ items: [1], value: 2 }],
    ]);
  });

  it('takes a header without dummy goods for one that has none', async () => {
    const text = 'goods 3\nbids 2\n0\t2\t0\t1\t#\n1\t5\t2\t#\n';
    const instance = await parse(text);
    expect(instance).toEqual(await parse(text.replace('bids 2', 'bids 2\ndummy 0')));
    expect(atomsOf(instance.bidders)).toEqual([[{ items: [0, 1], value: 2 }], [{ items: [2], value: 5 }]]);
  });

  it.each([
    ['two dummy goods', 'goods 2\nbids 3\ndummy 3\n0 5 0 3 #\n1 4 1 2 #\n2 6 1 2 4 #\n'],
    ['nothing else', 'goods 2\nbids 3\ndummy 3\n0 5 0 3 #\n1 4 1 2 #\n2 6 2 4 #\n'],
  ])('counts one good more than the header where bids have %s', async (_name, text) => {
    const { goods, headerGoods, bidders } = await parse(text);
    expect({ goods, headerGoods }).toEqual({ goods: 3, headerGoods: 2 });
    expect(atomsOf(bidders)[1]).toEqual([{ items: [1, 2], value: 4 }]);
  });

  it('keeps to the header where that makes sense of every bid', async () => {
    const text = 'goods 2\nbids 2\ndummy 2\n0 5 0 2 #\n1 4 1 2 #\n';
    expect(await parse(text)).toMatchObject({ goods: 2, bidders: { count: 1 } });
  });

  it('gives back what writeCats wrote', async () => {
    const bundle = fc.uniqueArray(fc.nat(39), { minLength: 1, maxLength: 12 });
    const value = fc.double({ min: 0, max: 1e6, noNaN: true });
    const buyers = fc.array(fc.array(fc.tuple(bundle, value), { minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(buyers, async (drawn) => {
        const bidders = xorBidders(
          40,
          drawn.map((own) => own.map(([items, v]) => ({ items, value: v === 0 ? 0 : v }))),
        );
        expect((await parse(writeCats(bidders, ['a comment']))).bidders).toEqual(bidders);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  const head = (bids: number) => `goods 3\nbids ${bids}\ndummy 1\n\n`;
  it.each([
    ['empty', '', 'a.txt: expected a CATS auction, found an empty file.'],
    ['only comments', '% nothing\n', 'a.txt: expected a CATS auction, found an empty file.'],
    [
      'another kind of file',
      'step,revenue\n',
      'a.txt, line 1: expected "goods" or "bids" or "dummy", found "step,revenue".',
    ],
    ['header incomplete', 'goods 3\ndummy 1\n0 5 1 #', 'line 3: expected "bids", found "0"'],
    ['a header twice', 'goods 3\ngoods 3\n', 'line 2: expected "bids" or "dummy", found "goods"'],
    ['an error after carriage returns', 'goods 3\rbids 1\r\r0 x 1 #', 'line 4: expected the price of bid 0'],
    [
      'an error after Windows lines',
      'goods 3\r\nbids 1\r\n\r\n0 x 1 #',
      'line 4: expected the price of bid 0',
    ],
    [
      'header without its number',
      'goods\nbids 3',
      'line 2: expected the number of goods, a whole number from 1 to 65536, found "bids"',
    ],
    ['no goods', 'goods 0', 'found "0"'],
    ['too many goods', 'goods 1000000000', 'whole number from 1 to 65536, found "1000000000"'],
    ['no bids', 'goods 3\nbids 0', 'the number of bids, a whole number of at least 1, found "0"'],
    ['a fractional count', 'goods 3.5', 'found "3.5"'],
    ['a negative count', 'goods 3\nbids -3', 'found "-3"'],
    [
      'multi-unit, after the header',
      `${head(1)}maximums 1 1 1\n`,
      'line 5: expected an auction with one unit of each good, found a multi-unit one ("maximums").',
    ],
    [
      'multi-unit, in the header',
      'goods 3\nmaximums 1 1 1\n',
      'line 2: expected an auction with one unit of each good',
    ],
    [
      'too few bids',
      `${head(3)}0 5 1 #\n`,
      `line 6: expected 3 bids (the header's count), found the end after 1 bid.`,
    ],
    [
      'too many bids',
      `${head(1)}0 5 1 #\n1 5 1 #\n`,
      `line 6: expected the end of the file after 1 bid (the header's count), found "1".`,
    ],
    ['more bids than memory', `${head(1e15)}0 5 1 #\n`, 'found the end after 1 bid'],
    [
      'a repeated bid number',
      `${head(2)}4 5 1 #\n4 6 1 #\n`,
      'line 6: expected a bid number that occurs once, found bid 4 again.',
    ],
    [
      'a bid number that is none',
      `${head(1)}x 5 1 #`,
      'line 5: expected a bid number (a whole number of at least 0), found "x".',
    ],
    ['a negative price', `${head(1)}0 -5 1 #`, 'the price of bid 0, a number of at least 0, found "-5"'],
    ['a price that CATS could not compute', `${head(1)}0 -nan 1 #`, 'found "-nan", which CATS writes where'],
    ['NaN as a price', `${head(1)}0 NaN 1 #`, 'found "NaN"'],
    ['a price beyond sums', `${head(1)}0 1e308 1 #`, 'the price of bid 0, at most 1e+30'],
    ['an infinite price', `${head(1)}0 1e999 1 #`, 'found "1e999"'],
    ['a hexadecimal price', `${head(1)}0 0x10 1 #`, 'found "0x10"'],
    ['a good out of range', `${head(1)}0 5 1 4 #`, 'line 5: expected a good from 0 to 3 or "#", found "4".'],
    ['a negative good', `${head(1)}0 5 -1 #`, 'found "-1"'],
    ['a good twice', `${head(1)}0 5 1 1 #`, 'found good 1 again'],
    ['a dummy good twice', `${head(1)}0 5 1 3 3 #`, 'found good 3 again'],
    [
      'three dummy goods',
      'goods 3\nbids 1\ndummy 3\n0 5 1 3 4 5 #',
      'line 4: expected one dummy good per bid, found dummy goods 3 and 4 and 5 in bid 0.',
    ],
    [
      'no goods in a bid',
      `${head(1)}0 5 #`,
      'line 5: expected a bid for at least one good, found bid 0 for none.',
    ],
    [
      'only dummy goods',
      'goods 3\nbids 1\ndummy 2\n0 5 4 #',
      'line 4: expected a bid for at least one good, found bid 0',
    ],
    [
      'missing #',
      `${head(2)}0 5.5 1\n0 6.5 2 #\n`,
      'line 6: expected a good from 0 to 3 or "#" (bid 0 of line 5 is not closed yet), found "6.5".',
    ],
    [
      'missing # at the end',
      `${head(1)}0 5 1\n`,
      '"#" (bid 0 of line 5 is not closed yet), found the end of the file.',
    ],
    [
      'binary',
      `${head(1)}0 5 \u0000\u0001 #`,
      'a.txt, line 5: expected the text of a CATS auction, found binary content',
    ],
    ['binary in a comment', '%% \u0007\n', 'found binary content'],
    ['not UTF-8', '\uFFFDgoods', 'found binary content'],
    ['a very long word', `goods ${'9'.repeat(1e6)}`, `found "${'9'.repeat(40)}...".`],
  ])('refuses: %s', async (_name, text, message) => {
    const error: unknown = await parse(text).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'AppError', kind: 'validation' });
    expect((error as Error).message).toContain(message);
  });

  it('lets the host cancel', async () => {
    const cancelled = parseCats(`${head(1)}0 5 1 #`, 'a.txt', () => Promise.reject(new Error('cancelled')));
    await expect(cancelled).rejects.toThrow('cancelled');
  });
});

describe('parseCatsBids', () => {
  const bidsOf = (text: string) => parseCatsBids(text, 'a.txt', () => Promise.resolve());

  it('reads bidders where the dummy goods tell them apart', async () => {
    const text = `goods 3\nbids 3\ndummy 1\n${body}`;
    expect(await bidsOf(text)).toEqual((await parse(text)).bidders);
  });

  it('takes every number for a good where a bid has several dummy goods', async () => {
    const bidders = await bidsOf('goods 3\nbids 2\ndummy 3\n0 5 1 3 4 5 #\n1 6 0 5 #\n');
    expect(bidders.items).toBe(6);
    expect(atomsOf(bidders)).toEqual([[{ items: [1, 3, 4, 5], value: 5 }], [{ items: [0, 5], value: 6 }]]);
  });
});

describe('beginsAsCats', () => {
  it.each([
    ['comments and a header', '%% made by CATS\n\ngoods 3\n', true],
    ['comments alone, as far as it was read', '%% made by CATS\n', true],
    ['a linear programme', 'max\n\n3x0 + 4x1\n', false],
    ['prose', '# CATS files\n', false],
    ['binary content', 'goods \u0000', true],
    ['binary content from the start', '\u0001\u0002', false],
  ])('%s', (_name, start, expected) => expect(beginsAsCats(start)).toBe(expected));
});
