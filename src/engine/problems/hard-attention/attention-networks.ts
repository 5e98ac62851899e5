/**
 * Two networks that share nothing: one scores patches (where to look), one classifies what is seen.
 *
 * where: score_p = w . tanh(V x_p + U h + u n_p), with h the mean feature of what was seen and n_p how often patch p was
 * what:  a_p = relu(W x_p + c_p), r = sum_p z_p a_p, classes = network(r); of T glimpses r is the mean over them
 *
 * Source: Xu, Ba, Kiros, Cho, Courville, Salakhutdinov, Zemel, Bengio, "Show, Attend and Tell", ICML 2015, equations 4 to 6 and
 * section 4 (hard and soft attention over annotation vectors); the scores are those of Bahdanau, Cho, Bengio, ICLR 2015, appendix
 * A.1.2. Glimpses: Mnih, Heess, Graves, Kavukcuoglu, "Recurrent Models of Visual Attention", NIPS 2014. Differs from both: a mean
 * over what was seen in place of a recurrent state, and patches in place of features of a convolutional network.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ImageData } from '../../images/image-data.ts';
import { createDense, forward, namedLayers, type DenseLayer } from '../../networks/dense.ts';
import { tanh } from '../../networks/tanh.ts';
import { fold, type Key } from '../../random/key.ts';
import { patchesOf, type HardAttentionConfig } from './config.ts';
import { imagePixels } from '../../images/config.ts';
import { denseSizes, trainingBytes } from '../../networks/memory.ts';

export type Parameters = Readonly<Record<string, tf.Variable>>;

export function createParameters(config: HardAttentionConfig, data: ImageData, init: Key): Parameters {
  const { features, scoreUnits, hiddenUnits, attention } = config;
  const pixels = data.height * data.width;
  const network = (name: string, sizes: readonly number[]) =>
    namedLayers(name, createDense(sizes, fold(init, name)));
  const zeros = (shape: [number, number]) => tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R2>(shape)));
  const scored = attention.kind === 'patch' || attention.kind === 'glimpses' || attention.kind === 'mask';
  return {
    ...network('what', [pixels, features]),
    whatPlaces: zeros([patchesOf(config), features]),
    ...network('class', [features, hiddenUnits, data.classes]),
    ...(scored ? network('where', [pixels, scoreUnits, 1]) : {}),
    ...(attention.kind === 'glimpses'
      ? { ...network('seen', [features, scoreUnits]), seenTimes: zeros([1, scoreUnits]) }
      : {}),
  };
}

/** What the classifier and the scores make of the patches of a minibatch, and of what is seen of them. */
export interface Attention {
  /** z [B, P], of one glimpse or a mask -> r [B, F]. */
  look(z: tf.Tensor2D): tf.Tensor2D;
  /** r [B, F] -> logits of the classes [B, C]. */
  classify(seen: tf.Tensor2D): tf.Tensor2D;
  /** @param before the glimpses seen so far, [B, P] each -> scores [B, P] */
  score(before: readonly tf.Tensor2D[]): tf.Tensor2D;
}

/** @param patches [B, P, pixels] */
export function attend(parameters: Parameters, patches: tf.Tensor3D): Attention {
  const [rows, places, pixels] = patches.shape;
  const flat = tf.reshape<tf.Rank.R2>(patches, [rows * places, pixels]);
  const layer = (name: string, n = 1): Pick<DenseLayer, 'weights' | 'biases'> => ({
    weights: parameters[`${name}Weights${n}`] as tf.Variable<tf.Rank.R2>,
    biases: parameters[`${name}Biases${n}`] as tf.Variable<tf.Rank.R1>,
  });
  const perPatch = (name: string) =>
    tf.reshape<tf.Rank.R3>(forward([layer(name)], flat, 'tanh'), [rows, places, -1]);
  const features = tf.relu(tf.add<tf.Tensor3D>(perPatch('what'), parameters['whatPlaces']!));
  const look = (z: tf.Tensor2D) =>
    tf.reshape<tf.Rank.R2>(tf.matMul(tf.reshape(z, [rows, 1, places]), features), [rows, -1]);
  const own = parameters['whereWeights1'] === undefined ? undefined : perPatch('where');
  return {
    look,
    classify: (seen) => forward([layer('class', 1), layer('class', 2)], seen, 'relu'),
    score(before) {
      const sums = before.length === 0 ? own! : tf.add<tf.Tensor3D>(own!, memory(before));
      const units = sums.shape[2];
      const hidden = tanh(tf.reshape<tf.Rank.R2>(sums, [rows * places, units]));
      return tf.reshape<tf.Rank.R2>(forward([layer('where', 2)], hidden, 'tanh'), [rows, places]);
    },
  };

  /** U h + u n_p, [B, P, A] */
  function memory(before: readonly tf.Tensor2D[]): tf.Tensor3D {
    const mean = meanOf(before);
    const seen = forward([layer('seen')], look(mean), 'tanh');
    const times = tf.expandDims(tf.mul(mean, before.length), 2);
    const counted = tf.mul(times, tf.expandDims(parameters['seenTimes']!, 0));
    return tf.add<tf.Tensor3D>(tf.expandDims(seen, 1), counted);
  }
}

/** Of T glimpses, how much of all that is seen each patch is: [B, P]. */
export function meanOf(values: readonly tf.Tensor2D[]): tf.Tensor2D {
  const sum = values.reduce((before, z) => tf.add(before, z));
  return values.length === 1 ? sum : tf.div(sum, values.length);
}

/** `ProblemDefinition.memory` */
export function attentionMemory(config: HardAttentionConfig): number {
  const { batch, features, scoreUnits, hiddenUnits, data } = config;
  const pixels = imagePixels(data);
  const places = patchesOf(config);
  const { parameters } = denseSizes([pixels, features, hiddenUnits], [pixels, scoreUnits, 1]);
  const outputs = places * (features + scoreUnits) + hiddenUnits;
  return trainingBytes(parameters + places * features, batch, outputs, places * pixels);
}
