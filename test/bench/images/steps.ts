/** The steps that the bench of images times. */
import * as tf from '@tensorflow/tfjs-core';
import { FusedAdam } from '../../../src/engine/kernels/adam.ts';
import { createDense, forward, namedLayers } from '../../../src/engine/networks/dense.ts';
import { fold, rootKey } from '../../../src/engine/random/key.ts';
import { uniform } from '../../../src/engine/random/noise.ts';
import { createSessionStep } from '../step/product-step.ts';

const BATCH = 100;
const [SIDE, LATENTS, HIDDEN] = [28, 200, 200];
const key = rootKey(1);

/** One step of training; its loss, for the caller to dispose. */
export type Step = () => tf.Scalar;

function trained(parameters: Readonly<Record<string, tf.Variable>>, loss: (step: number) => tf.Scalar): Step {
  const variables = Object.values(parameters);
  const adam = new FusedAdam(0.001, 0.9, 0.999, 1e-8);
  let step = 0;
  return () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => loss(step++), variables);
      adam.applyGradients(variables.map(({ name }) => ({ name, tensor: grads[name]! })));
      return value;
    });
}

/** Ten batches of images of bits. */
function batches(): tf.Tensor2D[] {
  return Array.from({ length: 10 }, (_, i) =>
    tf.tidy(() => tf.cast(tf.greater(uniform(fold(key, i), [BATCH, SIDE ** 2]), 0.7), 'float32')),
  );
}

/** The product's own session: 784-200(tanh)-200 bits-200(tanh)-784, straight-through, ELBO with the KL term in closed form. */
export async function mlpVae(): Promise<Step> {
  const config = {
    data: { kind: 'shapes', side: SIDE, count: 2000, binarize: 'threshold' },
    latents: LATENTS,
    hiddenUnits: HIDDEN,
    activation: 'tanh',
    batch: BATCH,
    learningRate: 0.001,
  };
  return (await createSessionStep('discrete-vae', config, 'straight-through', 1)).run;
}

/** Convolution of 8 filters 3 x 3, pool, of 16, pool, dense to 10 classes; cross-entropy. */
export function classifier(): Promise<Step> {
  const [first, second] = [filters('first', 1, 8), filters('second', 8, 16)];
  const last = createDense([(SIDE / 4) ** 2 * 16, 10], fold(key, 'last'));
  const data = batches();
  const classes = tf.tidy(() =>
    tf.oneHot(tf.mod(tf.range(0, BATCH, 1, 'int32'), tf.scalar(10, 'int32')), 10, 1, 0, 'float32'),
  );
  const parameters = { ...first, ...second, ...namedLayers('last', last) };
  const run = trained(parameters, (step) => {
    const images = tf.reshape<tf.Rank.R4>(data[step % data.length]!, [BATCH, SIDE, SIDE, 1]);
    const half = pooled(first, images);
    const quarter = pooled(second, half);
    const logits = forward(last, tf.reshape(quarter, [BATCH, -1]), 'relu');
    const shifted = tf.sub(logits, tf.max(logits, 1, true));
    const logSum = tf.log(tf.sum(tf.exp(shifted), 1, true));
    return tf.mul<tf.Scalar>(tf.sum(tf.mul(classes, tf.sub(shifted, logSum))), -1 / BATCH);
  });
  return Promise.resolve(run);
}

function filters(name: string, channels: number, count: number): Record<string, tf.Variable> {
  return tf.tidy(() => ({
    [`${name}Filters`]: tf.variable(tf.sub(uniform(fold(key, name), [3, 3, channels, count]), 0.5)),
    [`${name}Biases`]: tf.variable(tf.zeros([count])),
  }));
}

function pooled(layer: Readonly<Record<string, tf.Variable>>, images: tf.Tensor4D): tf.Tensor4D {
  const [weights, biases] = Object.values(layer) as [tf.Variable<tf.Rank.R4>, tf.Variable<tf.Rank.R1>];
  return tf.maxPool<tf.Tensor4D>(
    tf.relu(tf.add(tf.conv2d(images, weights, 1, 'same'), biases)),
    2,
    2,
    'valid',
  );
}
