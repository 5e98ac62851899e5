/**
 * Two networks that meet in a product: one makes u of a context, one makes v of an item, and the score is u . v.
 *
 * A tower is one layer, or two with rectified units between. An item's input is which item it is (one-hot), its features, or both;
 * weights of the one-hot part are a table with a row for each item. Numbers of contexts and items are brought to mean 0 and deviation
 * 1 over the training rounds and the items first, where they are not all 0 and 1.
 *
 * Source: Covington, Adams, Sargin, "Deep Neural Networks for YouTube Recommendations", RecSys 2016; Yi et al., "Sampling-Bias-Corrected
 * Neural Modeling for Large Corpus Item Recommendations", RecSys 2019, section 3. Differs from source: embeddings are not normalised.
 */
import * as tf from '@tensorflow/tfjs-core';
import { createDense, forward, namedLayers, type DenseLayer } from '../../networks/dense.ts';
import type { LoggedData } from '../../off-policy/logged-rounds.ts';
import { fold, type Key } from '../../random/key.ts';
import { normal } from '../../random/noise.ts';
import type { TwoTowerConfig } from './config.ts';

export type Parameters = Readonly<Record<string, tf.Variable>>;

type Sizes = Pick<
  TwoTowerConfig,
  'userTower' | 'itemTower' | 'itemInput' | 'embeddingSize' | 'hiddenUnits' | 'learning'
>;
type Shape = Pick<LoggedData, 'contextDimension' | 'items'>;

/** Parameters by name: userWeights1, ..., itemIds, itemWeights1, ...; of a regression also `intercept`. */
export function createParameters(config: Sizes, data: Shape, init: Key): Parameters {
  const { userTower, itemTower, itemInput, embeddingSize, hiddenUnits, learning } = config;
  const { items } = data;
  const after = (tower: 'linear' | 'mlp') =>
    tower === 'mlp' ? [hiddenUnits, embeddingSize] : [embeddingSize];
  const dense = (name: string, sizes: readonly number[]) =>
    namedLayers(name, createDense(sizes, fold(init, name)));
  const itemLayers = after(itemTower);
  const first = itemLayers[0]!;
  // Without features, the first layer is the table alone, and its biases.
  const inputs = itemInput === 'ids' ? 0 : items.dimension;
  const item = dense('item', [Math.max(1, inputs), ...itemLayers]);
  if (inputs === 0) item['itemWeights1']!.dispose();
  const { itemWeights1, ...withoutFeatures } = item;
  return {
    ...dense('user', [data.contextDimension, ...after(userTower)]),
    ...(inputs === 0 ? withoutFeatures : { itemWeights1: itemWeights1!, ...withoutFeatures }),
    ...(itemInput === 'features'
      ? {}
      : {
          itemIds: tf.tidy(() =>
            tf.variable(
              tf.div(normal<tf.Rank.R2>(fold(init, 'ids'), [items.count, first]), Math.sqrt(first)),
            ),
          ),
        }),
    ...(learning.kind === 'regression' ? { intercept: tf.tidy(() => tf.variable(tf.zeros([1]))) } : {}),
  };
}

const layer = (parameters: Parameters, name: string, n: number): Pick<DenseLayer, 'weights' | 'biases'> => ({
  weights: parameters[`${name}Weights${n}`] as tf.Variable<tf.Rank.R2>,
  biases: parameters[`${name}Biases${n}`] as tf.Variable<tf.Rank.R1>,
});

/** @param x contexts as `scaleOf` brings them, [B, contextDimension] @returns u, [B, embeddingSize] */
export function userEmbeddings(parameters: Parameters, x: tf.Tensor2D): tf.Tensor2D {
  const layers = [layer(parameters, 'user', 1)];
  if (parameters['userWeights2'] !== undefined) layers.push(layer(parameters, 'user', 2));
  return forward(layers, x, 'relu');
}

/** @param features as `scaleOf` brings them, [K, dimension]; null: the tower has none @returns v, [K, embeddingSize] */
export function itemEmbeddings(parameters: Parameters, features: tf.Tensor2D | null): tf.Tensor2D {
  const { itemIds, itemWeights1, itemBiases1 } = parameters;
  const parts: tf.Tensor[] = [];
  if (itemIds !== undefined) parts.push(itemIds);
  if (itemWeights1 !== undefined) parts.push(tf.matMul(features!, itemWeights1));
  const sums = tf.add<tf.Tensor2D>(
    parts.reduce((sum, part) => tf.add(sum, part)),
    itemBiases1!,
  );
  if (parameters['itemWeights2'] === undefined) return sums;
  return forward([layer(parameters, 'item', 2)], tf.relu(sums), 'relu');
}

/** Rows of v, one for each of n items: [n, embeddingSize]. @param items [n], int32 */
export function rowsOf(v: tf.Tensor2D, items: tf.Tensor1D): tf.Tensor2D {
  const { shape } = v;
  // The gradient of tf.gather has no kernel on wasm.
  const gather = tf.customGrad<tf.Tensor2D>((...args) => {
    const [values, save] = args as unknown as [tf.Tensor2D, tf.GradSaveFunc];
    save([tf.expandDims(items, 1)]);
    return {
      value: tf.gather(values, items),
      gradFunc: (dy, [places]) => tf.scatterND(places!, dy, shape),
    };
  });
  return gather(v);
}

/** u . v row by row, [B]. */
export function products(u: tf.Tensor2D, v: tf.Tensor2D): tf.Tensor1D {
  return tf.sum<tf.Tensor1D>(tf.mul(u, v), 1);
}

/** What brings features to mean 0 and deviation 1: value -> (value - mean) / deviation. */
export interface Scale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** @param values [rows, dimension]. Features that are 0 or 1, or always the same, stay as they are. */
export function scaleOf(values: Float64Array, dimension: number): Scale {
  const rows = dimension === 0 ? 0 : values.length / dimension;
  const mean = new Float64Array(dimension);
  const deviation = new Float64Array(dimension).fill(1);
  for (let c = 0; c < dimension; c++) {
    let sum = 0;
    let bits = true;
    for (let i = 0; i < rows; i++) {
      const value = values[i * dimension + c]!;
      sum += value;
      bits &&= value === 0 || value === 1;
    }
    if (bits) continue;
    let squares = 0;
    for (let i = 0; i < rows; i++) squares += (values[i * dimension + c]! - sum / rows) ** 2;
    if (squares === 0) continue;
    mean[c] = sum / rows;
    deviation[c] = Math.sqrt(squares / rows);
  }
  return { mean, deviation };
}

/** Rows `rows` of values [.., dimension], scaled: [rows, dimension] row by row. */
export function scaledRows(
  values: Float64Array,
  rows: ArrayLike<number>,
  { mean, deviation }: Scale,
): Float32Array {
  const dimension = mean.length;
  const out = new Float32Array(rows.length * dimension);
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * dimension;
    for (let c = 0; c < dimension; c++)
      out[i * dimension + c] = (values[from + c]! - mean[c]!) / deviation[c]!;
  }
  return out;
}
