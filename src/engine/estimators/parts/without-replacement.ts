/**
 * The k largest of all perturbed log-probabilities log p(z) + G(z): k distinct z of a row, drawn without replacement, from K^D
 * values that are never listed. Choice by choice, each prefix of z keeps the maximum of what lies below it, and its extensions
 * are Gumbels given that their maximum is that number.
 *
 * Source: Kool, van Hoof, Welling, "Stochastic Beams and Where to Find Them", ICML 2019, algorithm 1 and appendix B.3.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice, StagedChoice } from '../../core/choice.ts';
import * as categorical from '../../distributions/categorical.ts';
import { fold, type Key } from '../../random/key.ts';
import { gumbel } from '../../random/noise.ts';
import { stageKey } from './estimate-at.ts';

/** Finite stand-in for the logarithm of 0. */
const LOWEST = -1e30;

export interface DistinctSamples {
  /** S of them, like z. */
  readonly draws: readonly tf.Tensor[];
  /** log p of each, [B, S]. */
  readonly logProbability: tf.Tensor;
}

interface Beam {
  /** [B, S] */
  readonly logProbability: tf.Tensor;
  readonly perturbed: tf.Tensor;
  /** The value of the last choice, one-hot [B, S, K], and the place in the beam before that it extends, [B, S]. */
  readonly value: tf.Tensor;
  readonly parents: tf.Tensor;
}

/** @param count k; fewer are drawn where there are fewer values */
export function distinctSamples(choice: Choice, key: Key, count: number): DistinctSamples {
  const beams: Beam[] = [];
  for (const [d, level] of logProbabilities(choice).entries()) {
    beams.push(extended(beams.at(-1), tf.expandDims(level, 1), fold(key, d), count));
  }
  const { logProbability } = beams.at(-1)!;
  return { draws: slots(choice.kind, traced(beams)), logProbability };
}

export interface DistinctWalks {
  /** k of them, each z_1 .. z_S. */
  readonly draws: readonly (readonly tf.Tensor[])[];
  /** log p of each, [B, k]. */
  readonly logProbability: tf.Tensor;
}

/** The same over the stages of a choice: a stage's logits are asked for once a place in the beam. */
export function distinctWalks(choice: StagedChoice, key: Key, count: number): DistinctWalks {
  const beams: Beam[] = [];
  /** Where in `beams` each stage begins. */
  const starts: number[] = [];
  /** z_1 .. z_s of each place in the beam. */
  const walked = (): (readonly tf.Tensor[])[] => {
    const values = traced(beams);
    const stages = starts.map((start, s) => slots(choice.stageKind, values.slice(start, starts[s + 1])));
    return (stages[0] ?? []).map((_, place) => stages.map((stage) => stage[place]!));
  };
  for (let s = 0; s < choice.stages; s++) {
    const before = s === 0 ? [[]] : walked();
    const each = before.map((prefix) =>
      logProbabilities({ kind: choice.stageKind, logits: choice.next(prefix) } as Choice),
    );
    starts.push(beams.length);
    /** The place in the beam before this stage that each place extends, [B, k]. */
    let roots: tf.Tensor | undefined;
    for (let d = 0; d < each[0]!.length; d++) {
      const levels = tf.stack(
        each.map((own) => own[d]!),
        1,
      ); // [B, k, K]
      const level = roots === undefined ? levels : picked(levels, roots);
      const beam = extended(beams.at(-1), level, fold(stageKey(key, s), d), count);
      beams.push(beam);
      roots = roots === undefined ? beam.parents : picked(roots, beam.parents);
    }
  }
  return { draws: walked(), logProbability: beams.at(-1)!.logProbability };
}

/** From values of the D choices, [B, S, K] each, to z of each place in the beam. */
function slots(kind: Choice['kind'], values: readonly tf.Tensor[]): tf.Tensor[] {
  return tf
    .unstack(tf.stack([...values], 2), 1)
    .map((z) => (kind === 'categorical' ? z : tf.squeeze(tf.slice(z, [0, 0, 1], [-1, -1, 1]), [2]))); // of [B, S, D, K]
}

/** Values of all choices of the last beam, D tensors [B, S, K], followed back from parent to parent. */
function traced(beams: readonly Beam[]): tf.Tensor[] {
  let places: tf.Tensor | undefined;
  const values = beams.toReversed().map(({ value, parents }) => {
    const chosen = places === undefined ? value : picked(value, places);
    places = places === undefined ? parents : picked(parents, places);
    return chosen;
  });
  return values.reverse();
}

/** log p of every value of each choice, D tensors [B, K]; bits have the values 0 and 1. */
function logProbabilities({ kind, logits }: Choice): tf.Tensor[] {
  if (kind === 'bernoulli') {
    const both = [tf.neg(tf.softplus(logits)), tf.neg(tf.softplus(tf.neg(logits)))];
    return tf.unstack(tf.stack(both, 2), 1);
  }
  return tf.unstack(tf.maximum(categorical.logProbabilities(logits), LOWEST), 1);
}

/** @param level log p of every value of the next choice, given each place in the beam: [B, S, K], or [B, 1, K] for all alike */
function extended(beam: Beam | undefined, level: tf.Tensor, key: Key, count: number): Beam {
  const [rows, , classes] = level.shape as [number, number, number];
  const width = beam?.logProbability.shape[1] ?? 1;
  const children =
    beam === undefined ? level : tf.maximum(tf.add(tf.expandDims(beam.logProbability, 2), level), LOWEST);
  const free = tf.add(children, gumbel(key, [rows, width, classes])); // [B, S, K]
  const perturbed = beam === undefined ? free : givenMaximum(free, tf.expandDims(beam.perturbed, 2));
  const flat = (x: tf.Tensor) => tf.reshape(x, [rows, width * classes]);
  const { values: top, indices } = tf.topk(flat(perturbed), Math.min(count, width * classes));
  const parents = tf.cast(tf.floor(tf.div(tf.cast(indices, 'float32'), classes)), 'int32');
  const value = tf.sub(indices, tf.mul(parents, tf.scalar(classes, 'int32')));
  const chosen = tf.cast(tf.oneHot(tf.cast(value, 'int32'), classes), 'float32');
  return {
    perturbed: top,
    logProbability: picked(flat(children), indices),
    value: chosen,
    parents,
  };
}

/** Entries of the second axis, an index list [B, S] per row. */
function picked(x: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  const [rows, width, ...side] = x.shape as [number, number, ...number[]];
  const starts = tf.range(0, rows * width, width, 'int32');
  const places = tf.add(indices, tf.expandDims(starts, 1));
  return tf.gather(tf.reshape(x, [rows * width, ...side]), places);
}

/**
 * Gumbels moved so that their maximum along the last axis is `target`: -log(e^-target - e^-max + e^-G), increasing in G, written
 * without the difference of exponentials.
 */
function givenMaximum(gumbels: tf.Tensor, target: tf.Tensor): tf.Tensor {
  const below = tf.sub(gumbels, tf.max(gumbels, 2, true)); // 0 at the maximum
  const gap = tf.add(tf.sub(target, gumbels), log1mExp(below));
  const shift = tf.add(tf.maximum(gap, 0), tf.log1p(tf.exp(tf.neg(tf.abs(gap)))));
  return tf.where(tf.equal(below, 0), tf.add(tf.zerosLike(gumbels), target), tf.sub(target, shift));
}

/** log(1 - e^x) for x <= 0; a large negative number at 0. */
function log1mExp(x: tf.Tensor): tf.Tensor {
  const near = tf.log(tf.maximum(tf.neg(tf.expm1(x)), 1e-38));
  return tf.where(tf.greater(x, -Math.LN2), near, tf.log1p(tf.neg(tf.exp(x))));
}
