/** BLEU against the values that NLTK documents (nltk.translate.bleu_score, its docstrings), and by hand. */
import { describe, expect, it } from 'vitest';
import { bleu, countReferences, distinctCount, distinctShare, meanBleu, selfBleu } from './bleu.ts';

const numbers = new Map<string, number>();
const tokens = (text: string) =>
  text.split(' ').map((word) => {
    if (!numbers.has(word)) numbers.set(word, numbers.size);
    return numbers.get(word)!;
  });

const first =
  'It is a guide to action which ensures that the military always obeys the commands of the party';
const second = 'It is to insure the troops forever hearing the activity guidebook that party direct';
const references = [
  'It is a guide to action that ensures that the military will forever heed Party commands',
  'It is the guiding principle which guarantees the military forces always being under the command of the Party',
  'It is the practical guide for the army always to heed the directions of the party',
];
const score = (text: string, of: readonly string[], order = 4) =>
  bleu(tokens(text), countReferences(of.map(tokens), order));

describe('BLEU', () => {
  it('of three references is what NLTK documents', () => {
    expect(score(first, references)).toBeCloseTo(0.5045666840058485, 12);
    // Its mean with the next one is documented as 0.6223...
    const other = score('he read the book because he was interested in world history', [
      'he was interested in world history because he read the book',
    ]);
    expect((score(first, references) + other) / 2).toBeGreaterThan(0.6223);
    expect((score(first, references) + other) / 2).toBeLessThan(0.6224);
  });

  it('of one reference is what NLTK documents for its smoothing examples', () => {
    const one = score(first, [references[0]!]);
    expect(one).toBeGreaterThan(0.4118);
    expect(one).toBeLessThan(0.4119);
  });

  it('has the documented precisions, one order at a time', () => {
    expect(score(first, references, 1)).toBeCloseTo(17 / 18, 12);
    expect(score(first, references, 2)).toBeCloseTo(Math.sqrt((17 / 18) * (10 / 17)), 12);
    // "the" is there seven times, and in a reference twice at most; the nearest length is 7.
    const the = score(
      'the the the the the the the',
      ['the cat is on the mat', 'there is a cat on the mat'],
      1,
    );
    expect(the).toBeCloseTo(2 / 7, 12);
  });

  it('counts n-grams that are missing as a tenth, and shortness by the nearest reference', () => {
    // 8 of 14 tokens and 1 of 13 pairs are there, of 12 triples and 11 quadruples none; references have 16, 18 and 16 tokens.
    const precisions = (8 / 14) * (1 / 13) * (0.1 / 12) * (0.1 / 11);
    expect(score(second, references)).toBeCloseTo(Math.exp(1 - 16 / 14) * precisions ** 0.25, 12);
    const a = (count: number) => new Array<string>(count).fill('a').join(' ');
    expect(score(a(12), [a(28), a(28)])).toBeCloseTo(0.2635971381157267, 12);
    // At the same distance the shorter one counts.
    expect(score(a(12), [a(13), a(11)])).toBe(1);
  });

  it('of each against all others is that of references without it, whatever their lengths', () => {
    const texts = ['a b', 'a b c', 'b c a', 'a b c d e', 'c a b d'].map(tokens);
    const own = texts.map((text, n) => bleu(text, countReferences(texts.toSpliced(n, 1), 2)));
    const all = countReferences(texts, 2);
    expect(texts.map((text, n) => bleu(text, all, n))).toEqual(own);
    expect(selfBleu(texts, 2)).toBeCloseTo(own.reduce((sum, x) => sum + x) / 5, 15);
  });

  it('is 0 without a token in common, and defined where there are fewer tokens than the order', () => {
    expect(score('x y', ['a b'])).toBe(0);
    expect(score('a b', ['a b'])).toBeCloseTo((0.1 * 0.1) ** 0.25, 12);
  });
});

describe('variety', () => {
  it('self-BLEU leaves the sequence itself out, and no other that is the same', () => {
    const sequences = ['a b c d e', 'a b c d f', 'g h i j k', 'a b c d e'].map(tokens);
    const expected = sequences.map((own, n) =>
      bleu(
        own,
        countReferences(
          sequences.filter((_, other) => other !== n),
          4,
        ),
      ),
    );
    expect(expected[2]).toBe(0);
    expect(expected[0]).toBe(1);
    expect(selfBleu(sequences, 4)).toBeCloseTo(expected.reduce((sum, x) => sum + x, 0) / 4, 12);
  });

  it('of a generator of one token only: self-BLEU 1, and few different n-grams', () => {
    const same = Array.from({ length: 10 }, () => [3, 3, 3, 3, 3]);
    expect(selfBleu(same, 4)).toBe(1);
    expect(distinctShare(same, 1)).toBe(1 / 50);
    expect(distinctShare(same, 2)).toBe(1 / 40);
    expect(distinctCount(same, 3)).toBe(1);
    expect(meanBleu(same, countReferences([[1, 2, 3, 4, 5]], 4))).toBeGreaterThan(0);
  });
});
