import { describe, expect, it } from 'vitest';
import { doublesFile } from '../../../../test/support/npy.ts';
import { bareHost } from '../../../../test/support/engine-host.ts';
import { menuAuctionConfigSchema } from '../../problems/menu-auction/config.ts';
import { menuAuction } from '../../problems/menu-auction/menu-auction.ts';
import { regretnetConfigSchema } from '../../problems/regretnet/config.ts';
import { loadProfiles } from '../../problems/regretnet/profiles.ts';
import { loadAuctionData } from './auction-data.ts';
import { bundleValue, type Bidders } from './bidders.ts';

const hostWith = (content: string | Uint8Array) => ({
  ...bareHost,
  listFiles: () => Promise.resolve(['v.csv']),
  readBytes: () => Promise.resolve(typeof content === 'string' ? new TextEncoder().encode(content) : content),
});

const load = (content: string | Uint8Array, raw: object = {}, table: object = {}) =>
  loadAuctionData(
    menuAuctionConfigSchema.parse({ ...raw, valuations: { kind: 'table', path: 'v.csv', ...table } }),
    hostWith(content),
  );

const values = (bidders: Bidders, bits: number) =>
  Array.from({ length: bidders.count }, (_, n) => bundleValue(bidders, n, Uint32Array.of(bits), 0));

describe('buyers from a table', () => {
  const rows = [
    [1, 2],
    [3, 4],
    [0, 6],
    [7.5, 8],
    [9, 1],
  ];
  const csv = `tea,cake\n${rows.map((row) => row.join(',')).join('\n')}\n`;

  it('of values, CSV or NPY alike, split by a seed and measured by the training buyers', async () => {
    const found = await load(csv);
    expect(found.bidders).toMatchObject({ kind: 'additive', items: 2, count: 5 });
    expect([...found.bidders.values]).toEqual(rows.flat());
    const numbered = `buyer,tea,cake\n${rows.map((row, n) => `${n},${row.join(',')}`).join('\n')}\n`;
    expect(await load(numbered)).toEqual(found);
    expect(await load(doublesFile([5, 2], rows.flat()))).toEqual(found);
    expect([found.split.train.length, found.split.validation.length, found.split.test.length]).toEqual([
      3, 1, 1,
    ]);
    const all = Object.values(found.split).flatMap((part) => [...part]);
    expect(all.toSorted()).toEqual([0, 1, 2, 3, 4]);
    const splits = await Promise.all([1, 2, 3, 4].map(async (seed) => (await load(csv, {}, { seed })).split));
    expect(new Set(splits.map((split) => JSON.stringify(split))).size).toBeGreaterThan(1);
    const grand = [...found.split.train].map((n) => rows[n]![0]! + rows[n]![1]!);
    expect(found.valueScale).toBeCloseTo(grand.reduce((a, b) => a + b) / 3, 12);
    expect(values((await load(csv, {}, { demand: 'unit-demand' })).bidders, 3)).toEqual([2, 4, 6, 8, 9]);
  });

  it('of bids: rows of one buyer are alternatives', async () => {
    const { bidders } = await load('buyer,bundle,price\nann,0,2\nbob,1 2,5\nann,0 1,6\ncid,2,1\n');
    expect(bidders).toMatchObject({ kind: 'xor', count: 3, items: 3 });
    expect(values(bidders, 0b011)).toEqual([6, 0, 0]);
    expect(values(bidders, 0b111)).toEqual([6, 5, 1]);
    expect((await load('bundle,value\n0,2\n0,3\n1,3\n', { items: 4 })).bidders).toMatchObject({
      count: 3,
      items: 4,
    });
  });

  it.each<[string, string | Uint8Array, object, string, string]>([
    [
      'a negative value',
      'a,b\n1,2\n3,-1\n',
      {},
      'v.csv, line 3, column 2 (b): expected a value from 0 to 1e+30, found -1',
      'valuations.path',
    ],
    ['an infinite one', '1,2\n3,inf\n', {}, 'line 2, column 2: expected a value from 0', 'valuations.path'],
    ['text', 'a,b\n1,2\nx,1\n', {}, 'line 3, column 1 (a): expected a number', 'valuations.path'],
    [
      'too few buyers',
      '1,2\n3,4\n',
      {},
      'split: expected at least one buyer each for training, validation and test, found 2 buyers',
      'split',
    ],
    ['other items', csv, { items: 3 }, 'v.csv: expected 3 items as set by items, found 2', 'items'],
    [
      'three dimensions',
      doublesFile([2, 2, 1], [1, 2, 3, 4]),
      {},
      'found an array of shape (2, 2, 1); for several bidders, use the problem regretnet',
      'valuations.path',
    ],
    [
      'names in a bundle',
      'bundle,price\ntea cake,2\n',
      {},
      'line 2, column 1 (bundle): expected numbers of items from 0',
      'valuations.path',
    ],
    [
      'no price',
      'bundle,price\n0,\n',
      {},
      'line 2, column 2 (price): expected a number from 0 to 1e+30, found ""',
      'valuations.path',
    ],
    ['nothing', '', {}, 'v.csv: expected rows of numbers, found an empty file', 'valuations.path'],
  ])('%s is refused with its place', async (_, content, raw, message, path) => {
    await expect(load(content, raw)).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      path,
    });
  });

  it('bids have no shares of items', async () => {
    const config = menuAuctionConfigSchema.parse({
      allocation: { kind: 'items' },
      valuations: { kind: 'table', path: 'v.csv' },
    });
    await expect(menuAuction.load(config, hostWith('bundle,price\n0,1\n1,2\n0,3\n'))).rejects.toThrow(
      'expected bundles for bids',
    );
  });
});

describe('several bidders from a table', () => {
  const samples = Array.from({ length: 10 }, (_, n) => [n, 2 * n, 1, n / 2]);
  const config = (raw: object = {}) =>
    regretnetConfigSchema.parse({ batch: 4, valuations: { kind: 'table', path: 'v.csv' }, ...raw });
  const csv = samples.map((row) => row.join(',')).join('\n');

  it('CSV and NPY alike; bids go from 0 to the highest value of an item', async () => {
    const found = await loadProfiles(config(), hostWith(csv));
    expect(await loadProfiles(config(), hostWith(doublesFile([10, 2, 2], samples.flat())))).toEqual(found);
    expect(found).toMatchObject({ bidders: 2, items: 2, uniform: false, valueScale: 18 });
    expect(found.ranges).toEqual([
      [0, 0.5],
      [0, 1],
    ]);
    const counts = [found.split.train.count, found.split.validation.count, found.split.test.count];
    expect(counts).toEqual([6, 2, 2]);
    const first = Object.values(found.split).flatMap(({ values: own }) =>
      [...own].filter((_, i) => i % 4 === 0),
    );
    expect(first.map((value) => Math.round(value * 18)).toSorted((a, b) => a - b)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  it.each<[string, object, string | Uint8Array, string]>([
    [
      'other columns',
      { items: 3 },
      csv,
      'v.csv: expected 6 columns for 2 bidders with 3 items, found 4 columns',
    ],
    [
      'another shape',
      {},
      doublesFile([5, 4, 2], samples.flat()),
      'expected shape (samples, 2, 2) or (samples, 4) for 2 bidders with 2 items, found shape (5, 4, 2)',
    ],
    ['a batch larger than the samples', { batch: 7 }, csv, 'expected 7 samples or more for training'],
    ['an item that nobody wants', {}, '0,1,0,1\n'.repeat(10), 'found only values of 0 for item 0'],
  ])('%s is refused', async (_, raw, content, message) => {
    await expect(loadProfiles(config(raw), hostWith(content))).rejects.toThrow(message);
  });
});
