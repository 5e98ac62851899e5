/**
 * Laws that sequences are drawn from, so that what a generator makes can be judged by them: a Markov chain given as a table, of which
 * everything can be summed up, and the LSTM with random weights of the SeqGAN paper.
 */
import { z } from 'zod';
import { draws } from '../../random/draws.ts';
import { fold, rootKey } from '../../random/key.ts';
import { shareShape } from '../../text/config.ts';
import { recurrentModel } from './recurrent-model.ts';
import { normalise, type SequenceModel } from './sequence-model.ts';

const count = z
  .int()
  .min(10)
  .max(1_000_000)
  .default(2000)
  .describe('Sequences that are drawn, over all splits');

export const tabularSchema = z.strictObject({
  kind: z
    .literal('tabular')
    .describe(
      'Sequences of a Markov chain whose law is a table: divergences, entropies and likelihoods are exact sums where there are few sequences',
    ),
  symbols: z.int().min(2).max(200).default(6).describe('Tokens of the vocabulary, V'),
  strength: z
    .number()
    .min(0)
    .max(20)
    .default(1.5)
    .describe(
      'Standard deviation of the logits in the table: at 0 all sequences are equally likely, at 5 nearly every token is given by the one before',
    ),
  count,
  ...shareShape,
});
export type TabularConfig = z.infer<typeof tabularSchema>;

export const oracleSchema = z.strictObject({
  kind: z
    .literal('oracle')
    .describe(
      'Sequences of an LSTM with random weights, as in the SeqGAN paper: the law is known, but not as a table',
    ),
  symbols: z.int().min(2).max(10_000).default(50).describe('Tokens of the vocabulary, V; 5000 in the paper'),
  units: z.int().min(1).max(512).default(32).describe('Size of a vector, and units of the LSTM'),
  count,
  ...shareShape,
});
export type OracleConfig = z.infer<typeof oracleSchema>;

/** The law of a Markov chain. */
export interface ChainTable {
  readonly symbols: number;
  /** ln p of the first token, [V] */
  readonly first: Float64Array;
  /** ln p(w | v), a row for each v, [V][V] */
  readonly next: readonly Float64Array[];
}

/** Logits are normal with the deviation `strength`. */
export function chainTable({
  symbols,
  strength,
  seed,
}: Pick<TabularConfig, 'symbols' | 'strength' | 'seed'>): ChainTable {
  const { normal } = draws(fold(rootKey(seed), 'chain'));
  const law = () => normalise(Float64Array.from({ length: symbols }, () => strength * normal()));
  return { symbols, first: law(), next: Array.from({ length: symbols }, law) };
}

/** The state is the token before; -1: there is none. */
export function chainModel({ symbols, first, next }: ChainTable): SequenceModel<number> {
  return {
    symbols,
    begin: () => -1,
    logChances: (before) => (before === -1 ? first : next[before]!),
    after: (_before, token) => token,
  };
}

/** Entropy of sequences of T tokens, in nats: that of the first token, and for each further one that of its row, as often as it comes. */
export function chainEntropy({ symbols, first, next }: ChainTable, length: number): number {
  const entropy = (logs: Float64Array) => -logs.reduce((sum, log) => sum + Math.exp(log) * log, 0);
  const rows = next.map(entropy);
  let law = first.map(Math.exp);
  let sum = entropy(first);
  for (let t = 1; t < length; t++) {
    const later = new Float64Array(symbols);
    law.forEach((chance, v) => {
      sum += chance * rows[v]!;
      next[v]!.forEach((log, w) => (later[w]! += chance * Math.exp(log)));
    });
    law = later;
  }
  return sum;
}

/**
 * Vectors, weights and biases all standard normal: p(x_t | before) = softmax(h_t C + c), with the vector of the token before as the
 * input, and zeros before the first.
 * Source: Yu, Zhang, Wang, Yu, "SeqGAN: Sequence Generative Adversarial Nets with Policy Gradient", AAAI 2017, section "Synthetic
 * data experiments". Differs from source: a beginning of zeros takes the place of a start token.
 */
export function lstmOracle({ symbols, units, seed }: OracleConfig): SequenceModel {
  const key = fold(rootKey(seed), 'oracle');
  const numbers = (name: string, size: number) => {
    const { normal } = draws(fold(key, name));
    return Float64Array.from({ length: size }, normal);
  };
  return recurrentModel({
    layer: {
      cell: 'lstm',
      inputs: units,
      units,
      input: numbers('input', 4 * units * units),
      recurrent: numbers('recurrent', 4 * units * units),
      biases: numbers('biases', 4 * units),
    },
    vectors: numbers('vectors', symbols * units),
    weights: numbers('output', units * symbols),
    biases: numbers('outputBiases', symbols),
  });
}
