/** A trained run as its pictures, questions and exports have it. */
import { AppError } from '../../../shared/errors.ts';
import type { Trained } from '../../core/capabilities.ts';
import type { NoiseContrastiveConfig } from './config.ts';
import { plainWords, type PlainWords } from './plain-words.ts';
import type { WordData } from './word-data.ts';

export type TrainedWords = Trained<NoiseContrastiveConfig, WordData>;

/** @throws AppError if the text cannot be read any more, or has another vocabulary than the run's */
export async function wordsOf({
  config,
  parameters,
  data,
}: TrainedWords): Promise<{ readonly data: WordData; readonly model: PlainWords }> {
  const read = await data();
  const model = plainWords(config, read.corpus, parameters);
  if (model.words !== read.corpus.names.length) {
    throw new AppError(
      'precondition',
      `data: expected the ${model.words} words that the run was trained with, found ${read.corpus.names.length} in ${read.corpus.source}; restore the text as it was.`,
      { path: 'data' },
    );
  }
  return { data: read, model };
}

/** The vectors of all words that a reader asks for, [V, d]. */
export function vectorsOf({ input, output }: PlainWords, which: 'input' | 'output' | 'sum'): Float32Array {
  if (which === 'sum') return input.map((value, n) => value + output[n]!);
  return which === 'input' ? input : output;
}
