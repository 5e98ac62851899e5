/** Small choices and objectives whose values and gradients are known on the host, in double precision. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice, Objective } from '../../../src/engine/core/choice.ts';
import type { ChoiceKind } from '../../../src/shared/choice.ts';

export interface ChoiceCase {
  readonly kind: ChoiceKind;
  /** D */
  readonly latents: number;
  /** K; 2 for bits */
  readonly classes: number;
  /** One row, flat: [D * K] or [D]. */
  readonly logits: readonly number[];
}

function categorical(latents: number, classes: number, logits: readonly number[]): ChoiceCase {
  return { kind: 'categorical', latents, classes, logits };
}

function bernoulli(...logits: number[]): ChoiceCase {
  return { kind: 'bernoulli', latents: logits.length, classes: 2, logits };
}

export const cases: readonly ChoiceCase[] = [
  categorical(1, 3, [0.4, -0.3, 0.9]),
  categorical(1, 4, [0.2, -0.5, 0.8, -1.1]),
  categorical(2, 2, [0.3, -0.4, -0.2, 0.7]),
  categorical(2, 3, [0.3, -0.4, 0.1, -0.2, 0.7, 0]),
  bernoulli(0.3),
  bernoulli(-0.4, 0.8),
  bernoulli(0.3, -0.8, 1.2),
];

export function describeCase({ kind, latents, classes }: ChoiceCase): string {
  return kind === 'categorical' ? `categorical D=${latents} K=${classes}` : `bernoulli D=${latents}`;
}

/** The same choice in `rows` rows. */
export function tiledChoice({ kind, latents, classes, logits }: ChoiceCase, rows: number): Choice {
  const shape = kind === 'categorical' ? [latents, classes] : [latents];
  const values = Float32Array.from({ length: rows * logits.length }, (_, i) => logits[i % logits.length]!);
  return { kind, logits: tf.tensor<tf.Rank>(values, [rows, ...shape]) } as Choice;
}

/** Of the logits of one row. */
export function rowShape({ kind, latents, classes }: ChoiceCase): number[] {
  return kind === 'categorical' ? [latents, classes] : [latents];
}

/** Rows of +-1e4, ties and, where a value can be masked, -inf. */
export function extremeChoice(choiceCase: ChoiceCase): Choice {
  const size = choiceCase.logits.length;
  const patterns: ((i: number) => number)[] = [
    (i) => (i % choiceCase.classes === 0 ? 1e4 : -1e4),
    (i) => (i % choiceCase.classes === 0 ? -1e4 : 1e4),
    () => 1e4,
    () => 0,
  ];
  if (choiceCase.kind === 'categorical') {
    patterns.push((i) => (i % choiceCase.classes === 0 ? -Infinity : i));
    patterns.push((i) => (i % choiceCase.classes === 1 ? 2 : -Infinity));
  }
  const values = patterns.flatMap((pattern) => Array.from({ length: size }, (_, i) => pattern(i)));
  return {
    kind: choiceCase.kind,
    logits: tf.tensor<tf.Rank>(values, [patterns.length, ...rowShape(choiceCase)]),
  } as Choice;
}

/** Every z, flat as the logits, with the choices' values; the last choice changes fastest. */
export function allStates({ kind, latents, classes }: ChoiceCase): { digits: number[]; z: number[] }[] {
  return Array.from({ length: classes ** latents }, (_, index) => {
    const digits = Array.from(
      { length: latents },
      (_unused, d) => Math.floor(index / classes ** (latents - 1 - d)) % classes,
    );
    const z =
      kind === 'bernoulli'
        ? digits
        : digits.flatMap((digit) => Array.from({ length: classes }, (_unused, k) => (k === digit ? 1 : 0)));
    return { digits, z };
  });
}

/** An objective for one case: in tensors, and on the host. */
export interface TestObjective {
  readonly tensors: Objective;
  value(z: readonly number[]): number;
  gradient(z: readonly number[]): number[];
}

export const smoothNames = ['linear', 'quadratic', 'cosine'] as const;
export type ObjectiveName = (typeof smoothNames)[number] | 'constant' | 'quartic' | 'table';

/** f = g(s), s = sum_i w_i z_i; the toys of the literature are quadratic with one bit and cosine with w = 0 .. K - 1. */
const outer: Readonly<
  Record<
    Exclude<ObjectiveName, 'table'>,
    { f: (s: tf.Tensor) => tf.Tensor; g: (s: number) => number; slope: (s: number) => number }
  >
> = {
  constant: { f: (s) => tf.add(tf.mul(s, 0), 3), g: () => 3, slope: () => 0 },
  linear: { f: (s) => s, g: (s) => s, slope: () => 1 },
  quadratic: {
    f: (s) => tf.square(tf.sub(s, 0.45)),
    g: (s) => (s - 0.45) ** 2,
    slope: (s) => 2 * (s - 0.45),
  },
  // No second-order rule is exact for it.
  quartic: {
    f: (s) => tf.square(tf.square(tf.sub(s, 0.45))),
    g: (s) => (s - 0.45) ** 4,
    slope: (s) => 4 * (s - 0.45) ** 3,
  },
  cosine: { f: (s) => tf.cos(s), g: (s) => Math.cos(s), slope: (s) => -Math.sin(s) },
};

function weights({ kind, latents, classes }: ChoiceCase): number[] {
  const values = kind === 'bernoulli' ? [1] : Array.from({ length: classes }, (_, k) => k);
  return Array.from({ length: latents }, (_, d) => values.map((value) => value + 0.4 * d)).flat();
}

export function smoothObjective(
  name: Exclude<ObjectiveName, 'table'>,
  choiceCase: ChoiceCase,
): TestObjective {
  const w = weights(choiceCase);
  const { f, g, slope } = outer[name];
  const dot = (z: readonly number[]) => z.reduce((sum, zi, i) => sum + zi * w[i]!, 0);
  return {
    tensors: {
      relaxable: true,
      evaluate: (z) => {
        const flat = tf.reshape<tf.Rank.R2>(z, [z.shape[0], w.length]);
        return f(tf.reshape(tf.matMul(flat, tf.tensor2d(w, [w.length, 1])), [-1])) as tf.Tensor1D;
      },
    },
    value: (z) => g(dot(z)),
    gradient: (z) => w.map((wi) => slope(dot(z)) * wi),
  };
}

export function tableEntries(choiceCase: ChoiceCase): number[] {
  return allStates(choiceCase).map((_, i) => Math.sin(3 * i + 1) + 0.5);
}

/** f = the table's entry of z, continued multilinearly between the vertices. `table`: [rows, K^D], f's own parameters. */
export function tableObjective(choiceCase: ChoiceCase, table: tf.Tensor2D): TestObjective {
  const entries = tableEntries(choiceCase);
  const states = allStates(choiceCase);
  const { kind, latents, classes } = choiceCase;
  const share = (z: readonly number[], d: number, digit: number) =>
    kind === 'bernoulli' ? (digit === 1 ? z[d]! : 1 - z[d]!) : z[d * classes + digit]!;
  const product = (z: readonly number[], digits: readonly number[], without?: number) =>
    digits.reduce((p, digit, d) => (d === without ? p : p * share(z, d, digit)), 1);
  return {
    tensors: {
      relaxable: true,
      evaluate: (z) => {
        const each = kind === 'bernoulli' ? tf.stack([tf.sub(1, z), z], 2) : z;
        const shares = latents === 1 ? [tf.reshape(each, [-1, classes])] : tf.unstack(each, 1);
        const joint = shares.reduce((p, next) =>
          tf.reshape(tf.mul(tf.expandDims(p, 2), tf.expandDims(next, 1)), [z.shape[0], -1]),
        );
        return tf.sum(tf.mul(joint, table), 1);
      },
    },
    value: (z) => states.reduce((sum, { digits }, i) => sum + entries[i]! * product(z, digits), 0),
    gradient: (z) =>
      z.map((_, place) => {
        const d = kind === 'bernoulli' ? place : Math.floor(place / classes);
        return states.reduce((sum, { digits }, i) => {
          const digit = digits[d]!;
          const own = kind === 'bernoulli' ? (digit === 1 ? 1 : -1) : digit === place % classes ? 1 : 0;
          return sum + entries[i]! * own * product(z, digits, d);
        }, 0);
      }),
  };
}
