import { describe, expect, it } from 'vitest';
import type { EngineHost } from '../../core/engine-host.ts';
import { menuAuctionConfigSchema } from '../../problems/menu-auction/config.ts';
import { grandValue } from './bidders.ts';
import { loadAuctionData } from './auction-data.ts';
import { bareHost } from '../../../../test/support/engine-host.ts';

function hostWith(files: Readonly<Record<string, string>>): EngineHost {
  return {
    ...bareHost,
    listFiles: (_path, { belongs = () => true } = {}) =>
      Promise.resolve(Object.keys(files).filter((path) => belongs(files[path]!))),
    readText: (path) => Promise.resolve(files[path] ?? ''),
  };
}

const load = (raw: unknown, files: Readonly<Record<string, string>> = {}) =>
  loadAuctionData(menuAuctionConfigSchema.parse(raw), hostWith(files));

const four = 'goods 3\nbids 4\ndummy 0\n0 10 0 #\n1 20 1 #\n2 30 2 #\n3 40 0 1 #\n';
const cats = { valuations: { kind: 'cats', path: 'folder' } };

const kinds = ['additive', 'unit-demand', 'xor', 'cats-generator'].map((kind) => [
  kind,
  { valuations: { kind, bidders: 500 } },
]);

describe('loadAuctionData', () => {
  it.each(kinds as [string, object][])(
    '%s: draws the buyers asked for, each in one split',
    async (kind, raw) => {
      const { bidders, split } = await load(raw);
      expect(bidders.count).toBe(500);
      expect(bidders.items).toBe(kind === 'cats-generator' ? 50 : 2);
      expect([split.train.length, split.validation.length, split.test.length]).toEqual([300, 100, 100]);
      const all = [...split.train, ...split.validation, ...split.test].sort((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: 500 }, (_, n) => n));
    },
  );

  it.each(kinds as [string, { valuations: object }][])(
    '%s: the data seed decides, and nothing else',
    async (_kind, raw) => {
      expect(await load({ ...raw, steps: 3, batch: 7, options: 9 })).toEqual(await load(raw));
      expect(await load({ valuations: { ...raw.valuations, seed: 2 } })).not.toEqual(await load(raw));
    },
  );

  it('values of a given law keep their unit; others are measured by the training buyers', async () => {
    expect((await load({ valuations: { kind: 'xor' } })).valueScale).toBe(1);
    const wide = await load({ valuations: { kind: 'additive', ranges: [[4, 16]], bidders: 10 } });
    expect(wide.valueScale).toBe(1);
    expect(Math.min(...(wide.bidders.values as Float32Array))).toBeGreaterThan(4);
    const { bidders, split, valueScale } = await load(cats, { a: four });
    const values = [...split.train].map((n) => grandValue(bidders, n));
    expect(valueScale).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 12);
  });

  it('xor atoms are different bundles with values below 1', async () => {
    const { bidders } = await load({ items: 3, valuations: { kind: 'xor', atoms: 4, bidders: 200 } });
    if (bidders.kind !== 'xor') throw new Error('expected xor bidders');
    for (let n = 0; n < bidders.count; n++) {
      const own = [...bidders.bundles.subarray(bidders.starts[n], bidders.starts[n + 1])];
      expect(new Set(own).size).toBe(4);
      expect(own.every((bundle) => bundle > 0 && bundle < 8)).toBe(true);
    }
    expect(bidders.values.every((value) => value > 0 && value < 1)).toBe(true);
  });

  it('reads all files of a folder, in order', async () => {
    const two = 'goods 3\nbids 2\ndummy 1\n0 1 0 3 #\n1 2 1 3 #\n';
    const { bidders } = await load(cats, { a: four, b: two });
    expect(bidders).toMatchObject({ kind: 'xor', count: 5, items: 3 });
    expect([...bidders.values]).toEqual([10, 20, 30, 40, 1, 2]);
  });

  it('leaves out what is no auction in a folder of auctions', async () => {
    const { bidders } = await load(cats, {
      'a.lp': 'max\n\n3x0 + 4x1\n',
      'a.txt': four,
      'README.md': '# CATS',
    });
    expect(bidders.count).toBe(4);
  });

  const wider = 'goods 3\nbids 2\ndummy 3\n0 7 0 3 #\n1 8 1 3 5 #\n';

  it('lets the bidders of a folder share a good that the program numbered in one of its files only', async () => {
    const { bidders } = await load(cats, { a: four, b: wider });
    if (bidders.kind !== 'xor') throw new Error('expected xor bidders');
    expect(bidders).toMatchObject({ count: 6, items: 4 });
    expect([...bidders.bundles]).toEqual([0b1, 0b10, 0b100, 0b11, 0b1001, 0b1010]);
    expect((await load({ ...cats, items: 4 }, { a: four, b: wider })).bidders.items).toBe(4);
  });

  const other = 'goods 4\nbids 1\ndummy 0\n0 1 0 #\n';
  it.each([
    [
      'files that disagree on the goods',
      cats,
      { a: four, b: other },
      /b: expected 3 goods like the files before it, found 4/,
    ],
    [
      'items that disagree with the file',
      { ...cats, items: 5 },
      { a: four },
      /a: expected 5 goods as set by items, found 3/,
    ],
    [
      'items that the header has and the bids exceed',
      { ...cats, items: 3 },
      { a: four, b: wider },
      /b: expected 3 goods as set by items, found 4 \(the header counts 3/,
    ],
    ['a bad file, by its name', cats, { a: four, b: 'goods x' }, /^b, line 1: expected the number of goods/],
    ['a single file that is none', cats, { b: 'x' }, /^b, line 1: expected "goods"/],
    ['a folder without any', cats, { a: 'x', b: 'y' }, /folder: expected CATS files, found none/],
    ['no files', cats, {}, /folder: expected CATS files, found none/],
    [
      'too few buyers to split',
      cats,
      { a: other },
      /split: expected at least one buyer each .* found 1 buyer in all/,
    ],
    ['worthless bids', cats, { a: four.replaceAll(/\d0 /g, '0 ') }, /found only values of 0/],
  ])('refuses %s', async (_name, raw, files, message) => {
    await expect(load(raw, files)).rejects.toThrow(message);
  });

  it('splits of other shares', async () => {
    const { split } = await load({
      split: { validation: 0.05, test: 0.5 },
      valuations: { kind: 'additive', bidders: 1000 },
    });
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([450, 50, 500]);
  });
});
