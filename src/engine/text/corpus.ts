/**
 * A text as numbers of words, split and with a vocabulary. Splits are made of stretches, runs of neighbouring tokens: a model sees
 * no neighbour across the border of one, so that nothing of a split is seen in another. The vocabulary is that of the training part.
 */
import { AppError } from '../../shared/errors.ts';
import { sampleReference } from '../../shared/reference.ts';
import { splits, splitWords, type Split } from '../../shared/split.ts';
import type { EngineHost } from '../core/engine-host.ts';
import { fillUniform, permutation } from '../random/fill.ts';
import { fold, rootKey, type Key } from '../random/key.ts';
import type { TextConfig } from './config.ts';
import { readTokens, type ReadTokens } from './read-text.ts';
import { readableToken } from './tokens.ts';

/** Tokens of a stretch, in long and in short texts. */
const LONG_STRETCH = 200;
const SHORT_STRETCH = 10;
/** Stretches that a text should have before they become shorter. */
const ENOUGH_STRETCHES = 50;

/** Name of what stands for all words outside of the vocabulary. */
const UNKNOWN = '<unk>';

/** Stretches of two tokens or more, one after the other. */
export interface Stretches {
  readonly tokens: Int32Array;
  /** Where each stretch begins, ascending from 0, and the number of tokens. */
  readonly starts: Int32Array;
}

export interface Corpus extends Readonly<Record<Split, Stretches>> {
  /** What it was read from. */
  readonly source: string;
  /** Of the vocabulary, the commonest first, as people can read them. */
  readonly names: readonly string[];
  /** How often the training part has each. */
  readonly counts: Float64Array;
  /** Number of the word that stands for all others; null: there is none. */
  readonly unknown: number | null;
  /** Share of the tokens of the text that are not in the vocabulary. */
  readonly strangers: number;
}

/** @throws AppError that names the file or the config key, and the remedy */
export async function loadText(config: TextConfig, host: EngineHost): Promise<Corpus> {
  const shipped = config.kind === 'alice';
  const path = shipped ? sampleReference('alice') : config.path;
  const read = await readTokens(path, shipped ? 'data' : 'data.path', config, host);
  const source = shipped ? "Alice's Adventures in Wonderland" : path;
  if (read.cut) {
    host.log(
      'info',
      `${source}: the first ${config.limit} tokens are read; set data.limit higher to read more`,
    );
  }
  if (read.types.length < 2) {
    throw new AppError(
      'validation',
      `${source}: expected a text of at least two different tokens (data.tokens=${config.tokens}), found ${read.types.length === 0 ? 'none' : `only "${readableToken(read.types[0]!)}"`}; choose another file.`,
      { path: shipped ? 'data' : 'data.path' },
    );
  }
  return withVocabulary(stretched(read.tokens, config, source), read, config, source);
}

/**
 * Cuts tokens into stretches and deals these out to the splits.
 * @throws AppError validation if there are too few
 */
export function stretched(
  tokens: Int32Array,
  { validation, test, seed }: Pick<TextConfig, 'validation' | 'test' | 'seed'>,
  source: string,
): Readonly<Record<Split, Stretches>> {
  const length = Math.max(
    SHORT_STRETCH,
    Math.min(LONG_STRETCH, Math.floor(tokens.length / ENOUGH_STRETCHES)),
  );
  const count = Math.floor(tokens.length / length);
  const sizes = { test: Math.round(count * test), validation: Math.round(count * validation), train: 0 };
  sizes.train = count - sizes.test - sizes.validation;
  const short = splits.find((split) => sizes[split] < 1);
  if (short !== undefined) {
    throw new AppError(
      'validation',
      `${source}: expected at least ${length} tokens for each split, found ${tokens.length} in all, none of them for ${splitWords[short]}; choose a longer text, or other shares in data.validation and data.test.`,
      { path: 'data' },
    );
  }
  const order = permutation(fold(rootKey(seed), 'splits'), count);
  const parts = {} as Record<Split, Stretches>;
  let from = 0;
  for (const split of ['test', 'validation', 'train'] as const) {
    const chosen = order.slice(from, from + sizes[split]).sort();
    from += sizes[split];
    parts[split] = {
      // What is left at the end of the text belongs to the last stretch.
      ...joined(
        Array.from(chosen, (n) =>
          tokens.subarray(n * length, n === count - 1 ? tokens.length : (n + 1) * length),
        ),
      ),
    };
  }
  return parts;
}

/** Stretches of fewer than two tokens have no neighbours in them, and are left out. */
function joined(pieces: readonly Int32Array[]): Stretches {
  const kept = pieces.filter((piece) => piece.length > 1);
  const starts = new Int32Array(kept.length + 1);
  kept.forEach((piece, n) => (starts[n + 1] = starts[n]! + piece.length));
  const tokens = new Int32Array(starts[kept.length]!);
  kept.forEach((piece, n) => tokens.set(piece, starts[n]));
  return { tokens, starts };
}

function withVocabulary(
  parts: Readonly<Record<Split, Stretches>>,
  { types, tokens }: ReadTokens,
  { minCount, vocabulary, unknown }: TextConfig,
  source: string,
): Corpus {
  const counts = countsOf(parts.train.tokens, types.length);
  const words = Array.from({ length: types.length }, (_, type) => type)
    .filter((type) => counts[type]! >= minCount)
    // At equal counts as the text has them first.
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, vocabulary);
  const numbers = new Int32Array(types.length).fill(-1);
  words.forEach((type, word) => (numbers[type] = word));
  const strangers = tokens.reduce((sum, type) => sum + Number(numbers[type] === -1), 0);
  const named = words.map((type) => readableToken(types[type]!));
  const stands = unknown === 'token' && strangers > 0;
  if (words.length + Number(stands) < 2) {
    throw new AppError(
      'precondition',
      `data.minCount: expected a vocabulary of at least two words, found ${words.length} of ${source} that occur at least ${minCount} times in the training part; lower data.minCount, or choose a longer text.`,
      { path: 'data.minCount' },
    );
  }
  // Last, so that the numbers of the others are their ranks.
  if (stands) numbers.forEach((word, type) => (numbers[type] = word === -1 ? words.length : word));
  const renumbered = Object.fromEntries(
    splits.map((split) => [split, renumber(parts[split], numbers)]),
  ) as Record<Split, Stretches>;
  const bare = splits.find((split) => renumbered[split].tokens.length === 0);
  if (bare !== undefined) {
    throw new AppError(
      'precondition',
      `data.minCount: expected words of the vocabulary in every split, found none in the ${splitWords[bare]} part of ${source}; lower data.minCount, or set data.unknown to token.`,
      { path: 'data.minCount' },
    );
  }
  const names = stands ? [...named, UNKNOWN] : named;
  return {
    ...renumbered,
    source,
    names,
    counts: countsOf(renumbered.train.tokens, names.length),
    unknown: stands ? words.length : null,
    strangers: strangers / tokens.length,
  };
}

/** @param numbers of the word that each type is; -1: it is left out */
function renumber({ tokens, starts }: Stretches, numbers: Int32Array): Stretches {
  return joined(
    Array.from({ length: starts.length - 1 }, (_, n) =>
      tokens
        .slice(starts[n], starts[n + 1])
        .map((type) => numbers[type]!)
        .filter((word) => word !== -1),
    ),
  );
}

/**
 * Common words thinned out: each is left out with the probability 1 - sqrt(t / share), share that of all tokens, where that is above 0,
 * and its neighbours move together. Source: Mikolov, Sutskever, Chen, Corrado, Dean, "Distributed Representations of Words and
 * Phrases and their Compositionality", NIPS 2013, equation 5. Differs from source: drawn once, not in every pass.
 * @param counts of the words in the same stretches @throws AppError precondition: nothing is left
 */
export function subsampled(
  { tokens, starts }: Stretches,
  counts: Float64Array,
  threshold: number,
  key: Key,
): Stretches {
  const chances = new Float32Array(tokens.length);
  fillUniform(key, chances);
  const kept = joined(
    Array.from({ length: starts.length - 1 }, (_, n) => {
      const from = starts[n]!;
      return tokens
        .slice(from, starts[n + 1])
        .filter((word, i) => chances[from + i]! ** 2 < (threshold * tokens.length) / counts[word]!);
    }),
  );
  if (kept.tokens.length > 0) return kept;
  throw new AppError(
    'precondition',
    `subsample: expected words that are left of the training text, found none at ${threshold}; raise it, or set it to null.`,
    { path: 'subsample' },
  );
}

export function countsOf(tokens: Int32Array, words: number): Float64Array {
  const counts = new Float64Array(words);
  for (const word of tokens) counts[word]! += 1;
  return counts;
}

/** The stretch that a token is in, by its place: [from, to). */
export function stretchAround({ starts }: Stretches, place: number): readonly [from: number, to: number] {
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= place) low = middle;
    else high = middle;
  }
  return [starts[low]!, starts[low + 1]!];
}
