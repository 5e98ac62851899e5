/**
 * Small choices in stages whose trees can be gone through on the host. Parameters of a row are flat: the logits of every stage
 * without a past, then a weight of the past for every stage but the first; f has two parameters of its own.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice, ChoiceSizes, StagedChoice, StagedObjective } from '../../../src/engine/core/choice.ts';
import { allStates, type ChoiceCase } from './cases.ts';
import { hostProbabilities, stateProbabilities } from './references.ts';

export interface StagedCase {
  readonly kind: Choice['kind'];
  readonly stages: readonly ChoiceSizes[];
  readonly parameters: readonly number[];
}

const three = { latents: 1, classes: 3 };
const bit = { latents: 1, classes: 2 };

export const stagedCases: Readonly<Record<string, StagedCase>> = {
  'categorical, 3 stages of 3': {
    kind: 'categorical',
    stages: [three, three, three],
    parameters: [0.4, -0.3, 0.5, 0.1, -0.4, 0.2, -0.2, 0.3, 0, 0.8, -0.6],
  },
  'categorical, 2 stages of 3': {
    kind: 'categorical',
    stages: [three, three],
    parameters: [0.4, -0.3, 0.5, 0.1, -0.4, 0.2, 0.8],
  },
  'bernoulli, 3 stages': {
    kind: 'bernoulli',
    stages: [bit, bit, bit],
    parameters: [0.3, -0.5, 0.2, 0.9, -0.7],
  },
  'bernoulli, stages of 1 and 2': {
    kind: 'bernoulli',
    stages: [bit, { latents: 2, classes: 2 }],
    parameters: [0.3, -0.5, 0.2, 0.9],
  },
};

/** Of f: the weights of a cosine and of a square. */
export const ownParameters = [1.2, -0.7] as const;

export function sizeOf({ kind }: StagedCase, { latents, classes }: ChoiceSizes): number {
  return kind === 'categorical' ? latents * classes : latents;
}

/** What the past of a stage adds to its logit i: number j of stage t before it, by a table without a pattern. */
export function pastWeight(s: number, i: number, t: number, j: number): number {
  return Math.sin(3 * s + 5 * i + 7 * t + 11 * j);
}

/** u, of which f is a function, gains this from number j of stage t. */
function valueWeight(t: number, j: number): number {
  return 0.5 * Math.cos(2 * t + 3 * j) + 0.3 * j;
}

const startOf = (of: StagedCase, s: number) =>
  of.stages.slice(0, s).reduce((sum, sizes) => sum + sizeOf(of, sizes), 0);
const pastAt = (of: StagedCase, s: number) => startOf(of, of.stages.length) + s - 1;

/** [B, P] -> the choice. */
export function stagedChoice(of: StagedCase, parameters: tf.Tensor2D): StagedChoice {
  const rows = parameters.shape[0];
  const shape = ({ latents, classes }: ChoiceSizes) =>
    of.kind === 'categorical' ? [rows, latents, classes] : [rows, latents];
  return {
    kind: 'staged',
    stageKind: of.kind,
    stages: of.stages.length,
    next(prefix) {
      const s = prefix.length;
      const size = sizeOf(of, of.stages[s]!);
      const plain = tf.slice(parameters, [0, startOf(of, s)], [rows, size]);
      if (s === 0) return tf.reshape(plain, shape(of.stages[s]!));
      const past = tf.addN(
        prefix.map((z, t) => {
          const inputs = sizeOf(of, of.stages[t]!);
          const table = Array.from({ length: inputs }, (_, j) =>
            Array.from({ length: size }, (_unused, i) => pastWeight(s, i, t, j)),
          );
          return tf.matMul(tf.reshape<tf.Rank.R2>(z, [rows, inputs]), tf.tensor2d(table));
        }),
      );
      const weight = tf.slice(parameters, [0, pastAt(of, s)], [rows, 1]);
      return tf.reshape(tf.add(plain, tf.mul(weight, past)), shape(of.stages[s]!));
    },
  };
}

/**
 * f = sum over the stages of a cos(u_s) + b u_s^2, u_s = a weighted sum of all numbers up to stage s.
 * @param own a and b, [B, 2]
 * @param withCosts whether it tells the part of each stage
 */
export function stagedObjective(of: StagedCase, own: tf.Tensor2D, withCosts: boolean): StagedObjective {
  const rows = own.shape[0];
  const costs = (values: readonly tf.Tensor[]): tf.Tensor2D => {
    const gains = values.map((z, t) => {
      const size = sizeOf(of, of.stages[t]!);
      const weights = tf.tensor2d(Array.from({ length: size }, (_, j) => [valueWeight(t, j)]));
      return tf.matMul(tf.reshape<tf.Rank.R2>(z, [rows, size]), weights);
    });
    const u = tf.cumsum(tf.concat(gains, 1), 1); // [B, S]
    const [a, b] = tf.split(own, 2, 1) as [tf.Tensor, tf.Tensor];
    return tf.add(tf.mul(a, tf.cos(u)), tf.mul(b, tf.square(u)));
  };
  const evaluate = (values: readonly tf.Tensor[]) => tf.sum<tf.Tensor1D>(costs(values), 1);
  return { relaxable: true, evaluate, ...(withCosts && { costs }) };
}

/** Flat values of the stages, and f's parameters, on the host. */
export type HostValues = readonly (readonly number[])[];

export function hostLogits(of: StagedCase, parameters: readonly number[], prefix: HostValues): number[] {
  const s = prefix.length;
  return Array.from({ length: sizeOf(of, of.stages[s]!) }, (_, i) => {
    const past = prefix.flatMap((z, t) => z.map((zj, j) => zj * pastWeight(s, i, t, j)));
    return parameters[startOf(of, s) + i]! + (s === 0 ? 0 : parameters[pastAt(of, s)]! * sum(past));
  });
}

export function hostStage(of: StagedCase, s: number, logits: readonly number[]): ChoiceCase {
  return { kind: of.kind, ...of.stages[s]!, logits };
}

/** f, its gradient for z of every stage, and for its own parameters. */
export function hostValue(values: HostValues, [a, b]: readonly number[]) {
  let u = 0;
  const passed = values.map((z, t) => (u += sum(z.map((zj, j) => zj * valueWeight(t, j)))));
  const slopes = passed.map((us) => -a! * Math.sin(us) + 2 * b! * us);
  return {
    value: sum(passed.map((us) => a! * Math.cos(us) + b! * us * us)),
    slopes: values.map((z, t) => z.map((_, j) => valueWeight(t, j) * sum(slopes.slice(t)))),
    own: [sum(passed.map(Math.cos)), sum(passed.map((us) => us * us))],
  };
}

/** Every way through the stages with its probability and the logits on it. */
export function hostLeaves(of: StagedCase, parameters: readonly number[]) {
  let leaves: { p: number; values: number[][]; logits: number[][] }[] = [{ p: 1, values: [], logits: [] }];
  for (const s of of.stages.keys()) {
    leaves = leaves.flatMap(({ p, values, logits }) => {
      const stage = hostStage(of, s, hostLogits(of, parameters, values));
      const weights = stateProbabilities(stage, hostProbabilities(stage, stage.logits));
      return allStates(stage).map(({ z }, i) => ({
        p: p * weights[i]!,
        values: [...values, z],
        logits: [...logits, [...stage.logits]],
      }));
    });
  }
  return leaves;
}

/** From the gradients for the logits of each stage on one way to that for the parameters. */
export function throughLogits(of: StagedCase, values: HostValues, gradients: HostValues): number[] {
  const past = of.stages.slice(1).map((_, before) => {
    const s = before + 1;
    return sum(
      gradients[s]!.map(
        (g, i) =>
          g * sum(values.slice(0, s).flatMap((z, t) => z.map((zj, j) => zj * pastWeight(s, i, t, j)))),
      ),
    );
  });
  return [...gradients.flat(), ...past];
}

export function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
