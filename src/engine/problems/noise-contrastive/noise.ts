/**
 * The law q that noise words are drawn from. Draws are with replacement, k for a word of the text; q(w) is positive for every word.
 *
 * uniform    q(w) = 1 / V
 * unigram    q(w) = n_w^power / sum of them, n_w the count of the training text, at least 1
 * bigram     q(w | v) = (n_vw + smoothing q_1(w)) / (n_v + smoothing), v the word of the context, n_vw how often w follows v in the
 *            training text, q_1 the unigram law of power 1
 *
 * Source: Mikolov et al., "Distributed Representations of Words and Phrases and their Compositionality", NIPS 2013, section 2.2
 * (unigram to the power 3/4); Mnih, Teh, "A fast and simple algorithm for training neural probabilistic language models", ICML 2012,
 * section 4 (uniform and unigram). The smoothing is Witten's and Bell's form with a constant.
 */
import { randomIntegers } from '../../random/fill.ts';
import type { Key } from '../../random/key.ts';
import type { Corpus } from '../../text/corpus.ts';
import type { NoiseConfig } from './config.ts';

export interface Noise {
  /** ln q(word) given the word of the context; -1: there is none. */
  logChance(word: number, given: number): number;
  /** `each` words for every one of `given`, in their order. */
  draw(key: Key, given: Int32Array, each: number): Int32Array;
}

/** Random integers have so many values: 30 bits, as they are kept signed. */
const STEPS = 2 ** 30;

export function noiseOf(config: NoiseConfig, corpus: Corpus): Noise {
  switch (config.kind) {
    case 'uniform':
      return fixedNoise(new Float64Array(corpus.names.length).fill(1));
    case 'unigram':
      return fixedNoise(corpus.counts.map((count) => Math.max(1, count) ** config.power));
    case 'bigram':
      return bigramNoise(corpus, config.smoothing);
  }
}

/** Law of the words of the training text, [V]: no word has the probability 0. */
export function unigramLaw({ counts }: Pick<Corpus, 'counts'>): Float64Array {
  const weights = counts.map((count) => Math.max(1, count));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function fixedNoise(weights: Float64Array): Noise {
  const law = cumulative(weights);
  const total = law[law.length - 1]!;
  const logs = weights.map((weight) => Math.log(weight / total));
  return {
    logChance: (word) => logs[word]!,
    draw: (key, given, each) =>
      randomIntegers(key, given.length * each, STEPS).map((n) => placeOf(law, (total * (n + 0.5)) / STEPS)),
  };
}

function bigramNoise(corpus: Corpus, smoothing: number): Noise {
  const words = corpus.names.length;
  const unigram = unigramLaw(corpus);
  const law = cumulative(unigram);
  const { begins, followers } = followersOf(corpus, words);
  const timesAfter = (word: number, given: number) =>
    lowerBound(followers, word + 1, begins[given]!, begins[given + 1]!) -
    lowerBound(followers, word, begins[given]!, begins[given + 1]!);
  return {
    logChance(word, given) {
      if (given === -1) return Math.log(unigram[word]!);
      const times = begins[given + 1]! - begins[given]!;
      return Math.log((timesAfter(word, given) + smoothing * unigram[word]!) / (times + smoothing));
    },
    draw(key, given, each) {
      return randomIntegers(key, given.length * each, STEPS).map((n, i) => {
        const context = given[Math.floor(i / each)]!;
        const times = context === -1 ? 0 : begins[context + 1]! - begins[context]!;
        const at = ((times + smoothing) * (n + 0.5)) / STEPS;
        return at < times
          ? followers[begins[context]! + Math.floor(at)]!
          : placeOf(law, (at - times) / smoothing);
      });
    },
  };
}

/** The words that follow each word v in the training text, ascending, at begins[v] .. begins[v + 1]. */
function followersOf(
  { train: { tokens, starts } }: Corpus,
  words: number,
): { readonly begins: Int32Array; readonly followers: Int32Array } {
  const begins = new Int32Array(words + 1);
  const last = new Set(starts.subarray(1));
  const forEachPair = (each: (word: number, next: number) => void) => {
    for (let n = 0; n + 1 < tokens.length; n++) if (!last.has(n + 1)) each(tokens[n]!, tokens[n + 1]!);
  };
  forEachPair((word) => (begins[word + 1]! += 1));
  for (let word = 0; word < words; word++) begins[word + 1]! += begins[word]!;
  const followers = new Int32Array(begins[words]!);
  const next = begins.slice();
  forEachPair((word, follower) => (followers[next[word]!++] = follower));
  for (let word = 0; word < words; word++) followers.subarray(begins[word], begins[word + 1]).sort();
  return { begins, followers };
}

function cumulative(weights: Float64Array): Float64Array {
  let sum = 0;
  return weights.map((weight) => (sum += weight));
}

/** The first place whose sum is above `at`. */
function placeOf(law: Float64Array, at: number): number {
  let [low, high] = [0, law.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (law[middle]! > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first place in [from, to) whose value is at least `value`; `to`: there is none. */
function lowerBound(values: Int32Array, value: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}
