/**
 * A corpus whose law is known: a stationary Markov chain of words, P(w | v) = softmax_w(strength a_v . b_w / sqrt(rank) - ln(w + 1)),
 * with standard normal vectors a and b, so that words are about as frequent as by Zipf's law and neighbours go together. A log-bilinear
 * model of one word and `rank` dimensions is this law exactly.
 */
import { z } from 'zod';
import type { EngineHost } from '../../core/engine-host.ts';
import { draws } from '../../random/draws.ts';
import { fold, rootKey } from '../../random/key.ts';
import { shareShape } from '../../text/config.ts';
import { countsOf, stretchAround, stretched, type Corpus, type Stretches } from '../../text/corpus.ts';

export const generatedSchema = z.strictObject({
  kind: z
    .literal('generated')
    .describe(
      'A drawn text whose law is known: a chain of words, each drawn given the one before, with frequencies about as by Zipf. True probabilities and PMI are known',
    ),
  words: z.int().min(2).max(1000).default(50).describe('Words of the vocabulary'),
  length: z.int().min(500).max(5_000_000).default(50_000).describe('Words of the text, over all splits'),
  rank: z.int().min(1).max(64).default(4).describe('Size of the vectors that the law is made of'),
  strength: z
    .number()
    .min(0)
    .max(10)
    .default(1)
    .describe('How much a word depends on the one before; 0: not at all'),
  ...shareShape,
});
export type GeneratedConfig = z.infer<typeof generatedSchema>;

/** Words drawn between two breaths. */
const BREATH = 50_000;
/** Steps of the power iteration, at most, and the change of the law at which it ends. */
const MOST_STEPS = 100_000;
const SETTLED = 1e-15;

/** The chain: pi P = pi. */
export interface ChainLaw {
  /** pi, [V] */
  readonly stationary: Float64Array;
  /** P(w | v) at v V + w, [V, V] */
  readonly transition: Float64Array;
}

/** Draws law and text; both follow from the config alone. */
export async function generateCorpus(
  config: GeneratedConfig,
  host: EngineHost,
): Promise<{ readonly corpus: Corpus; readonly law: ChainLaw }> {
  const { words, length, seed } = config;
  const law = chainLaw(config);
  const random = draws(fold(rootKey(seed), 'text'));
  const tokens = new Int32Array(length);
  let word = drawn(law.stationary, 0, words, random.uniform());
  for (let n = 0; n < length; n++) {
    tokens[n] = word;
    word = drawn(law.transition, word * words, words, random.uniform());
    if (n % BREATH === 0) await host.breathe();
  }
  const source = 'a generated text';
  const parts = stretched(tokens, config, source);
  const digits = String(words - 1).length;
  const names = Array.from({ length: words }, (_, n) => `w${String(n).padStart(digits, '0')}`);
  const counts = countsOf(parts.train.tokens, words);
  return { law, corpus: { ...parts, source, names, counts, unknown: null, strangers: 0 } };
}

function chainLaw({ words, rank, strength, seed }: GeneratedConfig): ChainLaw {
  const key = fold(rootKey(seed), 'law');
  const { normal } = draws(key);
  const vectors = () => Float64Array.from({ length: words * rank }, normal);
  const [a, b] = [vectors(), vectors()];
  const transition = new Float64Array(words * words);
  for (let v = 0; v < words; v++) {
    let sum = 0;
    for (let w = 0; w < words; w++) {
      let product = 0;
      for (let e = 0; e < rank; e++) product += a[v * rank + e]! * b[w * rank + e]!;
      sum += transition[v * words + w] = Math.exp((strength * product) / Math.sqrt(rank)) / (w + 1);
    }
    for (let w = 0; w < words; w++) transition[v * words + w]! /= sum;
  }
  return { transition, stationary: stationaryOf(transition, words) };
}

function stationaryOf(transition: Float64Array, words: number): Float64Array {
  let law = new Float64Array(words).fill(1 / words);
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = stepped(law, transition, words);
    const change = next.reduce((sum, p, w) => sum + Math.abs(p - law[w]!), 0);
    law = next;
    if (change < SETTLED * words) break;
  }
  return law;
}

/** row P. */
function stepped(row: Float64Array, transition: Float64Array, words: number): Float64Array<ArrayBuffer> {
  const next = new Float64Array(words);
  for (let v = 0; v < words; v++)
    for (let w = 0; w < words; w++) next[w]! += row[v]! * transition[v * words + w]!;
  return next;
}

/** Inverse of the distribution function of `words` probabilities from place `from` on. */
function drawn(law: Float64Array, from: number, words: number, uniform: number): number {
  let left = uniform;
  for (let w = 0; w < words - 1; w++) {
    left -= law[from + w]!;
    if (left < 0) return w;
  }
  return words - 1;
}

/**
 * The law of a word c and one of its neighbours w within a window, J(c, w) = sum over distances o of share(o) (pi_c P^o(w | c) +
 * pi_w P^o(c | w)), [V, V]: `share(o)` is how often a neighbour drawn from those that a place has is o words after it, which the ends
 * of stretches have a part in. Both margins are pi.
 */
export function windowLaw({ stationary, transition }: ChainLaw, shares: readonly number[]): Float64Array {
  const words = stationary.length;
  const joint = new Float64Array(words * words);
  for (let c = 0; c < words; c++) {
    let row = new Float64Array(words);
    row[c] = 1;
    for (const share of shares) {
      row = stepped(row, transition, words);
      for (let w = 0; w < words; w++) {
        const mass = share * stationary[c]! * row[w]!;
        joint[c * words + w]! += mass;
        joint[w * words + c]! += mass;
      }
    }
  }
  return joint;
}

/** `windowLaw`'s shares for distances 1 .. window in these stretches. */
export function distanceShares(stretches: Stretches, window: number): readonly number[] {
  const { tokens } = stretches;
  const shares = new Array<number>(window).fill(0);
  for (let place = 0; place < tokens.length; place++) {
    const [from, to] = stretchAround(stretches, place);
    const before = Math.min(window, place - from);
    const after = Math.min(window, to - 1 - place);
    for (let o = 0; o < after; o++) shares[o]! += 1 / (before + after) / tokens.length;
  }
  return shares;
}
