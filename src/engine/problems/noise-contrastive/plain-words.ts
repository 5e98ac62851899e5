/** A trained model of words in doubles, without a backend: scores of all words in a context, and their ln Z. */
import type { Split } from '../../../shared/split.ts';
import type { NamedTensorData } from '../../core/named-tensor.ts';
import type { Corpus } from '../../text/corpus.ts';
import { contextSize, type NoiseContrastiveConfig } from './config.ts';
import { contextsAt, type Contexts } from './contexts.ts';
import { noiseOf, type Noise } from './noise.ts';

export interface PlainWords {
  readonly words: number;
  readonly size: number;
  /** u, [V, d] */
  readonly input: Float32Array;
  /** v, [V, d] */
  readonly output: Float32Array;
  readonly noise: Noise;
  /**
   * The model of row `row` of some contexts.
   * @param logs written: ln of what the model takes for p(w | h), before it is divided by its sum, [V]. That is the score; of negative
   * sampling score + ln(k q), which is what its loss makes of p; where Z is learned, score - c
   * @returns ln of the sum of exp of these: ln Z
   */
  logsOf(contexts: Contexts, row: number, logs: Float64Array): number;
  /** The same of the scores as they are. */
  scoresOf(contexts: Contexts, row: number, scores: Float64Array): number;
}

export function plainWords(
  config: NoiseContrastiveConfig,
  corpus: Corpus,
  parameters: readonly NamedTensorData[],
): PlainWords {
  const { embeddingSize: size, loss, noiseWords } = config;
  const tensor = (name: string) => parameters.find((one) => one.name === name)?.data;
  const [input, output] = [tensor('inputVectors')!, tensor('outputVectors')!];
  const biases = tensor('biases');
  const positions = tensor('positionVectors');
  const partitions = tensor('logPartitions');
  const words = output.length / size;
  const noise = noiseOf(config.noise, corpus);
  const slots = contextSize(config);
  const q = new Float64Array(size);

  const scoresOf: PlainWords['scoresOf'] = (contexts, row, scores) => {
    q.fill(0);
    for (let slot = 0; slot < slots; slot++) {
      const weight = contexts.weights[row * slots + slot]!;
      if (weight === 0) continue;
      const from = contexts.words[row * slots + slot]! * size;
      for (let e = 0; e < size; e++)
        q[e]! += weight * input[from + e]! * (positions === undefined ? 1 : positions[slot * size + e]!);
    }
    for (let word = 0; word < words; word++) {
      let score = biases?.[word] ?? 0;
      for (let e = 0, at = word * size; e < size; e++) score += q[e]! * output[at + e]!;
      scores[word] = score;
    }
    return logSum(scores);
  };
  const partitionOf = (contexts: Contexts, row: number) => {
    let [sum, all] = [0, 0];
    for (let slot = row * slots; slot < (row + 1) * slots; slot++) {
      sum += contexts.weights[slot]! * partitions![contexts.words[slot]!]!;
      all += contexts.weights[slot]!;
    }
    return all === 0 ? 0 : sum / all;
  };
  return {
    ...{ words, size, input, output, noise },
    scoresOf,
    logsOf(contexts, row, logs) {
      const sum = scoresOf(contexts, row, logs);
      if (partitions !== undefined) {
        const own = partitionOf(contexts, row);
        for (let word = 0; word < words; word++) logs[word]! -= own;
        return sum - own;
      }
      if (loss.kind !== 'negative-sampling') return sum;
      const given = contexts.given[row]!;
      for (let word = 0; word < words; word++)
        logs[word]! += Math.log(noiseWords) + noise.logChance(word, given);
      return logSum(logs);
    },
  };
}

/** ln sum exp. */
function logSum(values: Float64Array): number {
  let most = -Infinity;
  for (const value of values) if (value > most) most = value;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - most);
  return most + Math.log(sum);
}

/** Places of a split, at most `most`, evenly spaced. */
export function placesOf({ tokens }: Corpus[Split], most: number): Int32Array {
  const all = tokens.length;
  const count = Math.max(1, Math.min(all, Math.floor(most)));
  return Int32Array.from({ length: count }, (_, n) => Math.floor((n * all) / count));
}

/** Of a context of one word each: what is said of a word as such. */
export function singleWords(config: NoiseContrastiveConfig, words: Int32Array): Contexts {
  return contextsAt(
    config,
    { tokens: words, starts: Int32Array.from({ length: words.length + 1 }, (_, n) => n) },
    words.map((_, n) => n),
  );
}
