/**
 * All operations of all edges at once, weighted by z: what is searched with; and the log-likelihood of other images after a step of the
 * weights, as a function of z.
 * Source: Liu, Simonyan, Yang, "DARTS: Differentiable Architecture Search", ICLR 2019, section 2.3, equations 6 to 8,
 * https://arxiv.org/abs/1806.09055. Differs from source: cells of dense features in place of convolutions; weights and logits take
 * their steps of Adam together; where operations are drawn, z is the draw, and the weights take its step.
 */
import * as tf from '@tensorflow/tfjs-core';
import { onOwnTape } from '../../core/gradient-flow.ts';
import { createDense, namedLayers, type DenseLayer } from '../../networks/dense.ts';
import { tanh } from '../../networks/tanh.ts';
import { fold, type Key } from '../../random/key.ts';
import { edgesOf, isLinear, type Edge, type Operation } from './cell.ts';
import type { SearchData } from './train-cell.ts';

export interface Supernet {
  readonly edges: readonly Edge[];
  readonly operations: readonly Operation[];
  readonly nodes: number;
  readonly parameters: Readonly<Record<string, tf.Variable>>;
  /** The same in the order of `layoutOf` (`cell-network.ts`): weights and biases of stem, edges by operation, classifier. */
  readonly weights: readonly tf.Variable[];
}

/** Images with their labels, one-hot. */
export interface LabelledBatch {
  /** [B, pixels] */
  readonly x: tf.Tensor2D;
  /** [B, classes] */
  readonly targets: tf.Tensor2D;
}

export function createSupernet({ images, settings }: SearchData, key: Key): Supernet {
  const { nodes, features, operations } = settings;
  const edges = edgesOf(nodes);
  const layer = (name: string, inputs: number, outputs: number): [string, DenseLayer] => [
    name,
    createDense([inputs, outputs], fold(key, name))[0]!,
  ];
  const layers = [
    layer('stem', images.height * images.width, features),
    ...edges.flatMap((_, e) =>
      operations
        .filter((operation) => isLinear(operation))
        .map((operation) => layer(`edge${e + 1}${operation}`, features, features)),
    ),
    layer('classifier', features, images.classes),
  ];
  return {
    edges,
    operations,
    nodes,
    parameters: Object.assign({}, ...layers.map(([name, own]) => namedLayers(name, [own]))) as Record<
      string,
      tf.Variable
    >,
    weights: layers.flatMap(([, own]) => [own.weights, own.biases]),
  };
}

function operate(operation: Operation, input: tf.Tensor2D, layer: () => tf.Tensor2D): tf.Tensor2D | null {
  switch (operation) {
    case 'none':
      return null;
    case 'skip':
      return input;
    case 'relu':
      return tf.relu(layer());
    case 'tanh':
      return tanh(layer());
    case 'gate':
      return tf.mul(input, tf.sigmoid(layer()));
  }
}

/**
 * Mean log-likelihood of the labels, with the operations weighted by z.
 * @param weights in the order of `Supernet.weights` @param z [1, E, K]
 */
export function logLikelihood(
  { edges, operations, nodes }: Supernet,
  weights: readonly tf.Tensor[],
  { x, targets }: LabelledBatch,
  z: tf.Tensor,
): tf.Scalar {
  const shares = tf.unstack(tf.reshape(z, [edges.length * operations.length]));
  let next = 0;
  const linear = (input: tf.Tensor2D): tf.Tensor2D => {
    const [matrix, biases] = [weights[next]!, weights[next + 1]!];
    next += 2;
    return tf.add(tf.matMul(input, matrix as tf.Tensor2D), biases);
  };
  const values: tf.Tensor2D[] = [linear(x)];
  const sums: tf.Tensor2D[][] = Array.from({ length: nodes + 1 }, () => []);
  edges.forEach(({ from, to }, e) => {
    // Edges are sorted by where they lead: those into `from` came before.
    values[from] ??= total(sums[from]!, values[0]!);
    const input = values[from];
    operations.forEach((operation, k) => {
      const made = operate(operation, input, () => linear(input));
      if (made !== null) sums[to]!.push(tf.mul(made, shares[e * operations.length + k]!));
    });
  });
  const scores = linear(total(sums[nodes]!, values[0]!));
  return tf.mean(tf.sum(tf.mul(tf.logSoftmax(scores), targets), 1));
}

function total(parts: tf.Tensor2D[], like: tf.Tensor2D): tf.Tensor2D {
  return parts.length === 0 ? tf.zerosLike(like) : tf.addN(parts);
}

/** Step of the finite difference, over the norm of its direction: as in the paper's footnote 2. */
const DIFFERENCE = 0.01;

/**
 * L_val(w + xi grad_w L_train(w, z), z) and its gradient for z, with the matrix of second derivatives by a central difference along
 * the gradient for the stepped weights (equation 8); constants to every gradient. The caller's tape or tidy owns them.
 */
export function unrolled(
  net: Supernet,
  train: LabelledBatch,
  other: LabelledBatch,
  z: tf.Tensor,
  xi: number,
): { readonly value: tf.Scalar; readonly gradient: tf.Tensor } {
  return onOwnTape(() =>
    tf.tidy(() => {
      const weights = [...net.weights];
      const step = tf.grads((...own: tf.Tensor[]) => logLikelihood(net, own, train, z))(weights);
      const stepped = weights.map((weight, i) => tf.add(weight, tf.mul(step[i]!, xi)));
      const seen = tf.valueAndGrads((at: tf.Tensor, ...own: tf.Tensor[]) =>
        logLikelihood(net, own, other, at),
      )([z, ...stepped]);
      const [direct, ...along] = seen.grads;
      const norm = tf.sqrt(tf.addN(along.map((slope) => tf.sum(tf.square(slope)))));
      const epsilon = tf.div(DIFFERENCE, tf.maximum(norm, 1e-12));
      const slopeAt = (sign: 1 | -1) => {
        const moved = weights.map((weight, i) => tf.add(weight, tf.mul(along[i]!, tf.mul(epsilon, sign))));
        return tf.grad((at) => logLikelihood(net, moved, train, at))(z);
      };
      const second = tf.div(tf.sub(slopeAt(1), slopeAt(-1)), tf.mul(epsilon, 2));
      return { value: seen.value, gradient: tf.add(direct!, tf.mul(second, xi)) };
    }),
  );
}
