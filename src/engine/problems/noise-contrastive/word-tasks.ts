/** Files of words that people have judged: pairs with a score, and analogies. */
import { AppError } from '../../../shared/errors.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { nearest } from '../../core/nearest.ts';
import { rankCorrelation } from '../../statistics/correlation.ts';
import { cosines, largest } from '../../statistics/neighbours.ts';
import type { Corpus } from '../../text/corpus.ts';

/** Pairs of words of the vocabulary. */
export interface Similarity {
  /** Of the file. */
  readonly lines: number;
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly score: Float64Array;
}

/** Analogies whose four words are in the vocabulary. */
export interface Analogies {
  readonly lines: number;
  /** a, b, c, d of each. */
  readonly words: Int32Array;
}

/**
 * Lines of two words and a number, between tabs, commas, semicolons or spaces; a first line without a number is a header.
 * @throws AppError that names file, line and remedy
 */
export async function readSimilarity(path: string, corpus: Corpus, host: EngineHost): Promise<Similarity> {
  const lines = await linesOf(path, 'similarity', host);
  const numbers = numbersOf(corpus);
  const found: [number, number, number][] = [];
  let judged = 0;
  for (const [n, cells] of lines) {
    const score = cells.length < 3 ? Number.NaN : Number(cells[2]);
    if (!Number.isFinite(score)) {
      if (judged === 0 && n === 1) continue;
      throw refusal(path, 'similarity', n, 'two words and a score', cells);
    }
    judged++;
    const [a, b] = [numbers.get(cells[0]!), numbers.get(cells[1]!)];
    if (a !== undefined && b !== undefined) found.push([a, b, score]);
  }
  if (found.length < 3) throw tooFew(path, 'similarity', 'three pairs', found.length, judged);
  return {
    lines: judged,
    first: Int32Array.from(found, ([a]) => a),
    second: Int32Array.from(found, ([, b]) => b),
    score: Float64Array.from(found, ([, , score]) => score),
  };
}

/** Lines of four words; a line that begins with a colon names a section. @throws AppError that names file, line and remedy */
export async function readAnalogies(path: string, corpus: Corpus, host: EngineHost): Promise<Analogies> {
  const lines = await linesOf(path, 'analogies', host);
  const numbers = numbersOf(corpus);
  const words: number[] = [];
  let asked = 0;
  for (const [n, cells] of lines) {
    if (cells[0]!.startsWith(':')) continue;
    if (cells.length !== 4) throw refusal(path, 'analogies', n, 'four words', cells);
    asked++;
    const own = cells.map((cell) => numbers.get(cell) ?? -1);
    if (!own.includes(-1)) words.push(...own);
  }
  if (words.length === 0) throw tooFew(path, 'analogies', 'an analogy', 0, asked);
  return { lines: asked, words: Int32Array.from(words) };
}

async function linesOf(
  path: string,
  at: string,
  host: EngineHost,
): Promise<readonly (readonly [line: number, cells: readonly string[]])[]> {
  try {
    const [file] = await host.listFiles(path);
    const text = (await host.readText(file!)).toLowerCase();
    return text
      .split(/\r\n|\n|\r/)
      .map((line, n) => [n + 1, line.trim().split(/[\t,; ]+/)] as const)
      .filter(([, cells]) => cells[0] !== '' && !cells[0]!.startsWith('#'));
  } catch (error) {
    if (!(error instanceof AppError) || error.path !== undefined) throw error;
    throw new AppError(error.kind, error.message, { path: at, cause: error });
  }
}

/** Small letters, as files of judged words mix them. */
function numbersOf({ names }: Corpus): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  names.forEach((name, word) => {
    const small = name.toLowerCase();
    if (!numbers.has(small)) numbers.set(small, word);
  });
  return numbers;
}

function refusal(
  path: string,
  at: string,
  line: number,
  expected: string,
  cells: readonly string[],
): AppError {
  return new AppError(
    'validation',
    `${path}, line ${line}: expected ${expected}, found "${cells.join(' ').slice(0, 80)}"; correct the line.`,
    { path: at },
  );
}

function tooFew(path: string, at: string, expected: string, found: number, lines: number): AppError {
  return new AppError(
    'precondition',
    `${path}: expected at least ${expected} of words that are in the vocabulary, found ${found} of ${lines}; choose another file, or lower data.minCount.`,
    { path: at },
  );
}

/** Rank correlation of the cosines with the scores of the file; null: it is not defined. @param vectors [V, size] */
export function similarityOf(
  { first, second, score }: Similarity,
  vectors: Float32Array,
  size: number,
): number | null {
  const found = Float64Array.from(first, (a, n) => {
    const b = second[n]!;
    const row = (word: number) => vectors.subarray(word * size, (word + 1) * size);
    return cosines(row(a), row(b))[0]!;
  });
  return rankCorrelation(found, score);
}

/**
 * Words d of "a is to b as c is to d" by falling cosine of v_d with b - a + c, all of unit length, the three left out (3CosAdd).
 * Source: Mikolov, Yih, Zweig, "Linguistic Regularities in Continuous Space Word Representations", NAACL 2013, section 5.
 * @param vectors of unit length, [V, size]
 */
export function analogous(
  [a, b, c]: readonly [number, number, number],
  vectors: Float32Array,
  size: number,
  count: number,
): readonly { readonly word: number; readonly cosine: number }[] {
  const goal = new Float64Array(size);
  for (let e = 0; e < size; e++)
    goal[e] = vectors[b * size + e]! - vectors[a * size + e]! + vectors[c * size + e]!;
  const alike = cosines(vectors, goal);
  for (const word of [a, b, c]) alike[word] = -Infinity;
  return largest(alike, Math.min(count, alike.length - new Set([a, b, c]).size)).map((word) => ({
    word,
    cosine: alike[word]!,
  }));
}

/** Share of the analogies whose word is the first; at most `most` of them, evenly spaced. @param vectors of unit length */
export function analogyAccuracy(
  { words }: Analogies,
  vectors: Float32Array,
  size: number,
  most: number,
): number {
  const all = words.length / 4;
  const asked = Math.min(all, most);
  let found = 0;
  for (let n = 0; n < asked; n++) {
    const [a, b, c, d] = words.subarray(4 * Math.floor((n * all) / asked));
    const [first] = analogous([a!, b!, c!], vectors, size, 1);
    found += Number(first?.word === d);
  }
  return found / asked;
}

/** Rows of unit length; rows of zeros stay. */
export function unitRows(vectors: Float32Array, size: number): Float32Array {
  const out = vectors.slice();
  for (let from = 0; from < out.length; from += size) {
    const row = out.subarray(from, from + size);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let e = 0; e < size; e++) row[e]! /= length;
  }
  return out;
}

/** Number of a word that a person typed; empty: the `otherwise`-th. @throws AppError validation, with the nearest word */
export function wordNamed(typed: string, key: string, { names }: Corpus, otherwise: number): number {
  if (typed === '') return Math.min(otherwise, names.length - 1);
  const exact = names.indexOf(typed);
  const word = exact === -1 ? names.indexOf(typed.toLowerCase()) : exact;
  if (word !== -1) return word;
  throw new AppError(
    'validation',
    `${key}: expected a word of the vocabulary, such as "${nearest(typed, names)}", found "${typed}"; choose another.`,
    { path: key },
  );
}
