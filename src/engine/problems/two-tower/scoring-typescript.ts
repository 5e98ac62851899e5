/** The scoring module in TypeScript: a file without imports, for Node, browsers and whatever else has `atob`. */

/** @param model of `scoringModel` */
export function typescriptModule(model: string): string {
  // A text that is parsed is read faster than an object of that size, by compilers too.
  return `${HEAD}const model: Model = JSON.parse(${JSON.stringify(model)});\n${BODY}`;
}

const HEAD = String.raw`/**
 * Scores and policy of a two-tower recommender, exported by Gumbel Studio: contexts in, items out. Written by a program;
 * export it again instead of editing it.
 *
 *     import { contextNames, recommend } from './scoring.ts';
 *     recommend(contextNames.map(() => 0), 10);
 *
 * A context has one number for each of contextNames, as the log has it: it is scaled here.
 */

interface Tensor {
  readonly shape: readonly number[];
  /** float32, little-endian, in base64. */
  readonly data: string;
}

interface Model {
  readonly log: string;
  readonly step: number;
  readonly contextNames: readonly string[];
  readonly items: readonly string[];
  readonly act: 'softmax' | 'greedy';
  readonly logistic: boolean;
  readonly intercept: number;
  readonly policyTemperature: number;
  readonly exploration: number;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

`;

const BODY = String.raw`
/** Names of the context's numbers, in their order. */
export const contextNames: readonly string[] = model.contextNames;
/** Names of the items, in the order of scores and probabilities. */
export const items: readonly string[] = model.items;
/** b of a regression, which predicts the reward u . v + b, of logistic loss as 1 / (1 + exp(-u . v - b)); else 0. */
export const intercept: number = model.intercept;

function numbers(name: string): Float64Array {
  const binary = atob(model.tensors[name]!.data);
  const view = new DataView(new ArrayBuffer(binary.length));
  for (let i = 0; i < binary.length; i++) view.setUint8(i, binary.charCodeAt(i));
  return Float64Array.from({ length: binary.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

const mean = numbers('contextMean');
const deviation = numbers('contextDeviation');
const vectors = numbers('itemEmbeddings');
const layers = ['1', '2']
  .filter((n) => model.tensors['userWeights' + n] !== undefined)
  .map((n) => ({ weights: numbers('userWeights' + n), biases: numbers('userBiases' + n) }));

/** u of a context. Throws a RangeError if it has another number of features. */
export function userVector(context: ArrayLike<number>): Float64Array {
  if (context.length !== mean.length)
    throw new RangeError('context: expected ' + mean.length + ' numbers, as contextNames has, found ' + context.length);
  let values = mean.map((value, c) => (context[c]! - value) / deviation[c]!);
  layers.forEach(({ weights, biases }, n) => {
    const inputs = n === 0 ? values : values.map((value) => Math.max(0, value));
    const outputs = biases.slice();
    inputs.forEach((value, i) => {
      for (let o = 0; o < outputs.length; o++) outputs[o]! += value * weights[i * outputs.length + o]!;
    });
    values = outputs;
  });
  return values;
}

/** u . v of every item. */
export function scores(context: ArrayLike<number>): Float64Array {
  const u = userVector(context);
  return Float64Array.from(items, (_, item) => u.reduce((sum, value, e) => sum + value * vectors[item * u.length + e]!, 0));
}

/** Probability with which the policy shows every item. */
export function policy(context: ArrayLike<number>): Float64Array {
  const own = scores(context);
  const count = own.length;
  let row: Float64Array;
  if (model.act === 'greedy') {
    const best = own.indexOf(own.reduce((most, score) => Math.max(most, score), -Infinity));
    row = own.map((_, item) => Number(item === best));
  } else {
    const worth = model.logistic ? own.map((score) => 1 / (1 + Math.exp(-score - intercept))) : own;
    const logits = worth.map((value) => value / model.policyTemperature);
    const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = logits.map((logit) => Math.exp(logit - most));
    const sum = powers.reduce((a, b) => a + b, 0);
    row = powers.map((power) => power / sum);
  }
  return row.map((chance) => (1 - model.exploration) * chance + model.exploration / count);
}

/** The items of the largest scores, the largest first. */
export function recommend(
  context: ArrayLike<number>,
  count = 10,
): { readonly item: string; readonly score: number; readonly probability: number }[] {
  const own = scores(context);
  const chances = policy(context);
  return Array.from(own, (_, item) => item)
    .sort((a, b) => own[b]! - own[a]!)
    .slice(0, count)
    .map((item) => ({ item: items[item]!, score: own[item]!, probability: chances[item]! }));
}
`;
