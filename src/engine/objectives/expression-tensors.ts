/** An `Expression` as tensor operations, row by row: vectors are [B, n] (n entries of z), numbers [B, 1] or plain. */
import * as tf from '@tensorflow/tfjs-core';
import { detached } from '../core/gradient-flow.ts';
import type { Binary, Elementwise, Expression, Reduction } from './expression.ts';

type Value = number | tf.Tensor;

export interface Variables {
  /** [B, n] */
  readonly z: tf.Tensor;
  /** [B, 1]; absent where there is no index. */
  readonly k?: tf.Tensor;
}

const elementwise: Readonly<Record<Elementwise, (x: tf.Tensor) => tf.Tensor>> = {
  negative: tf.neg,
  abs: tf.abs,
  cos: tf.cos,
  exp: tf.exp,
  log: tf.log,
  sigmoid: tf.sigmoid,
  sin: tf.sin,
  sqrt: tf.sqrt,
  tan: (x) => tf.div(tf.sin(x), tf.cos(x)),
  tanh: tf.tanh,
  ceil: tf.ceil,
  floor: tf.floor,
  round: tf.round,
  sign: tf.sign,
};

const reductions: Readonly<Record<Reduction, (x: tf.Tensor) => tf.Tensor>> = {
  sum: (x) => tf.sum(x, 1, true),
  mean: (x) => tf.mean(x, 1, true),
  min: (x) => tf.min(x, 1, true),
  max: (x) => tf.max(x, 1, true),
};

/** 1 where it holds, else 0; a constant to the gradient. */
function compared(compare: (a: Value, b: Value) => tf.Tensor): (a: Value, b: Value) => tf.Tensor {
  return (a, b) => detached(() => tf.cast(compare(a, b), 'float32'));
}

const binary: Readonly<Record<Binary, (a: Value, b: Value) => tf.Tensor>> = {
  add: (a, b) => tf.add(a, b),
  subtract: (a, b) => tf.sub(a, b),
  multiply: (a, b) => tf.mul(a, b),
  divide: (a, b) => tf.div(a, b),
  // A square has a slope everywhere, and on every device that of negative numbers too.
  power: (a, b) => (b === 2 && typeof a !== 'number' ? tf.square(a) : tf.pow(a, b)),
  min: (a, b) => tf.minimum(a, b),
  max: (a, b) => tf.maximum(a, b),
  equal: compared((a, b) => tf.equal(a, b)),
  greater: compared((a, b) => tf.greater(a, b)),
  greaterEqual: compared((a, b) => tf.greaterEqual(a, b)),
  less: compared((a, b) => tf.less(a, b)),
  lessEqual: compared((a, b) => tf.lessEqual(a, b)),
};

/** f of every row, [B]; one value per entry is added up. */
export function evaluateRows(expression: Expression, variables: Variables): tf.Tensor1D {
  const value = evaluate(expression, variables);
  const rows = variables.z.shape[0];
  // A constant must depend on z like any other f, or there is nothing to differentiate.
  const tensor = tf.add(value, tf.mul(tf.sum(variables.z, 1, true), 0));
  return tensor.shape[1] === 1 ? tf.reshape(tensor, [rows]) : tf.sum<tf.Tensor1D>(tensor, 1);
}

function evaluate(expression: Expression, variables: Variables): Value {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'vector':
      return tf.tensor2d([...expression.values], [1, expression.values.length]);
    case 'variable': {
      const found = variables[expression.name];
      if (found === undefined) throw new Error(`no ${expression.name} in this choice`);
      return found;
    }
    case 'entry': {
      const entries = variables.z.shape[1]!;
      const column = Float32Array.from({ length: entries }, (_, i) => Number(i === expression.at));
      return tf.matMul(variables.z, tf.tensor2d(column, [entries, 1]));
    }
    case 'elementwise':
      return elementwise[expression.name](tensorOf(evaluate(expression.of, variables)));
    case 'reduction': {
      const of = tensorOf(evaluate(expression.of, variables));
      return of.rank < 2 ? of : reductions[expression.name](of);
    }
    case 'binary':
      return binary[expression.name](
        evaluate(expression.left, variables),
        evaluate(expression.right, variables),
      );
  }
}

function tensorOf(value: Value): tf.Tensor {
  return typeof value === 'number' ? tf.scalar(value) : value;
}
