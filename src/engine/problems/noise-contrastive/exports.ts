/** Vectors of words for other programs. */
import { csvText } from '../../../shared/csv.ts';
import type { ExportDefinition } from '../../core/capabilities.ts';
import { encodeSafetensors } from '../../core/stored-tensor.ts';
import type { NoiseContrastiveConfig } from './config.ts';
import { wordsOf } from './trained-words.ts';
import type { WordData } from './word-data.ts';

export const wordExports: readonly ExportDefinition<NoiseContrastiveConfig, WordData>[] = [
  {
    name: 'word2vec-text',
    label: 'Vectors, word2vec text',
    help: 'A line with the number of words and of numbers, then one line per word: the word and its input vector, the last word <unk> where there is one (word2vec -binary 0, gensim load_word2vec_format).',
    extension: 'txt',
    async write(trained) {
      const { data, model } = await wordsOf(trained);
      const lines = data.corpus.names.map(
        (name, word) => `${name} ${Array.from(rowOf(model.input, word, model.size), shortest).join(' ')}`,
      );
      return `${model.words} ${model.size}\n${lines.join('\n')}\n`;
    },
  },
  {
    name: 'word2vec-binary',
    label: 'Vectors, word2vec binary',
    help: 'The same in binary: after the first line, of each word its letters, a space, its numbers in float32, little-endian, and a line feed (word2vec -binary 1, gensim load_word2vec_format with binary=True).',
    extension: 'bin',
    async write(trained) {
      const { data, model } = await wordsOf(trained);
      const encoder = new TextEncoder();
      const parts = [encoder.encode(`${model.words} ${model.size}\n`)];
      data.corpus.names.forEach((name, word) => {
        const numbers = new DataView(new ArrayBuffer(4 * model.size));
        rowOf(model.input, word, model.size).forEach((value, e) => numbers.setFloat32(4 * e, value, true));
        parts.push(encoder.encode(`${name} `), new Uint8Array(numbers.buffer), encoder.encode('\n'));
      });
      const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
      return bytes;
    },
  },
  {
    name: 'embeddings',
    label: 'Vectors and biases',
    help: 'All parameters under their own names: inputVectors [words, size], outputVectors [words, size], biases [words] where there are some, in the order of the vocabulary; the score of a word w in the context c is inputVectors[c] . outputVectors[w] + biases[w] (safetensors, float32).',
    extension: 'safetensors',
    write: ({ parameters }, host) =>
      Promise.resolve(
        encodeSafetensors([...parameters], { problem: 'noise-contrastive' }, (bytes) => host.sha256(bytes)),
      ),
  },
  {
    name: 'vocabulary',
    label: 'Vocabulary',
    help: 'One row for each word: its number, the word, and how often it occurs in the training text.',
    extension: 'csv',
    async write(trained) {
      const { data } = await wordsOf(trained);
      const { names, counts } = data.corpus;
      return csvText([
        ['number', 'word', 'count'],
        ...names.map((name, word) => [word, name, counts[word]!]),
      ]);
    },
  },
];

/** A float32 number in as many digits as read back as the same one. */
function shortest(value: number): number {
  return Number(value.toPrecision(9));
}

function rowOf(vectors: Float32Array, word: number, size: number): Float32Array {
  return vectors.subarray(word * size, (word + 1) * size);
}
