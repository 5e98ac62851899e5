/** What a run of word models answers and writes, with vectors that are known. */
import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../src/engine/core/stored-tensor.ts';
import { noiseContrastiveConfigSchema } from '../../src/engine/problems/noise-contrastive/config.ts';
import { noiseContrastive } from '../../src/engine/problems/noise-contrastive/noise-contrastive.ts';
import { loadWordData, type WordData } from '../../src/engine/problems/noise-contrastive/word-data.ts';
import { sha256 } from '../../src/node/digest.ts';
import { readPicture, type Picture } from '../../src/shared/pictures/picture.ts';
import { hostOf } from '../support/off-policy-log.ts';

const text = 'king man queen woman cat '.repeat(40);
const host = { ...hostOf({ 'book.txt': text }), sha256 };
const config = noiseContrastiveConfigSchema.parse({
  data: { kind: 'text', path: 'book.txt' },
  embeddingSize: 2,
  noiseWords: 3,
  noise: { kind: 'uniform' },
});
const loaded = loadWordData(config, host);

/** By name: queen is to king as woman is to man; the cat lies apart. */
const vectors: Readonly<Record<string, readonly [number, number]>> = {
  king: [1, 0.1],
  queen: [0.1, 1],
  man: [1, -0.3],
  woman: [0.3, 0.9],
  cat: [-1, -1],
};

async function trained(change: Partial<WordData> = {}) {
  const data = { ...(await loaded), ...change };
  const { names } = data.corpus;
  const input = Float32Array.from(names.flatMap((name) => vectors[name]!));
  return {
    config,
    step: 3,
    parameters: [
      { name: 'inputVectors', shape: [5, 2], data: input },
      { name: 'outputVectors', shape: [5, 2], data: new Float32Array(10) },
      { name: 'biases', shape: [5], data: Float32Array.from(names, (_, n) => Math.log((n + 1) / 30)) },
    ],
    outcome: [],
    data: () => Promise.resolve(data),
    instance: () => Promise.reject(new Error('no backend is needed')),
  };
}

async function ask(name: string, input: unknown): Promise<Picture> {
  const question = noiseContrastive.questions!.find((one) => one.name === name)!;
  const answer = await question.answer(await trained(), question.input.parse(input), host);
  return readPicture(answer, name);
}
const rowsOf = ({ panels: [panel] }: Picture) => (panel?.kind === 'table' ? panel.rows : []);

describe('questions', () => {
  it('nearest words by falling cosine, without the word itself', async () => {
    const rows = rowsOf(await ask('nearest-words', { word: 'King', count: 2 }));
    expect(rows.map(([word]) => word)).toEqual(['man', 'woman']);
    const cosine = (1 - 0.03) / Math.sqrt((1 + 0.01) * (1 + 0.09));
    expect(rows[0]![1]).toBeCloseTo(cosine, 6);
    expect(rows[0]![2]).toBe((await loaded).corpus.counts[(await loaded).corpus.names.indexOf('man')]);
  });

  it('analogies leave their own words out', async () => {
    const rows = rowsOf(await ask('analogy', { a: 'man', b: 'king', c: 'woman', count: 2 }));
    expect(rows.map(([word]) => word)).toEqual(['queen', 'cat']);
  });

  it('predictions are exact probabilities, with the posterior of the text', async () => {
    const picture = await ask('predict', { words: 'cat', count: 5 });
    const rows = rowsOf(picture);
    // The biases alone: (n + 1) / 30, of which 15 / 30 are left.
    expect(picture.facts[0]!.value).toBeCloseTo(Math.log(0.5), 6);
    expect(rows.map(([, p]) => p as number).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    expect(rows[0]![1]).toBeCloseTo(5 / 15, 6);
    expect(rows[0]![3]).toBeCloseTo(1 / 3 / (1 / 3 + 3 / 5), 6);
  });

  it('a word outside of the vocabulary is refused with the nearest one', async () => {
    await expect(ask('nearest-words', { word: 'kin' })).rejects.toThrow(
      'word: expected a word of the vocabulary, such as "king", found "kin"; choose another.',
    );
  });

  it('a text that has changed is not taken for that of the run', async () => {
    const { corpus } = await loaded;
    const other = await trained({ corpus: { ...corpus, names: corpus.names.slice(1) } });
    const question = noiseContrastive.questions!.find(({ name }) => name === 'nearest-words')!;
    await expect(question.answer(other, question.input.parse({}), host)).rejects.toThrow(
      'data: expected the 5 words that the run was trained with, found 4 in book.txt; restore the text as it was.',
    );
  });
});

describe('exports', () => {
  const written = async (name: string) =>
    noiseContrastive.exports!.find((one) => one.name === name)!.write(await trained(), host);

  it('word2vec text', async () => {
    const [head, ...lines] = String(await written('word2vec-text'))
      .trimEnd()
      .split('\n');
    expect(head).toBe('5 2');
    const read = new Map(
      lines.map((line): [string, number[]] => {
        const [word, ...numbers] = line.split(' ');
        return [word!, numbers.map((value) => Math.fround(Number(value)))];
      }),
    );
    expect(read.get('queen')).toEqual([Math.fround(0.1), 1]);
    expect(lines).toHaveLength(5);
  });

  it('word2vec binary', async () => {
    const bytes = Buffer.from((await written('word2vec-binary')) as Uint8Array);
    let at = bytes.indexOf('\n') + 1;
    expect(bytes.subarray(0, at).toString()).toBe('5 2\n');
    const read: Record<string, number[]> = {};
    while (at < bytes.length) {
      const space = bytes.indexOf(' ', at);
      const word = bytes.subarray(at, space).toString();
      read[word] = [bytes.readFloatLE(space + 1), bytes.readFloatLE(space + 5)];
      expect(bytes[space + 9]).toBe(0x0a);
      at = space + 10;
    }
    expect(read['woman']).toEqual([Math.fround(0.3), Math.fround(0.9)]);
    expect(Object.keys(read)).toHaveLength(5);
  });

  it('safetensors and the vocabulary', async () => {
    const { tensors } = decodeSafetensors((await written('embeddings')) as Uint8Array, 'file', sha256);
    expect(tensors.map(({ name }) => name).sort()).toEqual(['biases', 'inputVectors', 'outputVectors']);
    const csv = String(await written('vocabulary')).split('\n');
    expect(csv[0]).toBe('number,word,count');
    expect(csv).toHaveLength(7);
  });
});
