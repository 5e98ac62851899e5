/** Texts of all kinds become tokens, whatever the pieces in which they come; what is no text is refused in one sentence. */
import { describe, expect, it } from 'vitest';
import { hostOf } from '../../../test/support/off-policy-log.ts';
import { textFileSchema } from './config.ts';
import { rootKey } from '../random/key.ts';
import { countsOf, loadText, stretchAround, subsampled } from './corpus.ts';
import { readTokens } from './read-text.ts';
import { readableToken } from './tokens.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const config = (raw: object = {}) => textFileSchema.parse({ kind: 'text', path: 'book.txt', ...raw });

async function tokens(text: string | Uint8Array, raw: object = {}, size?: number): Promise<string[]> {
  const { tokens: numbers, types } = await readTokens(
    'book.txt',
    'data.path',
    config(raw),
    hostOf({ 'book.txt': text }, size),
  );
  return Array.from(numbers, (n) => types[n]!);
}

const corpusOf = (files: Files, raw: object = {}) => loadText(config(raw), hostOf(files));
const long = 'the cat sat on the mat and the dog sat too. '.repeat(30);

describe('tokens', () => {
  it.each([
    ['Don\u2019t stop -- it\'s "here", O\u2019Hara!', ['don\u2019t', 'stop', "it's", 'here', 'o\u2019hara']],
    ['rabbit-hole 2nd _word_', ['rabbit', 'hole', '2nd', 'word']],
    // Right to left, with marks; and a mark that turns the direction, which is no part of a word.
    ['שָׁלוֹם עולם \u200fمرحبا بالعالم', ['שָׁלוֹם', 'עולם', 'مرحبا', 'بالعالم']],
    ['naïve Ёлка', ['naïve', 'ёлка']],
    [' \n', []],
  ])('words of %j', async (text, expected) => {
    for (const size of [1, 2, 3, 1000]) expect(await tokens(text, {}, size)).toEqual(expected);
  });

  it('characters, with line ends alike on all systems', async () => {
    expect(await tokens('Aé😀\r\n', { tokens: 'characters' }, 1)).toEqual(['a', 'é', '😀', '\n']);
    expect(await tokens('Aé', { tokens: 'characters', lowercase: false })).toEqual(['A', 'é']);
  });

  it('bytes, of any file', async () => {
    expect(await tokens(Uint8Array.of(0x41, 0, 0xff, 0x20), { tokens: 'bytes' })).toEqual([
      'A',
      '0x00',
      '0xff',
      '0x20',
    ]);
  });

  it('UTF-16 with a byte order mark, and UTF-8 with one', async () => {
    const utf16 = Uint8Array.from([0xff, 0xfe, ...Array.from('ab cd', (c) => [c.charCodeAt(0), 0]).flat()]);
    expect(await tokens(utf16, {}, 3)).toEqual(['ab', 'cd']);
    expect(await tokens('\ufeffab cd')).toEqual(['ab', 'cd']);
  });

  it('are read up to the limit, and no further', async () => {
    const pieces = { read: 0 };
    const host = hostOf({ 'book.txt': 'word '.repeat(100_000) });
    const { tokens: numbers, cut } = await readTokens('book.txt', 'data.path', config({ limit: 1000 }), {
      ...host,
      breathe: () => {
        pieces.read++;
        return Promise.resolve();
      },
    });
    expect([numbers.length, cut]).toEqual([1000, true]);
    // Of 500 pieces.
    expect(pieces.read).toBeLessThan(10);
  });

  it('as people read them', () => {
    expect(['a', ' ', '\n', '\u200f'].map(readableToken)).toEqual(['a', 'U+0020', 'U+000A', 'U+200F']);
  });
});

describe('what is no text', () => {
  it.each<[string, string | Uint8Array, object, string]>([
    [
      'empty',
      '',
      {},
      'book.txt: expected a text of at least two different tokens (data.tokens=words), found none; choose another file.',
    ],
    [
      'one word',
      'again Again again',
      {},
      'book.txt: expected a text of at least two different tokens (data.tokens=words), found only "again"; choose another file.',
    ],
    [
      'short',
      'one two three',
      {},
      'book.txt: expected at least 10 tokens for each split, found 3 in all, none of them for training; choose a longer text, or other shares in data.validation and data.test.',
    ],
    [
      'binary',
      Uint8Array.of(0x61, 0x20, 0x0a, 0x62, 0, 0x63),
      {},
      'book.txt, line 2: expected text in UTF-8, found bytes that are not UTF-8; save it as plain text in UTF-8, or set data.tokens to bytes.',
    ],
    [
      'invalid UTF-8',
      Uint8Array.of(0x61, 0x0a, 0x0a, 0xe9, 0x20, 0x62),
      {},
      'book.txt, line 3: expected text in UTF-8, found bytes that are not UTF-8; save it as plain text in UTF-8, or set data.tokens to bytes.',
    ],
    [
      'a character cut off at the end',
      Uint8Array.of(0x61, 0x20, 0xe2, 0x82),
      {},
      'book.txt, line 1: expected text in UTF-8, found bytes that are not UTF-8; save it as plain text in UTF-8, or set data.tokens to bytes.',
    ],
    [
      'without spaces',
      'x'.repeat(70_000),
      {},
      'book.txt, line 1: expected words with spaces between them, found a line of thousands of characters without any; set data.tokens to characters or bytes.',
    ],
    [
      'words that come once',
      Array.from({ length: 600 }, (_, n) => `word${n}`).join(' '),
      { unknown: 'drop' },
      'data.minCount: expected a vocabulary of at least two words, found 0 of book.txt that occur at least 5 times in the training part; lower data.minCount, or choose a longer text.',
    ],
  ])('%s', async (_, text, raw, message) => {
    const refused = corpusOf({ 'book.txt': text }, raw);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ path: expect.stringMatching(/^data/) as string });
  });
});

describe('a corpus', () => {
  it('has the vocabulary of the training part, the commonest first, and one word for all others', async () => {
    const text = `${long} ${Array.from({ length: 60 }, (_, n) => `rare${n}`).join(' ')}`;
    const { names, counts, unknown, train, strangers } = await corpusOf({ 'book.txt': text });
    expect(names.slice(0, 2)).toEqual(['the', 'sat']);
    expect(names.at(-1)).toBe('<unk>');
    expect(unknown).toBe(names.length - 1);
    expect(strangers).toBeCloseTo(60 / (30 * 11 + 60), 2);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(train.tokens.length);
    const dropped = await corpusOf({ 'book.txt': text }, { unknown: 'drop' });
    expect(dropped.unknown).toBeNull();
    expect(dropped.names).toEqual(names.slice(0, -1));
  });

  it('takes at most so many words', async () => {
    const { names } = await corpusOf({ 'book.txt': long }, { vocabulary: 3 });
    expect(names).toHaveLength(4);
  });

  it('is split into stretches, every token in one of them, the same with the same seed', async () => {
    const one = await corpusOf({ 'book.txt': long });
    const parts = [one.train, one.validation, one.test];
    expect(parts.reduce((sum, { tokens: own }) => sum + own.length, 0)).toBe(330);
    expect(one.test.tokens.length).toBeGreaterThanOrEqual(30);
    expect(await corpusOf({ 'book.txt': long })).toEqual(one);
    expect((await corpusOf({ 'book.txt': long }, { seed: 2 })).test).not.toEqual(one.test);
    expect(stretchAround({ ...one.train, starts: Int32Array.of(0, 4, 9) }, 4)).toEqual([4, 9]);
  });

  it('may be a folder of files, read by name', async () => {
    const files = { 'book.txt/1': 'one two ', 'book.txt/2': 'three' };
    const { types } = await readTokens('book.txt', 'data.path', config(), hostOf(files));
    expect(types).toEqual(['one', 'two', 'three']);
  });
});

it('thins out common words by the square root of their share, and no others', async () => {
  // One word of two, "a" has half of the text and the hundred others a two-hundredth each.
  const text = Array.from({ length: 40_000 }, (_, n) => (n % 2 === 0 ? 'a' : `w${(n >> 1) % 100}`)).join(' ');
  const { train, counts, names } = await corpusOf({ 'book.txt': text });
  const threshold = 0.02;
  const left = subsampled(train, counts, threshold, rootKey(1));
  const after = countsOf(left.tokens, names.length);
  const common = names.indexOf('a');
  expect(after.filter((_, word) => word !== common)).toEqual(counts.filter((_, word) => word !== common));
  // sqrt(0.02 / 0.5) = 0.2 of 16 000 words; five standard deviations, missed once in two million seeds.
  const deviation = Math.sqrt(0.2 * 0.8 * counts[common]!);
  expect(Math.abs(after[common]! - 0.2 * counts[common]!)).toBeLessThan(5 * deviation);
  expect(() => subsampled(train, counts, 1e-12, rootKey(1))).toThrow(
    'subsample: expected words that are left',
  );
});
