/** Noise, contexts and generated texts of word models: their laws, by counting and by sums. */
import { describe, expect, it } from 'vitest';
import { noiseContrastiveConfigSchema } from '../../src/engine/problems/noise-contrastive/config.ts';
import { contextsAt, drawWords } from '../../src/engine/problems/noise-contrastive/contexts.ts';
import { windowLaw } from '../../src/engine/problems/noise-contrastive/generated-corpus.ts';
import { noiseOf } from '../../src/engine/problems/noise-contrastive/noise.ts';
import {
  loadWordData,
  trueLogChance,
  wordBaselines,
} from '../../src/engine/problems/noise-contrastive/word-data.ts';
import { readAnalogies, readSimilarity } from '../../src/engine/problems/noise-contrastive/word-tasks.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { bareHost } from '../support/engine-host.ts';
import { hostOf } from '../support/off-policy-log.ts';

const parsed = (raw: object) =>
  noiseContrastiveConfigSchema.parse({ data: { kind: 'generated', words: 8, length: 20_000 }, ...raw });
const generated = loadWordData(parsed({}), bareHost);

describe('noise', () => {
  it.each([
    { kind: 'uniform' as const },
    { kind: 'unigram' as const, power: 0.75 },
    { kind: 'bigram' as const, smoothing: 5 },
  ])('$kind: chances sum to 1 and are those of the draws', async (config) => {
    const { corpus } = await generated;
    const noise = noiseOf(config, corpus);
    const given = 3;
    const law = corpus.names.map((_, word) => Math.exp(noise.logChance(word, given)));
    expect(law.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 10);
    const DRAWS = 50_000;
    const drawn = noise.draw(rootKey(4), Int32Array.of(given), DRAWS);
    const times = corpus.names.map((_, word) => drawn.filter((one) => one === word).length);
    // Fixed key; 24 counts beyond 4.5 standard deviations with another one: a chance of 2e-4.
    times.forEach((count, word) => {
      const deviation = Math.sqrt(DRAWS * law[word]! * (1 - law[word]!));
      expect(Math.abs(count - DRAWS * law[word]!)).toBeLessThan(4.5 * deviation);
    });
  });

  it('bigram noise goes by what follows a word in the training text', async () => {
    const { corpus } = await generated;
    const { tokens, starts } = corpus.train;
    const noise = noiseOf({ kind: 'bigram', smoothing: 5 }, corpus);
    const ends = new Set(starts);
    let [pair, all] = [0, 0];
    for (let n = 0; n + 1 < tokens.length; n++) {
      if (tokens[n] !== 2 || ends.has(n + 1)) continue;
      all++;
      pair += Number(tokens[n + 1] === 1);
    }
    const unigram = corpus.counts[1]! / tokens.length;
    expect(Math.exp(noise.logChance(1, 2))).toBeCloseTo((pair + 5 * unigram) / (all + 5), 12);
    expect(Math.exp(noise.logChance(1, -1))).toBeCloseTo(unigram, 12);
  });
});

describe('contexts', () => {
  const stretches = { tokens: Int32Array.of(10, 11, 12, 13, 20, 21), starts: Int32Array.of(0, 4, 6) };
  const at = (model: 'cbow' | 'log-bilinear' | 'skip-gram', place: number) => {
    const { words, weights, given } = contextsAt({ model, window: 2 }, stretches, Int32Array.of(place));
    return { words: [...words].filter((_, n) => weights[n]! > 0), given: given[0] };
  };

  it('end where a stretch ends', () => {
    expect(at('cbow', 1)).toEqual({ words: [10, 12, 13], given: 10 });
    expect(at('cbow', 4)).toEqual({ words: [21], given: -1 });
    expect(at('log-bilinear', 3)).toEqual({ words: [12, 11], given: 12 });
    expect(at('log-bilinear', 4)).toEqual({ words: [], given: -1 });
    expect(at('skip-gram', 4)).toEqual({ words: [20], given: 20 });
  });

  it('skip-gram draws a neighbour of a place, never the place itself', async () => {
    const { corpus } = await generated;
    const one = { tokens: Int32Array.of(0, 1, 2, 3, 4, 5), starts: Int32Array.of(0, 6) };
    const batch = drawWords({ model: 'skip-gram', window: 2 }, { ...corpus, train: one }, rootKey(1), 500);
    const seen = new Set(batch.targets.map((target, b) => 10 * batch.words[b]! + target));
    const expected = [0, 1, 2, 3, 4, 5].flatMap((c) =>
      [-2, -1, 1, 2]
        .map((by) => c + by)
        .filter((w) => w >= 0 && w < 6)
        .map((w) => 10 * c + w),
    );
    expect([...seen].sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
  });
});

describe('a generated text', () => {
  it('has the law that it is said to have', async () => {
    const { corpus, truth } = await generated;
    const { stationary, transition } = truth!.law;
    const joint = truth!.joint!;
    const words = stationary.length;
    expect(stationary.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
    for (let w = 0; w < words; w++) {
      const row = transition.slice(w * words, (w + 1) * words).reduce((sum, one) => sum + one, 0);
      expect(row).toBeCloseTo(1, 12);
      const into = stationary.reduce((sum, one, v) => sum + one * transition[v * words + w]!, 0);
      expect(into).toBeCloseTo(stationary[w]!, 12);
      const margin = joint.slice(w * words, (w + 1) * words).reduce((sum, one) => sum + one, 0);
      expect(margin).toBeCloseTo(stationary[w]!, 10);
      // 16 000 dependent words: a share is within 0.03 of its probability, five times its deviation were they independent.
      expect(Math.abs(corpus.counts[w]! / corpus.train.tokens.length - stationary[w]!)).toBeLessThan(0.03);
    }
  });

  it('the law of a window of one is the mean of both directions', () => {
    const law = {
      stationary: Float64Array.of(2 / 3, 1 / 3),
      transition: Float64Array.of(0.75, 0.25, 0.5, 0.5),
    };
    const joint = windowLaw(law, [0.5]);
    [1 / 2, 1 / 6, 1 / 6, 1 / 6].forEach((mass, n) => expect(joint[n]).toBeCloseTo(mass, 12));
  });

  it.each(['skip-gram', 'cbow', 'log-bilinear'])(
    '%s: its law is better than the frequencies',
    async (model) => {
      const config = parsed({ model });
      const data = await loadWordData(config, bareHost);
      const lines = wordBaselines(config, data);
      expect(lines['truth']).toBeLessThan(lines['unigram']!);
    },
  );

  it('a word between two of a chain goes by both', async () => {
    const config = parsed({ model: 'cbow', window: 3 });
    const data = await loadWordData(config, bareHost);
    const { tokens } = data.corpus.test;
    const { transition } = data.truth!.law;
    const [a, x, b] = tokens.subarray(4, 7);
    const path = (w: number) => transition[a! * 8 + w]! * transition[w * 8 + b!]!;
    const all = Array.from({ length: 8 }, (_, w) => path(w)).reduce((sum, one) => sum + one, 0);
    expect(trueLogChance(config, data, 'test', 5)).toBeCloseTo(Math.log(path(x!) / all), 12);
  });
});

describe('files of judged words', () => {
  const corpus = { names: ['king', 'queen', 'man', 'woman', 'cat'] } as never;
  const similarity = (text: string) => readSimilarity('pairs.csv', corpus, judged(text));
  const judged = (text: string) => ({
    ...hostOf({ 'pairs.csv': text }),
    readText: () => Promise.resolve(text),
  });

  it('pairs with a header, commas or tabs; words outside of the vocabulary are counted', async () => {
    const found = await similarity(
      'Word 1,Word 2,Human\nking,queen,8.5\nMan\twoman\t8\ncat king 1\ncat,dog,7\n',
    );
    expect([...found.score]).toEqual([8.5, 8, 1]);
    expect(found.lines).toBe(4);
  });

  it.each([
    [
      'king,queen,8\nman,woman\n',
      /^pairs\.csv, line 2: expected two words and a score, found "man woman"; correct the line\.$/,
    ],
    [
      'dog,wolf,8\n',
      /^pairs\.csv: expected at least three pairs of words that are in the vocabulary, found 0 of 1; choose another file, or lower data\.minCount\.$/,
    ],
  ])('refuses %j', async (text, message) => {
    await expect(similarity(text)).rejects.toThrow(message);
    await expect(similarity(text)).rejects.toMatchObject({ path: 'similarity' });
  });

  it('analogies in sections', async () => {
    const text = ': family\nman woman king queen\nman woman dog bitch\n';
    const found = await readAnalogies('pairs.csv', corpus, judged(text));
    expect([...found.words]).toEqual([2, 3, 0, 1]);
    expect(found.lines).toBe(2);
    await expect(readAnalogies('pairs.csv', corpus, judged('a b c\n'))).rejects.toThrow(
      'pairs.csv, line 1: expected four words, found "a b c"; correct the line.',
    );
  });
});

it('the same seed draws the same minibatch, another step another', async () => {
  const { corpus } = await generated;
  const shape = { model: 'cbow' as const, window: 2 };
  const drawn = (n: number) => drawWords(shape, corpus, fold(rootKey(1), n), 16);
  expect(drawn(0)).toEqual(drawn(0));
  expect(drawn(0).targets).not.toEqual(drawn(1).targets);
});
