/**
 * Hard attention as an instance. f is the loss of the classifier in nats for what is seen, to be minimised: the cross-entropy of
 * the true class, and for a mask the price of the patches seen. Without a choice to learn (random, oracle, whole) f has no z.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { AnyProblemInstance, StepInput } from '../../core/problem.ts';
import type { Choice } from '../../core/choice.ts';
import type { ImageData } from '../../images/image-data.ts';
import { crossEntropy } from '../../networks/cross-entropy.ts';
import { drawnTensors } from '../../random/drawn-tensors.ts';
import { randomIntegers } from '../../random/fill.ts';
import { fold, type Key } from '../../random/key.ts';
import { attend, createParameters, meanOf, type Attention } from './attention-networks.ts';
import { drawCanvases, given, givenPlaces, labelsOf } from './canvas.ts';
import { patchesOf, type HardAttentionConfig } from './config.ts';
import { evaluateAttention } from './evaluate.ts';

export function createAttentionInstance(
  config: HardAttentionConfig,
  data: ImageData,
  init: Key,
): AnyProblemInstance {
  const parameters = createParameters(config, data, init);
  const { attention } = config;
  const places = patchesOf(config);
  const common = {
    parameters,
    valueScale: 1,
    evaluate: (
      split: 'train' | 'validation' | 'test',
      mode: 'quick' | 'full',
      breathe?: () => Promise<void>,
    ) => evaluateAttention({ config, data, parameters }, split, mode, breathe),
    dispose: () => tf.dispose(parameters),
  };
  const minibatch = ({ key }: StepInput) =>
    drawnTensors(key, (own) => {
      const rows = randomIntegers(fold(own, 'rows'), config.batch, data.train.count);
      const canvases = drawCanvases(config, data, rows, own);
      return {
        patches: [canvases.patches, [config.batch, places, data.height * data.width]],
        labels: [labelsOf(data, 'train', rows), [config.batch]],
        shown: [givenPlaces(attention.kind, canvases, places, fold(own, 'patch')), [config.batch]],
      };
    });
  switch (attention.kind) {
    case 'patch':
      return {
        ...common,
        kind: 'categorical',
        latents: 1,
        classes: places,
        step(input) {
          const { patches, labels } = minibatch(input);
          const { temperature } = input;
          return { temperature, ...onePatch(attend(parameters, patches), labels) };
        },
      } satisfies AnyProblemInstance;
    case 'glimpses': {
      const stage = { latents: 1, classes: places };
      return {
        ...common,
        kind: 'categorical',
        ...stage,
        stages: Array.from({ length: attention.glimpses }, () => stage),
        step(input) {
          const { patches, labels } = minibatch(input);
          const { temperature } = input;
          return { temperature, ...glimpses(attend(parameters, patches), labels, attention.glimpses) };
        },
      } satisfies AnyProblemInstance;
    }
    case 'mask':
      return {
        ...common,
        kind: 'bernoulli',
        latents: places,
        classes: 2,
        step(input) {
          const { patches, labels } = minibatch(input);
          const { temperature } = input;
          return { temperature, ...mask(attend(parameters, patches), labels, attention.price) };
        },
      } satisfies AnyProblemInstance;
    case 'random':
    case 'oracle':
    case 'whole':
      return {
        ...common,
        kind: 'none',
        latents: 0,
        classes: 0,
        step(input) {
          const { patches, labels, shown } = minibatch(input);
          const seen = given(attention.kind, shown, places);
          const { look, classify } = attend(parameters, patches);
          return {
            temperature: input.temperature,
            choice: { kind: 'none' },
            objective: { evaluate: () => crossEntropy(classify(look(seen)), labels) },
          };
        },
      } satisfies AnyProblemInstance;
  }
}

/** Choice and f of one patch. */
function onePatch(attention: Attention, labels: tf.Tensor1D) {
  const scores = attention.score([]);
  return {
    choice: { kind: 'categorical', logits: tf.expandDims<tf.Tensor3D>(scores, 1) } as Choice,
    objective: {
      relaxable: true,
      evaluate: (z: tf.Tensor) =>
        crossEntropy(attention.classify(attention.look(tf.squeeze(z, [1]))), labels),
    },
  };
}

/** The same of T glimpses, one after the other. */
function glimpses(attention: Attention, labels: tf.Tensor1D, count: number) {
  const each = (values: readonly tf.Tensor[]) => values.map((z) => tf.squeeze<tf.Tensor2D>(z, [1]));
  return {
    choice: {
      kind: 'staged' as const,
      stageKind: 'categorical' as const,
      stages: count,
      next: (before: readonly tf.Tensor[]) => tf.expandDims(attention.score(each(before)), 1),
    },
    objective: {
      relaxable: true,
      evaluate: (values: readonly tf.Tensor[]) =>
        crossEntropy(attention.classify(attention.look(meanOf(each(values)))), labels),
    },
  };
}

/** The same of any set of patches, each at a price in nats. */
function mask(attention: Attention, labels: tf.Tensor1D, price: number) {
  return {
    choice: { kind: 'bernoulli', logits: attention.score([]) } as Choice,
    objective: {
      relaxable: true,
      evaluate: (z: tf.Tensor) =>
        tf.add<tf.Tensor1D>(
          crossEntropy(attention.classify(attention.look(z as tf.Tensor2D)), labels),
          tf.mul(tf.sum(z, 1), price),
        ),
    },
  };
}
