import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Choice } from '../../src/engine/core/choice.ts';
import { emptyState } from '../../src/engine/core/estimator.ts';
import { findEstimator } from '../../src/engine/estimators/registry.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import {
  discreteObjective,
  entriesOf,
  type ChoiceShape,
} from '../../src/engine/objectives/discrete-objective.ts';
import { parseObjective } from '../../src/engine/objectives/objective-text.ts';

const one: ChoiceShape = { kind: 'categorical', latents: 1, classes: 3 };
const bit: ChoiceShape = { kind: 'bernoulli', latents: 1, classes: 2 };
const bits: ChoiceShape = { kind: 'bernoulli', latents: 2, classes: 2 };

/** All z of a shape: as `value` takes them, and flat. */
function vertices(shape: ChoiceShape): { z: number[]; flat: number[] }[] {
  if (shape.kind === 'categorical') {
    return [0, 1, 2].map((k) => ({ z: [k], flat: [0, 1, 2].map((i) => Number(i === k)) }));
  }
  if (shape.latents === 1) return [0, 1].map((n) => ({ z: [n], flat: [n] }));
  return [0, 1, 2, 3].map((n) => ({ z: [n >> 1, n & 1], flat: [n >> 1, n & 1] }));
}

function asChoice(shape: ChoiceShape, flat: readonly number[]): tf.Tensor {
  const rows = flat.length / entriesOf(shape);
  return tf.tensor(
    [...flat],
    shape.kind === 'categorical' ? [rows, 1, shape.classes] : [rows, shape.latents],
  );
}

const texts = [
  'expr:3',
  'expr:(z-0.45)^2',
  'expr:sum(z)^3 - mean(z)',
  'expr:max(z) + min(z, 0.25) + sin(sum(z)) * exp(-sum(z))',
  'expr:sqrt(2 + sum(abs(z - 0.3))) / (1 + sum(sigmoid(z)))',
  'expr:log(2 + sum(z * z)) + tanh(sum(z)) + tan(0.3 * sum(z))',
  'expr:sum((1.5 + z)^2.5) - 2^sum(z)',
  'expr:z[0]^3 + cos(z[0])',
];
const flatTexts = ['expr:sum(floor(z + 0.5) + ceil(z) + round(0.7 * z) + sign(z))', 'expr:sum(z > 0.5) == 1'];

describe.each([
  [
    'categorical',
    one,
    [
      'expr:cos(k)',
      'expr:(k-1)^2',
      'table:1,2,0.5',
      'expr:sum(z * [1, 2, 4])',
      'expr:sum(z[i] * z[i + 1] * [2, 3][i], i, 0, n - 2)',
    ],
  ],
  ['one bit', bit, ['expr:cos(k)', 'table:0,1', 'expr:(z - 0.45)^2']],
  ['bits', bits, ['table:1,-2,0.5,4', 'expr:sum((z - [0.2, 0.7])^2)', 'expr:z[0] * z[1] - z[1] / 3']],
])('objectives of %s', (_name, shape, own) => {
  it.each([...texts, ...flatTexts, ...own])('%s: tensors give the value of every z', async (text) => {
    const { tensors, value } = discreteObjective(await parseObjective(text), shape);
    const all = vertices(shape);
    const found = tf.tidy(() =>
      Array.from(
        tensors
          .evaluate(
            asChoice(
              shape,
              all.flatMap(({ flat }) => flat),
            ),
          )
          .dataSync(),
      ),
    );
    expect(found).toEqual(all.map(({ z }) => expect.closeTo(value(z), 5) as number));
  });

  it.each([...texts, ...own])('%s: the gradient between the vertices is the slope', async (text) => {
    const { tensors } = discreteObjective(await parseObjective(text), shape);
    expect(tensors.relaxable).toBe(true);
    const point = [0.2, 0.3, 0.45].slice(0, entriesOf(shape));
    const at = (flat: readonly number[]) =>
      tf.tidy(() => tensors.evaluate(asChoice(shape, flat)).dataSync()[0]!);
    const gradient = tf.tidy(() =>
      Array.from(
        tf
          .grad((z) => tf.sum(tensors.evaluate(z)))(asChoice(shape, point))
          .dataSync(),
      ),
    );
    const step = 1e-2;
    const slopes = point.map((_, i) => {
      const moved = (by: number) => at(point.map((x, j) => (j === i ? x + by : x)));
      return (moved(step) - moved(-step)) / (2 * step);
    });
    // Central differences in float32: third derivatives and rounding stay below 3e-3 here.
    gradient.forEach((g, i) => expect(Math.abs(g - slopes[i]!)).toBeLessThan(3e-3));
  });
});

it.each([
  ['categorical', [2, 2, 3]],
  ['bernoulli', [2, 3]],
] as const)(
  'the exact estimator gives the same for a sum, term by term, as value by value: %s',
  (kind, shape) => {
    const definition = findEstimator('exact');
    const size = shape.reduce<number>((product, side) => product * side, 1);
    const values = Array.from({ length: size }, (_, i) => Math.sin(2 * i + 1));
    const weights = tf.tensor(values.slice(0, size / 2), [1, ...shape.slice(1)]);
    const gradientWith = (additive: boolean): number[] =>
      tf.tidy(() => {
        const evaluate = (z: tf.Tensor) =>
          tf.sum<tf.Tensor1D>(tf.square(tf.mul(tf.add(z, 0.3), weights)), shape.length === 3 ? [1, 2] : [1]);
        const surrogate = (logits: tf.Tensor) =>
          definition.estimate({
            choice: { kind, logits } as Choice,
            objective: { relaxable: true, additive, evaluate },
            key: rootKey(1),
            temperature: 1,
            settings: {},
            state: emptyState,
          }).surrogate;
        return Array.from(
          tf
            .grad(surrogate)(tf.tensor(values, [...shape]))
            .dataSync(),
        );
      });
    const whole = gradientWith(false);
    gradientWith(true).forEach((g, i) => expect(g).toBeCloseTo(whole[i]!, 6));
    weights.dispose();
  },
);
