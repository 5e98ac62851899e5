/**
 * The models of words as an instance: the score of a word w in a context h is s(w, h) = q_h . v_w + b_w, with q_h of `contexts.ts`;
 * `losses.ts` has what it is trained by.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../../shared/split.ts';
import { stopGradient } from '../../core/gradient-flow.ts';
import { download } from '../../core/named-tensor.ts';
import type { AnyProblemInstance, StepInput } from '../../core/problem.ts';
import { fold, type Key } from '../../random/key.ts';
import { normal } from '../../random/noise.ts';
import { contextSize, learnsPartition, type NoiseContrastiveConfig } from './config.ts';
import { drawWords, type Contexts, type WordBatch } from './contexts.ts';
import { evaluateWords } from './evaluate.ts';
import { logSumExp, sampledLoss, type SampledLoss, type SampledScores } from './losses.ts';
import { noiseOf, unigramLaw, type Noise } from './noise.ts';
import type { WordData } from './word-data.ts';

type Parameters = Readonly<Record<string, tf.Variable>>;

/** Minibatches of random words, words of the text since an evaluation, and the time that they took. */
interface Speed {
  words: number;
  milliseconds: number;
  begun: number | null;
  /** Words per second, when it was told last. */
  last: number | null;
}

export function createWordInstance(
  config: NoiseContrastiveConfig,
  data: WordData,
  init: Key,
): AnyProblemInstance {
  const { batch, loss, noiseWords } = config;
  const { corpus, clock } = data;
  const noise = noiseOf(config.noise, corpus);
  const parameters = createParameters(config, data, noise, init);
  const speed: Speed = { words: 0, milliseconds: 0, begun: null, last: null };

  const begin = ({ key }: StepInput) => {
    speed.begun = clock.read();
    return drawWords(config, corpus, key, batch);
  };
  const common = {
    parameters,
    valueScale: 1,
    advance() {
      if (speed.begun === null) return;
      speed.words += batch;
      speed.milliseconds += clock.read() - speed.begun;
      speed.begun = null;
    },
    async evaluate(split: Split, mode: 'quick' | 'full', breathe?: () => Promise<void>) {
      const tensors = await Promise.all(
        Object.entries(parameters).map(([name, variable]) => download(name, variable)),
      );
      const figures = await evaluateWords(config, data, tensors, split, mode, breathe);
      // The speed is of no split; validation comes with every evaluation.
      if (split !== 'validation') return figures;
      if (speed.milliseconds > 0) {
        speed.last = (1000 * speed.words) / speed.milliseconds;
        Object.assign(speed, { words: 0, milliseconds: 0 });
      }
      // At the end two evaluations follow each other without a step between.
      return speed.last === null ? figures : { ...figures, wordsPerSecond: speed.last };
    },
    dispose: () => tf.dispose(parameters),
  };
  if (loss.kind === 'log-partition') {
    return {
      ...common,
      kind: 'categorical',
      latents: 1,
      classes: corpus.names.length,
      step(input) {
        const words = begin(input);
        const scores = allScores(parameters, contextVectors(config, parameters, words));
        const own = ownScores(scores, words.targets);
        // ln Z as a value of every word, whose gradient is that word's score's alone.
        const energies = tf.sub<tf.Tensor2D>(scores, stopGradient(logSoftmax(scores)));
        return {
          temperature: input.temperature,
          choice: { kind: 'categorical', logits: tf.expandDims<tf.Tensor3D>(scores, 1) },
          objective: {
            relaxable: true,
            enumerate: () => tf.sub<tf.Tensor2D>(energies, tf.expandDims(own, 1)),
            evaluate: (z: tf.Tensor) =>
              tf.sub<tf.Tensor1D>(tf.sum(tf.mul(tf.squeeze(z, [1]), energies), 1), own),
          },
        };
      },
    } satisfies AnyProblemInstance;
  }
  return {
    ...common,
    kind: 'none',
    latents: 0,
    classes: 0,
    step(input) {
      const words = begin(input);
      const evaluate = () => {
        const q = contextVectors(config, parameters, words);
        if (loss.kind === 'full-softmax') {
          const scores = allScores(parameters, q);
          return tf.sub<tf.Tensor1D>(logSumExp(scores), ownScores(scores, words.targets));
        }
        return sampledLoss(loss.kind satisfies SampledLoss, {
          ...sampledScores(config, parameters, noise, words, q, fold(input.key, 'noise'), noiseWords),
          logPartition: learnsPartition(loss) ? partitionOf(config, parameters, words) : null,
        });
      };
      return { temperature: input.temperature, choice: { kind: 'none' }, objective: { evaluate } };
    },
  } satisfies AnyProblemInstance;
}

/**
 * inputVectors u [V, d], outputVectors v [V, d], biases b [V]; of the log-bilinear model positionVectors p [window, d]; where Z is
 * learned, logPartitions c [V]. At step 0 the scores of outputs are 0 but for the biases, by which the model is that of the frequencies.
 */
function createParameters(
  config: NoiseContrastiveConfig,
  { corpus }: WordData,
  noise: Noise,
  init: Key,
): Parameters {
  const { embeddingSize: size, model, window, bias, loss, noiseWords } = config;
  const words = corpus.names.length;
  const frequencies = unigramLaw(corpus).map(Math.log);
  // What negative sampling learns lies lower by ln(k q).
  const first =
    loss.kind === 'negative-sampling'
      ? frequencies.map((own, word) => own - Math.log(noiseWords) - noise.logChance(word, -1))
      : frequencies;
  return tf.tidy(() => ({
    inputVectors: tf.variable(
      tf.div(normal<tf.Rank.R2>(fold(init, 'input'), [words, size]), Math.sqrt(size)),
    ),
    outputVectors: tf.variable(tf.zeros([words, size])),
    ...(bias && { biases: tf.variable(tf.tensor1d(Float32Array.from(first))) }),
    ...(model === 'log-bilinear' && {
      positionVectors: tf.variable(tf.fill([window, size], 1 / window)),
    }),
    ...(learnsPartition(loss) && { logPartitions: tf.variable(tf.zeros([words])) }),
  }));
}

function rows(table: tf.Tensor, words: Int32Array): tf.Tensor {
  return tf.gather(table, tf.tensor1d(words, 'int32'));
}

/** q, [B, d]. */
function contextVectors(
  config: NoiseContrastiveConfig,
  { inputVectors, positionVectors }: Parameters,
  { words, weights }: Contexts,
): tf.Tensor2D {
  const vectors = rows(inputVectors!, words) as tf.Tensor2D;
  const size = contextSize(config);
  if (config.model === 'skip-gram') return vectors;
  const shape: [number, number, number] = [words.length / size, size, config.embeddingSize];
  const own = tf.reshape<tf.Rank.R3>(vectors, shape);
  const placed = positionVectors === undefined ? own : tf.mul<tf.Tensor3D>(own, positionVectors);
  return tf.sum<tf.Tensor2D>(tf.mul(placed, tf.tensor3d(weights, [shape[0], size, 1])), 1);
}

/** s of all words, [B, V]. */
function allScores({ outputVectors, biases }: Parameters, q: tf.Tensor2D): tf.Tensor2D {
  const products = tf.matMul<tf.Tensor2D>(q, outputVectors as tf.Tensor2D, false, true);
  return biases === undefined ? products : tf.add<tf.Tensor2D>(products, biases);
}

/** [B, V] -> [B] */
function ownScores(scores: tf.Tensor2D, targets: Int32Array): tf.Tensor1D {
  const chosen = tf.oneHot(tf.tensor1d(targets, 'int32'), scores.shape[1], 1, 0, 'float32');
  return tf.sum(tf.mul(scores, chosen), 1);
}

function logSoftmax(scores: tf.Tensor2D): tf.Tensor2D {
  return tf.sub(scores, tf.expandDims(logSumExp(scores), 1));
}

/** ln Z of each context as it is learned, [B]: the mean over its words. */
function partitionOf(
  config: NoiseContrastiveConfig,
  { logPartitions }: Parameters,
  { words, weights }: Contexts,
): tf.Tensor1D {
  const size = contextSize(config);
  const own = rows(logPartitions!, words);
  if (size === 1) return tf.mul(own, tf.tensor1d(weights));
  const contexts = words.length / size;
  const shares = weights.map((weight, n) => weight / (sumOf(weights, Math.floor(n / size), size) || 1));
  return tf.sum<tf.Tensor1D>(
    tf.mul(tf.reshape(own, [contexts, size]), tf.tensor2d(shares, [contexts, size])),
    1,
  );
}

function sumOf(weights: Float32Array, row: number, size: number): number {
  return weights.subarray(row * size, (row + 1) * size).reduce((sum, weight) => sum + weight, 0);
}

/** Scores of the words of the text and of noise words, which are drawn here. */
function sampledScores(
  { embeddingSize: size, shareNoise }: NoiseContrastiveConfig,
  { outputVectors, biases }: Parameters,
  noise: Noise,
  { targets, given }: WordBatch,
  q: tf.Tensor2D,
  key: Key,
  each: number,
): Omit<SampledScores, 'logPartition'> {
  const batch = targets.length;
  const drawn = noise.draw(key, shareNoise ? Int32Array.of(-1) : given, each);
  const count = shareNoise ? 1 : batch;
  const logTimes = Math.log(each);
  const logDraws = (word: number, row: number) =>
    logTimes + noise.logChance(word, shareNoise ? -1 : given[row]!);
  const noiseLogDraws = new Float32Array(drawn.length);
  for (let n = 0; n < drawn.length; n++) noiseLogDraws[n] = logDraws(drawn[n]!, Math.floor(n / each));
  const hits = new Float32Array(batch * each);
  for (let row = 0, n = 0; row < batch; row++)
    for (let i = 0; i < each; i++, n++) hits[n] = drawn[shareNoise ? i : n] === targets[row] ? 1 : 0;
  const vectors = rows(outputVectors!, drawn) as tf.Tensor2D;
  const products = shareNoise
    ? tf.matMul<tf.Tensor2D>(q, vectors, false, true)
    : tf.reshape<tf.Rank.R2>(
        tf.matMul(tf.reshape(vectors, [batch, each, size]), tf.reshape(q, [batch, size, 1])),
        [batch, each],
      );
  const ownProducts = tf.sum<tf.Tensor1D>(tf.mul(q, rows(outputVectors!, targets)), 1);
  const biased = biases !== undefined;
  return {
    own: biased ? tf.add<tf.Tensor1D>(ownProducts, rows(biases, targets)) : ownProducts,
    noise: biased ? tf.add<tf.Tensor2D>(products, tf.reshape(rows(biases, drawn), [count, each])) : products,
    ownLogDraws: tf.tensor1d(Float32Array.from(targets, logDraws)),
    noiseLogDraws: tf.tensor2d(noiseLogDraws, [count, each]),
    hits: tf.tensor2d(hits, [batch, each]),
  };
}
