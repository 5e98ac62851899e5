/** The towers in plain doubles, and the policy that they make: what is judged, asked and exported, apart from the training graph. */
import type { NamedTensorData } from '../../core/named-tensor.ts';
import type { Policy } from '../../core/capabilities.ts';
import type { LoggedRounds } from '../../off-policy/logged-rounds.ts';
import type { TwoTowerConfig } from './config.ts';

type Values = ReadonlyMap<string, Pick<NamedTensorData, 'shape' | 'data'>>;

/** What the policy follows from beside parameters. */
export type PolicyConfig = Pick<TwoTowerConfig, 'learning' | 'policyTemperature' | 'exploration'>;

/** Kept beside the parameters of a run, so that its policy can be used where its data are gone. */
export const OUTCOME = {
  items: 'itemEmbeddings',
  contextMean: 'contextMean',
  contextDeviation: 'contextDeviation',
} as const;

export interface PlainTowers {
  readonly contextDimension: number;
  readonly embeddingSize: number;
  /** b of a regression; 0 of other methods. */
  readonly intercept: number;
  /** v of all items, [items, embeddingSize]. */
  readonly items: Float64Array;
  /** u of the context at `context[offset ..]`, written into `out`. */
  user(context: Float64Array, offset: number, out: Float64Array): void;
}

/** @param outcome of the run (`outcomeOf`) */
export function plainTowers(
  parameters: readonly NamedTensorData[],
  outcome: readonly NamedTensorData[],
): PlainTowers {
  const values: Values = new Map([...parameters, ...outcome].map((tensor) => [tensor.name, tensor]));
  const { shape, data } = values.get(OUTCOME.items)!;
  const mean = values.get(OUTCOME.contextMean)!.data;
  const deviation = values.get(OUTCOME.contextDeviation)!.data;
  const scaled = new Float64Array(mean.length);
  const forward = layersOf(values, 'user');
  return {
    contextDimension: mean.length,
    embeddingSize: shape[1]!,
    intercept: values.get('intercept')?.data[0] ?? 0,
    items: Float64Array.from(data),
    user(context, offset, out) {
      for (let c = 0; c < scaled.length; c++) scaled[c] = (context[offset + c]! - mean[c]!) / deviation[c]!;
      out.set(forward(scaled));
    },
  };
}

/** v of all items, [items, embeddingSize]. @param features scaled, [items, dimension]; empty: the tower has none */
export function plainItems(
  parameters: readonly NamedTensorData[],
  features: ArrayLike<number>,
  count: number,
): Float64Array {
  const values: Values = new Map(parameters.map((tensor) => [tensor.name, tensor]));
  const table = values.get('itemIds');
  const first = values.get('itemWeights1');
  const biases = values.get('itemBiases1')!.data;
  const second = values.has('itemWeights2') ? layer(values, 'item', 2) : null;
  const width = biases.length;
  const dimension = first?.shape[0] ?? 0;
  const hidden = new Float64Array(width);
  const rows = Array.from({ length: count }, (_, item) => {
    for (let h = 0; h < width; h++) {
      let sum = biases[h]! + (table?.data[item * width + h] ?? 0);
      for (let c = 0; c < dimension; c++)
        sum += features[item * dimension + c]! * first!.data[c * width + h]!;
      hidden[h] = second === null ? sum : Math.max(0, sum);
    }
    return second === null ? hidden.slice() : second(hidden);
  });
  const size = rows[0]!.length;
  const out = new Float64Array(count * size);
  rows.forEach((row, item) => out.set(row, item * size));
  return out;
}

type Forward = (x: Float64Array) => Float64Array;

function layer(values: Values, name: string, n: number): Forward {
  const { shape, data } = values.get(`${name}Weights${n}`)!;
  const biases = values.get(`${name}Biases${n}`)!.data;
  const [inputs = 0, outputs = 0] = shape;
  return (x) => {
    const out = Float64Array.from(biases);
    for (let i = 0; i < inputs; i++) {
      const from = x[i]!;
      if (from === 0) continue;
      for (let o = 0; o < outputs; o++) out[o]! += from * data[i * outputs + o]!;
    }
    return out;
  };
}

function layersOf(values: Values, name: string): Forward {
  const first = layer(values, name, 1);
  if (!values.has(`${name}Weights2`)) return first;
  const second = layer(values, name, 2);
  return (x) => second(first(x).map((sum) => Math.max(0, sum)));
}

/** What the towers score and the policy does in some rounds. A row is overwritten by the next. */
export interface PlainPolicy extends Policy {
  readonly items: number;
  /** Of the last row: the scores u . v, and the item of the largest. */
  readonly scores: Float64Array;
  greedy(): number;
}

export function plainPolicy(
  config: PolicyConfig,
  towers: PlainTowers,
  { context }: Pick<LoggedRounds, 'context'>,
): PlainPolicy {
  const { contextDimension, embeddingSize: size, items: v, intercept } = towers;
  const count = v.length / size;
  const u = new Float64Array(size);
  const scores = new Float64Array(count);
  const row = new Float64Array(count);
  const greedy = () => scores.reduce((best, score, item) => (score > scores[best]! ? item : best), 0);
  return {
    items: count,
    scores,
    greedy,
    row(round) {
      towers.user(context, round * contextDimension, u);
      for (let item = 0; item < count; item++) {
        let sum = 0;
        for (let e = 0; e < size; e++) sum += u[e]! * v[item * size + e]!;
        scores[item] = sum;
      }
      act(config, scores, intercept, row, greedy);
      return row;
    },
  };
}

function act(
  { learning, policyTemperature, exploration }: PolicyConfig,
  scores: Float64Array,
  intercept: number,
  row: Float64Array,
  greedy: () => number,
): void {
  if (learning.kind === 'regression' && learning.act === 'greedy') {
    row.fill(0);
    row[greedy()] = 1;
  } else {
    const isLogistic = learning.kind === 'regression' && learning.loss === 'logistic';
    let most = -Infinity;
    for (let item = 0; item < scores.length; item++) {
      const score = isLogistic ? 1 / (1 + Math.exp(-scores[item]! - intercept)) : scores[item]!;
      row[item] = score / policyTemperature;
      most = Math.max(most, row[item]!);
    }
    let sum = 0;
    for (let item = 0; item < row.length; item++) sum += row[item] = Math.exp(row[item]! - most);
    for (let item = 0; item < row.length; item++) row[item]! /= sum;
  }
  if (exploration === 0) return;
  for (let item = 0; item < row.length; item++)
    row[item] = (1 - exploration) * row[item]! + exploration / row.length;
}
