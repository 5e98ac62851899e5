/**
 * A rectified flow that carries s_0 in R^m to a bundle: the field phi(t, s; s_0) = eta(t) Q(s_0) s, with two networks,
 *   Q:   x -> W_3' tanh(W_2' tanh(W_1' x + b_1) + b_2) + b_3,  x = (s_0 - inputCentre) / inputScale
 *   eta: t -> w_5' tanh(w_4 t + b_4) + b_5
 * Diagonal Q: m numbers, Q s is elementwise. Full Q: m x m numbers, row by row.
 * Source: Wang, Jiang, Parkes, "BundleFlow: Deep Menus for Combinatorial Auctions by Diffusion-Based Optimization",
 * NeurIPS 2025, equations 9 to 12, https://arxiv.org/abs/2502.15283; diagonal Q, sizes and Euler steps as in the authors' code.
 */
import { fillUniform } from '../random/fill.ts';
import { fold, type Key } from '../random/key.ts';
export interface FlowShape {
  /** Items m. */
  readonly items: number;
  readonly field: 'diagonal' | 'full';
  /** Hidden units of either network; the second layer of Q's has twice as many for more than 100 items. */
  readonly width: number;
  /** Steps N of Euler's method from t = 0 to 1. */
  readonly eulerSteps: number;
  /** What the network of Q subtracts from s_0, and then divides by; 0 and 1 in the paper. */
  readonly inputCentre: number;
  readonly inputScale: number;
}

/** Weights [in, out] and biases [out] of the layers, by name. */
export type FlowWeights = Readonly<Record<FlowWeightName, Float32Array>>;

export const flowWeightNames = [
  'q1',
  'q1Bias',
  'q2',
  'q2Bias',
  'q3',
  'q3Bias',
  'eta1',
  'eta1Bias',
  'eta2',
  'eta2Bias',
] as const;
export type FlowWeightName = (typeof flowWeightNames)[number];

/** Sides of each tensor of weights: [in, out], or [out] of a bias. */
export function flowWeightShapes(shape: FlowShape): Readonly<Record<FlowWeightName, readonly number[]>> {
  const { items, field, width } = shape;
  const second = items > 100 ? 2 * width : width;
  const out = field === 'full' ? items * items : items;
  return {
    q1: [items, width],
    q1Bias: [width],
    q2: [width, second],
    q2Bias: [second],
    q3: [second, out],
    q3Bias: [out],
    eta1: [1, width],
    eta1Bias: [width],
    eta2: [width, 1],
    eta2Bias: [1],
  };
}

/** Hidden units of the authors' networks. */
export function usualWidth(items: number): number {
  return items > 100 ? 256 : 128;
}

/** Weights of a flow at step 0: uniform within 1 / sqrt(inputs) of 0, weights and biases, as PyTorch's linear layers start. */
export function initialFlow(shape: FlowShape, key: Key): FlowWeights {
  const shapes = flowWeightShapes(shape);
  const drawn = flowWeightNames.map((name) => {
    const size = shapes[name].reduce((product, side) => product * side, 1);
    const [inputs = 1] = shapes[name.replace('Bias', '') as typeof name];
    const bound = 1 / Math.sqrt(inputs);
    const values = new Float32Array(size);
    fillUniform(fold(key, name), values);
    return [name, values.map((u) => bound * (2 * u - 1))] as const;
  });
  // One entry per name, by construction.
  return Object.fromEntries(drawn) as unknown as FlowWeights;
}
