/** Laws, windows of texts, and what is no text: sums over all sequences, and one sentence for each refusal. */
import { describe, expect, it } from 'vitest';
import { textGanConfigSchema } from '../../src/engine/problems/text-gan/config.ts';
import { exactFigures } from '../../src/engine/problems/text-gan/sequence-model.ts';
import {
  chainEntropy,
  chainModel,
  chainTable,
  lstmOracle,
} from '../../src/engine/problems/text-gan/oracles.ts';
import {
  describeSequences,
  loadSequences,
  oracleOf,
  readable,
  sequenceBaselines,
  sequenceOf,
} from '../../src/engine/problems/text-gan/sequence-data.ts';
import { drawSequence, type SequenceModel } from '../../src/engine/problems/text-gan/sequence-model.ts';
import { draws } from '../../src/engine/random/draws.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { bareHost } from '../support/engine-host.ts';
import { hostOf } from '../support/off-policy-log.ts';
import { sequencesFrom, type PlainShape } from '../support/plain-text-gan.ts';

const parsed = (raw: object) => textGanConfigSchema.parse(raw);
const drawn = (raw: object) => loadSequences(parsed(raw), bareHost);
const read = (text: string | Uint8Array, data: object = {}, raw: object = {}) =>
  loadSequences(
    parsed({ data: { kind: 'text', path: 'book.txt', ...data }, ...raw }),
    hostOf({ 'book.txt': text }),
  );

const whole = { symbols: 6, length: 5 } as PlainShape;

/** p of a sequence by a table, written out. */
function chance(table: ReturnType<typeof chainTable>, tokens: readonly number[]): number {
  return tokens.reduce(
    (product, token, t) =>
      product * Math.exp(t === 0 ? table.first[token]! : table.next[tokens[t - 1]!]![token]!),
    1,
  );
}

describe('a chain of six tokens, sequences of five', () => {
  const tables = [1, 2].map((seed) => chainTable({ symbols: 6, strength: 1.5, seed })) as [
    ReturnType<typeof chainTable>,
    ReturnType<typeof chainTable>,
  ];
  const all = sequencesFrom(whole);
  const [p, q] = tables.map((table) => all.map((tokens) => chance(table, tokens))) as [number[], number[]];
  const sum = (of: (n: number) => number) => all.reduce((total, _, n) => total + of(n), 0);

  it('is a law, whose entropy is the sum over all 7776', () => {
    expect(all).toHaveLength(7776);
    expect(sum((n) => p[n]!)).toBeCloseTo(1, 10);
    expect(chainEntropy(tables[0], 5)).toBeCloseTo(-sum((n) => p[n]! * Math.log(p[n]!)), 10);
  });

  it('likelihood, entropy and divergences against another are the sums over all 7776', () => {
    const found = exactFigures(chainModel(tables[0]), chainModel(tables[1]), 5);
    const m = p.map((chanceOfP, n) => (chanceOfP + q[n]!) / 2);
    expect(found.oracleNll).toBeCloseTo(-sum((n) => q[n]! * Math.log(p[n]!)) / 5, 10);
    expect(found.generatorEntropy).toBeCloseTo(-sum((n) => q[n]! * Math.log(q[n]!)) / 5, 10);
    expect(found.klFromOracle).toBeCloseTo(
      sum((n) => p[n]! * Math.log(p[n]! / q[n]!)),
      10,
    );
    expect(found.klToOracle).toBeCloseTo(
      sum((n) => q[n]! * Math.log(q[n]! / p[n]!)),
      10,
    );
    expect(found.totalVariation).toBeCloseTo(sum((n) => Math.abs(p[n]! - q[n]!)) / 2, 10);
    expect(found.jensenShannon).toBeCloseTo(
      sum((n) => p[n]! * Math.log(p[n]! / m[n]!) + q[n]! * Math.log(q[n]! / m[n]!)) / 2,
      10,
    );
  });

  it('a generator that is the law has no divergence, and one of a single sequence beats its entropy', () => {
    const law = chainModel(tables[0]) as SequenceModel;
    const same = exactFigures(law, law, 5);
    expect(same.klFromOracle).toBeCloseTo(0, 12);
    expect(same.oracleNll).toBeCloseTo(chainEntropy(tables[0], 5) / 5, 10);
    const best = all[p.indexOf(Math.max(...p))]!;
    const only: SequenceModel<number> = {
      symbols: 6,
      begin: () => 0,
      logChances: (t) => Float64Array.from({ length: 6 }, (_, token) => (token === best[t] ? 0 : -Infinity)),
      after: (t) => t + 1,
    };
    const collapsed = exactFigures(law, only, 5);
    expect(collapsed.generatorEntropy).toBeCloseTo(0, 12);
    expect(collapsed.oracleNll).toBeLessThan(same.oracleNll);
    expect(collapsed.klFromOracle).toBe(Infinity);
  });

  it('draws its sequences as often as they are likely', () => {
    const law = chainModel(tables[0]) as SequenceModel;
    const random = draws(rootKey(3));
    const COUNT = 20_000;
    const pairs = new Float64Array(36);
    for (let n = 0; n < COUNT; n++) {
      const { tokens } = drawSequence(law, 2, random);
      pairs[6 * tokens[0]! + tokens[1]!]! += 1;
    }
    // Fixed key; with another, one of 36 is beyond 4.5 standard deviations with a chance of 2.4e-4.
    pairs.forEach((times, n) => {
      const own = chance(tables[0], [Math.floor(n / 6), n % 6]);
      expect(Math.abs(times - COUNT * own)).toBeLessThan(4.5 * Math.sqrt(COUNT * own * (1 - own)) + 1e-9);
    });
  });
});

describe('drawn data', () => {
  it('are the same for all runs, split without overlap, with the entropy as a reference line', async () => {
    const config = { data: { kind: 'tabular', count: 100 } };
    const one = await drawn(config);
    expect(await drawn(config)).toEqual(one);
    const sizes = [one.train, one.validation, one.test].map(({ starts }) => starts.length);
    expect(sizes).toEqual([80, 10, 10]);
    expect(one.length).toBe(5);
    const lines = await sequenceBaselines(parsed(config), one, bareHost);
    expect(lines['entropyRate']).toBeCloseTo(chainEntropy(one.chain!, 5) / 5, 12);
    expect(lines['oracle.train']).toBeLessThan(lines['unigram.train']!);
  });

  it('of the LSTM oracle have the law that judges them', async () => {
    const config = { data: { kind: 'oracle', symbols: 8, units: 4, count: 500 }, length: 6 };
    const data = await drawn(config);
    const law = oracleOf(parsed(config))!;
    const again = lstmOracle((parsed(config) as { data: Parameters<typeof lstmOracle>[0] }).data);
    const state = (model: SequenceModel) => model.logChances(model.after(model.begin(), 3));
    expect(state(law)).toEqual(state(again));
    expect(state(law).reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 12);
    const { oracle, unigram } = await sequenceBaselines(parsed(config), data, bareHost);
    expect(oracle).toBeLessThan(unigram!);
  });

  it.each([
    [{ data: { kind: 'tabular', count: 10, test: 0.01 } }, /^data\.count: expected at least one sequence/],
  ])('refuses %j', async (raw, message) => {
    await expect(drawn(raw)).rejects.toThrow(message);
  });
});

const long = 'the cat sat on the mat and the dog sat too. '.repeat(60);

describe('a text', () => {
  it('is cut into windows within its stretches, and says so', async () => {
    const data = await read(long, {}, { length: 12 });
    expect(data.names).toContain('U+0020');
    for (const split of ['train', 'validation', 'test'] as const)
      for (let n = 0; n < data[split].starts.length; n++) expect(sequenceOf(data, split, n)).toHaveLength(12);
    expect(readable(data, sequenceOf(data, 'test', 0))).toHaveLength(12);
    const held = data.validation.starts.length + data.test.starts.length;
    expect(data.left).toBe(data.validation.tokens.length + data.test.tokens.length - 12 * held);
    expect(describeSequences(data)).toMatch(
      /^book\.txt: sequences of 12 tokens, 13 characters in the vocabulary; .* Longer stretches are cut: .* left out\.$/,
    );
  });

  it('that is short has shorter windows, unless the length is given', async () => {
    const short = 'the cat sat on the mat and the dog sat too. '.repeat(8);
    expect((await read(short)).length).toBe(10);
    await expect(read(short, {}, { length: 30 })).rejects.toThrow(
      'length: expected at most 10 tokens, because the splits of book.txt are made of stretches of at most that length, found 30; lower length, or choose a longer text.',
    );
  });

  it('words, bytes and right-to-left scripts', async () => {
    const words = await read(long, { tokens: 'words', vocabulary: 3 });
    expect(words.names).toHaveLength(4);
    expect(words.names.at(-1)).toBe('<unk>');
    const bytes = await read(long, { tokens: 'bytes' });
    expect(bytes.names).toContain('0x20');
    expect(readable(bytes, sequenceOf(bytes, 'train', 0))).toContain(' ');
    const hebrew = await read('שלום עולם זה ספר קטן של מילים '.repeat(60));
    expect(hebrew.names).toContain('ש');
    expect(hebrew.length).toBe(20);
  });

  it.each<[string, string | Uint8Array, object, string]>([
    [
      'empty',
      '',
      {},
      'expected a text of at least two different tokens (data.tokens=characters), found none; choose another file.',
    ],
    [
      'one word',
      'again Again',
      { tokens: 'words' },
      'expected a text of at least two different tokens (data.tokens=words), found only "again"; choose another file.',
    ],
    [
      'a vocabulary of one',
      'a'.repeat(500),
      {},
      'expected a text of at least two different tokens (data.tokens=characters), found only "a"; choose another file.',
    ],
    ['short', 'ab', {}, 'book.txt: expected at least 10 tokens for each split, found 2 in all'],
    [
      'binary',
      Uint8Array.of(0x61, 0x0a, 0, 0x62),
      {},
      'book.txt, line 2: expected text in UTF-8, found bytes that are not UTF-8; save it as plain text in UTF-8, or set data.tokens to bytes.',
    ],
    [
      'invalid UTF-8',
      Uint8Array.of(0x61, 0x0a, 0xe9, 0x20),
      {},
      'book.txt, line 2: expected text in UTF-8, found bytes that are not UTF-8;',
    ],
  ])('%s is refused', async (_, text, data, message) => {
    const refused = read(text, data);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ path: expect.stringMatching(/^data/) as string });
  });
});
