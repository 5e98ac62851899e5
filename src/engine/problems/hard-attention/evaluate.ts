/**
 * The hard evaluation, on canvases that are the same at every step of every run. Attention is judged four ways: the most likely
 * choice (hard, the result), one drawn choice per canvas (sampled), the mean over all choices where there is one of P (expected),
 * and probabilities in place of a choice (soft). Passes through the networks run on the backend in chunks.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../../shared/split.ts';
import type { ImageData } from '../../images/image-data.ts';
import { CHUNK, EVALUATION_KEY } from '../../images/judged-images.ts';
import { crossEntropy } from '../../networks/cross-entropy.ts';
import { splitName } from '../metric-descriptors.ts';
import { fold, type Key } from '../../random/key.ts';
import { gumbel, uniform } from '../../random/noise.ts';
import { attend, meanOf, type Attention, type Parameters } from './attention-networks.ts';
import { asTensors, given, givenPlaces, judgedCanvases, labelsOf, type Canvases } from './canvas.ts';
import { patchesOf, type HardAttentionConfig } from './config.ts';

export interface EvaluatedAttention {
  readonly config: HardAttentionConfig;
  readonly data: ImageData;
  readonly parameters: Parameters;
}

/** Canvases that a quick evaluation looks at, those of the first images of the split. */
const QUICK_IMAGES = 500;

/** How the patches that are seen are found: from their scores, [B, P] -> [B, P]. */
type Look = (scores: tf.Tensor2D, stage: number) => tf.Tensor2D;

export async function evaluateAttention(
  evaluated: EvaluatedAttention,
  split: Split,
  mode: 'quick' | 'full',
  breathe: () => Promise<void> = () => Promise.resolve(),
): Promise<Readonly<Record<string, number>>> {
  const { config, data } = evaluated;
  const count = mode === 'quick' ? Math.min(QUICK_IMAGES, data[split].count) : data[split].count;
  const sums: Record<string, number> = {};
  for (let from = 0; from < count; from += CHUNK) {
    const to = Math.min(count, from + CHUNK);
    const canvases = judgedCanvases(config, data, split, from, to);
    const key = fold(fold(EVALUATION_KEY, split), from);
    const parts = tf.tidy(() => judged(evaluated, split, canvases, from, key));
    for (const [name, tensor] of Object.entries(parts)) {
      sums[name] = (await tensor.data<'float32'>()).reduce((sum, x) => sum + x, sums[name] ?? 0);
    }
    tf.dispose(parts);
    await breathe();
  }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
}

/** Of each canvas, [B], by the names of the metrics that are their means. */
function judged(
  { config, data, parameters }: EvaluatedAttention,
  split: Split,
  canvases: Canvases,
  from: number,
  key: Key,
): Record<string, tf.Tensor1D> {
  const places = patchesOf(config);
  const rows = Int32Array.from({ length: canvases.count }, (_, n) => from + n);
  const { patches, labels } = asTensors(canvases, data, places, labelsOf(data, split, rows));
  const touches = tf.tensor2d(Float32Array.from(canvases.touches), [canvases.count, places]);
  const attention = attend(parameters, patches);
  const { kind } = config.attention;
  const price = config.attention.kind === 'mask' ? config.attention.price : 0;
  const named = (how: string, what: string) => splitName(how, split, what);
  const rightOf = (logits: tf.Tensor2D) =>
    tf.cast<tf.Tensor1D>(tf.equal(tf.argMax(logits, 1), labels), 'float32');
  const rightWith = (seen: tf.Tensor2D) => rightOf(attention.classify(attention.look(seen)));
  const hardWith = (seen: tf.Tensor2D) => {
    const logits = attention.classify(attention.look(seen));
    return {
      [named('hard', 'Accuracy')]: rightOf(logits),
      [named('hard', 'Loss')]: tf.add<tf.Tensor1D>(
        crossEntropy(logits, labels),
        tf.mul(tf.sum(seen, 1), price),
      ),
    };
  };
  if (kind === 'random' || kind === 'oracle' || kind === 'whole') {
    const shown = tf.tensor1d(givenPlaces(kind, canvases, places, fold(key, 'patch')), 'int32');
    return hardWith(given(kind, shown, places));
  }
  const stages = config.attention.kind === 'glimpses' ? config.attention.glimpses : 1;
  const mask = kind === 'mask';
  const hard = walked(attention, stages, mask ? likelyBits : likelyPatch);
  const seenHard = meanOf(hard.values);
  if (split === 'train') return hardWith(seenHard);
  const sampled = walked(attention, stages, mask ? drawnBits(key) : drawnPatch(key));
  const soft = walked(attention, stages, (scores) => (mask ? tf.sigmoid(scores) : tf.softmax(scores)));
  return {
    ...hardWith(seenHard),
    [named('sampled', 'Accuracy')]: rightWith(meanOf(sampled.values)),
    [named('soft', 'Accuracy')]: rightWith(meanOf(soft.values)),
    ...(kind === 'patch' && {
      [named('expected', 'Accuracy')]: expected(hard.scores[0]!, places, rightWith),
    }),
    [named('', 'Entropy')]: entropyOf(sampled.scores, mask),
    [named('', 'Touching')]: tf.div<tf.Tensor1D>(
      tf.sum(tf.mul(seenHard, touches), 1),
      tf.maximum(tf.sum(seenHard, 1), 1e-9),
    ),
    ...(mask && { [named('', 'Seen')]: tf.sum<tf.Tensor1D>(seenHard, 1) }),
  };
}

/** The choice of every stage and the scores that it was made from. */
export function walked(attention: Attention, stages: number, look: Look) {
  const values: tf.Tensor2D[] = [];
  const scores: tf.Tensor2D[] = [];
  for (let stage = 0; stage < stages; stage++) {
    const next = attention.score(values);
    scores.push(next);
    values.push(look(next, stage));
  }
  return { values, scores };
}

export function likelyPatch(scores: tf.Tensor2D): tf.Tensor2D {
  return tf.oneHot(tf.argMax(scores, 1), scores.shape[1], 1, 0, 'float32') as tf.Tensor2D;
}

export function likelyBits(scores: tf.Tensor2D): tf.Tensor2D {
  return tf.cast(tf.greater(scores, 0), 'float32');
}

function drawnPatch(key: Key): Look {
  return (scores, stage) => likelyPatch(tf.add(scores, gumbel<tf.Rank.R2>(fold(key, stage), scores.shape)));
}

function drawnBits(key: Key): Look {
  return (scores) =>
    tf.cast(tf.less(uniform<tf.Rank.R2>(fold(key, 'bits'), scores.shape), tf.sigmoid(scores)), 'float32');
}

/** The mean over all P patches, with their probabilities. */
function expected(scores: tf.Tensor2D, places: number, right: (z: tf.Tensor2D) => tf.Tensor1D): tf.Tensor1D {
  const [rows] = scores.shape;
  const each = Array.from({ length: places }, (_, p) =>
    right(tf.oneHot(tf.fill([rows], p, 'int32'), places, 1, 0, 'float32') as tf.Tensor2D),
  );
  return tf.sum<tf.Tensor1D>(tf.mul(tf.stack(each, 1), tf.softmax(scores)), 1);
}

/** Nats per choice: of a glimpse, on average over the stages; of a mask, on average over the patches. */
function entropyOf(scores: readonly tf.Tensor2D[], mask: boolean): tf.Tensor1D {
  const of = (stage: tf.Tensor2D) => {
    if (mask) return tf.mean<tf.Tensor1D>(tf.sub(tf.softplus(stage), tf.mul(stage, tf.sigmoid(stage))), 1);
    const shifted = tf.sub(stage, tf.max(stage, 1, true));
    const normaliser = tf.log(tf.sum(tf.exp(shifted), 1));
    return tf.sub<tf.Tensor1D>(normaliser, tf.sum(tf.mul(tf.softmax(stage), shifted), 1));
  };
  const sum = scores.map(of).reduce((before, next) => tf.add(before, next));
  return tf.div(sum, scores.length);
}
