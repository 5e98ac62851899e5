/** f of one categorical choice or of several bits, made of an expression or a table: as tensors, and value by value. */
import * as tf from '@tensorflow/tfjs-core';
import { counted } from '../../shared/counted.ts';
import type { ChoiceKind } from '../../shared/choice.ts';
import { AppError } from '../../shared/errors.ts';
import type { Objective } from '../core/choice.ts';
import { isAdditive, isRelaxable, uses, vectorLengths, type Expression } from './expression.ts';
import { evaluateRows } from './expression-tensors.ts';
import { valueAt } from './expression-value.ts';
import type { Formula } from './formula.ts';
import type { WrittenObjective } from './objective-text.ts';
import { unrolled } from './unroll.ts';

/** One row's choice: one of K values (D = 1), or D bits. */
export interface ChoiceShape {
  readonly kind: ChoiceKind;
  /** D */
  readonly latents: number;
  /** K; 2 for bits */
  readonly classes: number;
}

export interface DiscreteObjective {
  readonly shape: ChoiceShape;
  readonly tensors: Objective;
  /** True if f is a sum with one term per bit. */
  readonly additive: boolean;
  /** True if one value of f takes a whole one-hot vector, not just the index. */
  readonly readsVector: boolean;
  /**
   * f of one z, in doubles.
   * @param z the index of the value, alone; or the D bits
   */
  value(z: readonly number[]): number;
}

/** Entries of z in one row: K or D. */
export function entriesOf({ kind, latents, classes }: ChoiceShape): number {
  return kind === 'categorical' ? classes : latents;
}

/** @throws AppError validation at `objective` if it does not fit the choice */
export function discreteObjective(written: WrittenObjective, shape: ChoiceShape): DiscreteObjective {
  return written.kind === 'table'
    ? fromTable(written.values, shape)
    : fromExpression(written.expression, shape);
}

function refused(message: string): AppError {
  return new AppError('validation', `objective: ${message}`, { path: 'objective' });
}

function fromExpression(formula: Formula, shape: ChoiceShape): DiscreteObjective {
  const entries = entriesOf(shape);
  const expression = unrolled(formula, entries);
  refuseOtherLengths(expression, entries);
  const indexed = shape.kind === 'categorical' || shape.latents === 1;
  const usesIndex = uses(expression, 'k');
  const usesVector = uses(expression, 'z');
  if (usesIndex && !indexed) {
    throw refused(
      `k is the index of one choice, but there are ${shape.latents} bits here; write the formula in z, e.g. sum(z)`,
    );
  }
  const variables = (z: tf.Tensor) => {
    const flat = tf.reshape(z, [z.shape[0], entries]);
    return usesIndex ? { z: flat, k: shape.kind === 'bernoulli' ? flat : index(flat) } : { z: flat };
  };
  return {
    shape,
    additive: isAdditive(expression),
    readsVector: usesVector,
    tensors: {
      relaxable: isRelaxable(expression),
      additive: isAdditive(expression),
      evaluate: (z) => evaluateRows(expression, variables(z)),
    },
    value(z) {
      if (shape.kind === 'bernoulli') return valueAt(expression, z, z[0]!);
      const k = z[0]!;
      // The one-hot vector of a large K only where it is asked for.
      return valueAt(expression, usesVector ? oneHot(k, entries) : [], k);
    },
  };
}

/** @throws AppError validation at `objective` if a list in it is not as long as z */
export function refuseOtherLengths(expression: Expression, entries: number): void {
  const length = vectorLengths(expression).find((found) => found !== entries);
  if (length === undefined) return;
  throw refused(
    `a list in the expression has ${counted(length, 'number')}; z has ${entries}, and needs one number each`,
  );
}

function oneHot(index: number, entries: number): number[] {
  const z = new Array<number>(entries).fill(0);
  z[index] = 1;
  return z;
}

/** sum_i i z_i, [B, 1]: the index at a vertex, between them their mean index. */
function index(z: tf.Tensor): tf.Tensor {
  const entries = z.shape[1]!;
  return tf.matMul(z, tf.reshape(tf.range(0, entries), [entries, 1]));
}

function fromTable(values: readonly number[], shape: ChoiceShape): DiscreteObjective {
  const { kind, latents, classes } = shape;
  const count = classes ** latents;
  if (values.length !== count) {
    const of = kind === 'categorical' ? `a choice of ${classes} values` : counted(latents, 'bit');
    throw refused(
      `the table has ${counted(values.length, 'entry', 'entries')}; ${of} ${kind === 'bernoulli' && latents > 1 ? 'need' : 'needs'} ${count}, one for each z`,
    );
  }
  return {
    shape,
    additive: latents === 1,
    readsVector: false,
    tensors: { relaxable: true, evaluate: (z) => multilinear(values, z, shape) },
    value: (z) => values[z.reduce((place, digit) => place * classes + digit, 0)]!,
  };
}

/** The table's entry of z, continued multilinearly between the vertices; the last bit changes fastest. */
function multilinear(values: readonly number[], z: tf.Tensor, { kind, latents }: ChoiceShape): tf.Tensor1D {
  const rows = z.shape[0];
  const each = kind === 'categorical' ? z : tf.stack([tf.sub(1, z), z], 2);
  // The gradient of an unstack into one part fails in tfjs.
  const shares = latents === 1 ? [tf.reshape(each, [rows, -1])] : tf.unstack(each, 1);
  const joint = shares.reduce((p, next) =>
    tf.reshape(tf.mul(tf.expandDims(p, 2), tf.expandDims(next, 1)), [rows, -1]),
  );
  const table = tf.tensor2d([...values], [values.length, 1]);
  return tf.reshape<tf.Tensor1D['rankType']>(tf.matMul(joint, table), [rows]);
}
