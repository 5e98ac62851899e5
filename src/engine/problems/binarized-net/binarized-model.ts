/** A binarised network as an instance: the layers, what of them is drawn, and the flips of their signs. */
import * as tf from '@tensorflow/tfjs-core';
import type { BernoulliChoice, NoChoice, OneChoice, StagedChoice } from '../../core/choice.ts';
import type { AnyProblemInstance, ProblemInstance, StepChoice } from '../../core/problem.ts';
import type { ImageData } from '../../images/image-data.ts';
import { imageBatches } from '../../images/minibatch.ts';
import type { Key } from '../../random/key.ts';
import type { Split } from '../../../shared/split.ts';
import { layerSizes, type BinarizedNetConfig } from './config.ts';
import { classify, GREYS, hardNetwork, type HardNetwork } from './hard-network.ts';
import {
  binarized,
  createBinaryLayers,
  logLikelihood,
  keepStatistics,
  normalisedSums,
  signed,
  signOf,
  through,
  type BinaryLayer,
  type Statistics,
} from './layers.ts';
import { splitMetrics } from './metrics.ts';

/** Images of a split that a quick evaluation looks at. */
const QUICK = 500;
/** Share of the average of flips that stays at each step. */
const FLIP_DECAY = 0.95;

/** What a step found that `advance` keeps. */
interface Found {
  readonly statistics: Statistics[];
  /** Of the weights before the step; empty where they are numbers. */
  readonly signs: tf.Tensor[];
}

type InstanceOf<C extends OneChoice | StagedChoice | NoChoice> = Pick<
  ProblemInstance<C>,
  'kind' | 'latents' | 'classes' | 'stages' | 'step'
>;

export function createBinarizedInstance(
  config: BinarizedNetConfig,
  data: ImageData,
  init: Key,
): AnyProblemInstance {
  const sizes = layerSizes(config, data.height * data.width, data.classes);
  const layers = createBinaryLayers(sizes, init);
  const flips = tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([2]), false));
  const batches = imageBatches(data);
  let found: Found | undefined;

  const forget = () => {
    if (found !== undefined) tf.dispose([found.statistics, found.signs]);
    found = undefined;
  };
  /** The minibatch of a step, and a fresh record of what is found in it. */
  const begin = (key: Key): Minibatch & { note(statistics: Statistics): void } => {
    forget();
    const signs = config.weights === 'sign' ? layers.map(({ weights }) => tf.keep(signOf(weights))) : [];
    const record: Found = { statistics: [], signs };
    found = record;
    const { x, labels } = batches.minibatch(key, config.batch);
    return {
      x: tf.div(tf.sub(tf.mul(tf.round(tf.mul(x, GREYS)), 2), GREYS), GREYS),
      targets: tf.oneHot(labels!, data.classes, 1, 0, 'float32') as tf.Tensor2D,
      note: (statistics) => record.statistics.push(tf.keep(statistics)),
    };
  };

  const shared = {
    parameters: named(layers, ({ weights, scale, shift }) => ({
      Weights: weights,
      Scale: scale,
      Shift: shift,
    })),
    state: {
      flips,
      ...(config.normalisation === 'batch' ? named(layers, ({ running }) => ({ Running: running })) : {}),
    },
    valueScale: 1,
    advance() {
      if (found === undefined) return;
      for (const [i, statistics] of found.statistics.entries()) keepStatistics(layers[i]!, statistics);
      if (found.signs.length > 0) tf.tidy(() => bringOn(layers, found!.signs, config, flips));
      forget();
    },
    async evaluate(split: Split, mode: 'quick' | 'full', breathe?: () => Promise<void>) {
      const network = await current();
      const { count, labels } = data[split];
      const looked = mode === 'quick' ? Math.min(QUICK, count) : count;
      const outcome = await classify(network, data[split], looked, breathe);
      const [sum = 0, weight = 0] = await flips.data<'float32'>();
      const share = config.weights === 'sign' && weight > 0 ? sum / weight : undefined;
      return splitMetrics(split, outcome, labels!, share);
    },
    async outcome() {
      const { layers: hard } = await current();
      return hard.flatMap(({ scale, shift, outputs }, i) => [
        { name: `scale${i + 1}`, shape: [outputs], data: scale },
        { name: `shift${i + 1}`, shape: [outputs], data: shift },
      ]);
    },
    dispose() {
      forget();
      tf.dispose([flips, ...layers.flatMap((layer) => Object.values(layer) as tf.Variable[])]);
    },
  };
  switch (config.stochastic) {
    case 'none':
      return { ...shared, ...withoutChoice() };
    case 'weights':
      return { ...shared, ...withWeightsDrawn() };
    case 'activations':
      return config.hiddenLayers === 1
        ? { ...shared, ...withOneLayerDrawn() }
        : { ...shared, ...withLayersDrawn() };
  }

  async function current(): Promise<HardNetwork> {
    const host = await Promise.all(
      layers.map(async ({ weights, scale, shift, running }) => ({
        weights: Float32Array.from(await weights.data<'float32'>()),
        scale: await scale.data<'float32'>(),
        shift: await shift.data<'float32'>(),
        running: await running.data<'float32'>(),
      })),
    );
    return hardNetwork(config, host);
  }

  function withoutChoice(): InstanceOf<NoChoice> {
    return {
      kind: 'none',
      latents: 0,
      classes: 0,
      step({ key }) {
        const { x, targets, note } = begin(key);
        const weights = layers.map((layer) =>
          config.weights === 'sign' ? binarized<tf.Tensor2D>(layer.weights, 'identity') : layer.weights,
        );
        return {
          choice: { kind: 'none' },
          objective: { evaluate: () => logLikelihood(through(layers, x, weights, config, note), targets) },
          temperature: 1,
        };
      },
    };
  }

  function withWeightsDrawn(): InstanceOf<BernoulliChoice> {
    const counts = layers.map(({ weights }) => weights.size);
    const latents = counts.reduce((sum, count) => sum + count, 0);
    return {
      kind: 'bernoulli',
      latents,
      classes: 2,
      step({ key, temperature }): StepChoice<BernoulliChoice> {
        const { x, targets, note } = begin(key);
        const flat = tf.concat(layers.map(({ weights }) => tf.reshape<tf.Rank.R1>(weights, [weights.size])));
        return {
          choice: {
            kind: 'bernoulli',
            // The mean sign of a weight is tanh of the latent one.
            logits: tf.tile(tf.reshape<tf.Rank.R2>(tf.mul(flat, 2), [1, latents]), [config.draws, 1]),
          },
          objective: {
            relaxable: true,
            evaluate: (z) =>
              tf.stack<tf.Tensor>(
                tf.unstack(z as tf.Tensor2D).map((row) => {
                  const parts = tf.split<tf.Tensor1D>(signed(row), counts);
                  const weights = parts.map((part, i) =>
                    tf.reshape<tf.Rank.R2>(part, layers[i]!.weights.shape),
                  );
                  return tf.mean<tf.Scalar>(
                    logLikelihood(through(layers, x, weights, config, note), targets),
                  );
                }),
              ) as tf.Tensor1D,
          },
          temperature,
        };
      },
    };
  }

  /** Sums of layer `depth`, whose hidden units below are given. */
  function sumsOf(depth: number, input: tf.Tensor2D): tf.Tensor2D {
    const layer = layers[depth]!;
    const weights =
      config.weights === 'sign' ? binarized<tf.Tensor2D>(layer.weights, 'identity') : layer.weights;
    return normalisedSums(layer, input, weights, config);
  }

  function withOneLayerDrawn(): InstanceOf<BernoulliChoice> {
    return {
      kind: 'bernoulli',
      latents: config.hiddenUnits,
      classes: 2,
      step({ key, temperature }): StepChoice<BernoulliChoice> {
        const { x, targets } = begin(key);
        return {
          choice: { kind: 'bernoulli', logits: tf.mul(sumsOf(0, x), 2) },
          objective: {
            relaxable: true,
            evaluate: (z) => logLikelihood(sumsOf(1, signed(z as tf.Tensor2D)), targets),
          },
          temperature,
        };
      },
    };
  }

  function withLayersDrawn(): InstanceOf<StagedChoice> {
    const { hiddenLayers, hiddenUnits } = config;
    const sizesOfStage = { latents: hiddenUnits, classes: 2 };
    return {
      kind: 'bernoulli',
      ...sizesOfStage,
      stages: new Array<typeof sizesOfStage>(hiddenLayers).fill(sizesOfStage),
      step({ key, temperature }): StepChoice<StagedChoice> {
        const { x, targets } = begin(key);
        const inputOf = (values: readonly tf.Tensor[]) => {
          const last = values.at(-1);
          return last === undefined ? x : signed(last as tf.Tensor2D);
        };
        return {
          choice: {
            kind: 'staged',
            stageKind: 'bernoulli',
            stages: hiddenLayers,
            // The mean sign of a unit is tanh of its normalised sum.
            next: (prefix) => tf.mul(sumsOf(prefix.length, inputOf(prefix)), 2),
          },
          objective: {
            relaxable: true,
            evaluate: (values) => logLikelihood(sumsOf(hiddenLayers, inputOf(values)), targets),
          },
          temperature,
        };
      },
    };
  }
}

interface Minibatch {
  /** Odd multiples of 1 / 255, [B, pixels]. */
  readonly x: tf.Tensor2D;
  /** One-hot labels, [B, classes]. */
  readonly targets: tf.Tensor2D;
}

/** After the optimiser's step: latent weights back into [-1, 1], and the share of signs that changed into its average. */
function bringOn(
  layers: readonly BinaryLayer[],
  before: readonly tf.Tensor[],
  { stochastic }: BinarizedNetConfig,
  flips: tf.Variable,
): void {
  const changed = layers.map(({ weights }, i) => {
    if (stochastic !== 'weights') weights.assign(tf.clipByValue(weights, -1, 1));
    return tf.sum(tf.sub(1, tf.mul(signOf(weights), before[i]!)));
  });
  const count = layers.reduce((sum, { weights }) => sum + weights.size, 0);
  const share = tf.div(tf.addN(changed), 2 * count);
  const fresh = tf.stack([share, tf.scalar(1)]);
  flips.assign(tf.add(tf.mul(flips, FLIP_DECAY), tf.mul(fresh, 1 - FLIP_DECAY)));
}

/** layer1Weights, layer1Scale, ... */
function named(
  layers: readonly BinaryLayer[],
  pick: (layer: BinaryLayer) => Readonly<Record<string, tf.Variable>>,
): Record<string, tf.Variable> {
  return Object.fromEntries(
    layers.flatMap((layer, i) =>
      Object.entries(pick(layer)).map(([name, variable]) => [`layer${i + 1}${name}`, variable] as const),
    ),
  );
}
