/** Laws of sequences in doubles, one token at a time: oracles, and generators as the hard evaluation has them. No backend is needed. */
import type { Draws } from '../../random/draws.ts';

/** p(x_1 .. x_T) = prod_t p(x_t | x_1 .. x_{t-1}), with what is remembered of the tokens before as a state. */
export interface SequenceModel<S = unknown> {
  /** V */
  readonly symbols: number;
  /** Before the first token. */
  begin(): S;
  /** ln p of each next token, [V]: not to be changed. */
  logChances(state: S): Float64Array;
  after(state: S, token: number): S;
}

/** ln p of each token of a sequence given those before it, [T]. */
export function logChancesOf(model: SequenceModel, tokens: ArrayLike<number>): Float64Array {
  let state = model.begin();
  const logs = new Float64Array(tokens.length);
  for (let t = 0; t < tokens.length; t++) {
    if (t > 0) state = model.after(state, tokens[t - 1]!);
    logs[t] = model.logChances(state)[tokens[t]!]!;
  }
  return logs;
}

export interface DrawnSequence {
  readonly tokens: Int32Array;
  /** ln p of each token by the law that drew it, [T]. */
  readonly logs: Float64Array;
}

/**
 * Ancestral sampling: each token is drawn from its law, by inversion of the distribution function.
 * @param law what the token at place t is drawn from, of ln p [V]; absent: the model's own law
 */
export function drawSequence(
  model: SequenceModel,
  length: number,
  random: Pick<Draws, 'uniform'>,
  law: (logChances: Float64Array) => Float64Array = (logChances) => logChances,
): DrawnSequence {
  let state = model.begin();
  const tokens = new Int32Array(length);
  const logs = new Float64Array(length);
  for (let t = 0; t < length; t++) {
    const chances = model.logChances(state);
    const token = drawn(law(chances), random.uniform());
    tokens[t] = token;
    logs[t] = chances[token]!;
    if (t + 1 < length) state = model.after(state, token);
  }
  return { tokens, logs };
}

/** The last token that has a chance, where rounding leaves something of the uniform number. */
function drawn(logChances: Float64Array, uniform: number): number {
  let left = uniform;
  let last = 0;
  for (let token = 0; token < logChances.length; token++) {
    const chance = Math.exp(logChances[token]!);
    if (chance === 0) continue;
    last = token;
    left -= chance;
    if (left < 0) return token;
  }
  return last;
}

/** ln softmax of scores, in place. */
export function normalise(scores: Float64Array): Float64Array {
  let most = -Infinity;
  for (const score of scores) if (score > most) most = score;
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - most);
  const shift = most + Math.log(sum);
  for (let n = 0; n < scores.length; n++) scores[n]! -= shift;
  return scores;
}

/** ln p of every sequence of T tokens, [V^T]; the last token changes fastest. */
function allLogChances(model: SequenceModel, length: number): Float64Array {
  const { symbols } = model;
  const logs = new Float64Array(symbols ** length);
  let at = 0;
  const visit = (state: unknown, before: number, left: number) => {
    const chances = model.logChances(state);
    for (let token = 0; token < symbols; token++) {
      const own = before + chances[token]!;
      if (left === 1) logs[at++] = own;
      else visit(model.after(state, token), own, left - 1);
    }
  };
  visit(model.begin(), 0, length);
  return logs;
}

/** Sequences that are summed over, at most. */
export const MOST_LEAVES = 20_000;

/**
 * What a generator is worth against an oracle, summed over all sequences, where these are few.
 *
 * p the oracle's law, q the generator's; entropies and likelihoods in nats per token, divergences in nats per sequence.
 * klFromOracle KL(p || q), klToOracle KL(q || p), jensenShannon (KL(p || m) + KL(q || m)) / 2 with m = (p + q) / 2, totalVariation
 * sum |p - q| / 2
 */
export function exactFigures(oracle: SequenceModel, generator: SequenceModel, length: number) {
  const p = allLogChances(oracle, length);
  const q = allLogChances(generator, length);
  const sums = { oracleNll: 0, generatorEntropy: 0, from: 0, to: 0, js: 0, variation: 0 };
  p.forEach((logP, n) => {
    const logQ = q[n]!;
    const [chance, own] = [Math.exp(logP), Math.exp(logQ)];
    const logM = Math.log((chance + own) / 2);
    sums.oracleNll -= own * logP;
    if (chance > 0) {
      sums.from += chance * (logP - logQ);
      sums.js += (chance * (logP - logM)) / 2;
    }
    if (own > 0) {
      sums.generatorEntropy -= own * logQ;
      sums.to += own * (logQ - logP);
      sums.js += (own * (logQ - logM)) / 2;
    }
    sums.variation += Math.abs(chance - own) / 2;
  });
  return {
    oracleNll: sums.oracleNll / length,
    generatorEntropy: sums.generatorEntropy / length,
    klFromOracle: sums.from,
    klToOracle: sums.to,
    jensenShannon: sums.js,
    totalVariation: sums.variation,
  };
}
