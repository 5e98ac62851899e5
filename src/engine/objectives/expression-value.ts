/** An `Expression` at one z, in doubles and without tensors: what the tensor form is judged by. */
import type { Binary, Elementwise, Expression, Reduction } from './expression.ts';

type Value = number | readonly number[];

const elementwise: Readonly<Record<Elementwise, (x: number) => number>> = {
  negative: (x) => -x,
  abs: Math.abs,
  cos: Math.cos,
  exp: Math.exp,
  log: Math.log,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  sin: Math.sin,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
  ceil: Math.ceil,
  floor: Math.floor,
  round: halfToEven,
  sign: Math.sign,
};

/** As tensors round: halves to the even neighbour. */
function halfToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

const total = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0);

const reductions: Readonly<Record<Reduction, (x: readonly number[]) => number>> = {
  sum: total,
  mean: (x) => total(x) / x.length,
  min: (x) => x.reduce((least, value) => Math.min(least, value), Infinity),
  max: (x) => x.reduce((most, value) => Math.max(most, value), -Infinity),
};

const binary: Readonly<Record<Binary, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  power: (a, b) => a ** b,
  min: Math.min,
  max: Math.max,
  equal: (a, b) => Number(a === b),
  greater: (a, b) => Number(a > b),
  greaterEqual: (a, b) => Number(a >= b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
};

/**
 * @param z its entries
 * @param k index of the value; NaN where there is none
 */
export function valueAt(expression: Expression, z: readonly number[], k: number): number {
  const value = evaluate(expression, z, k);
  return typeof value === 'number' ? value : total(value);
}

function evaluate(expression: Expression, z: readonly number[], k: number): Value {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'vector':
      return expression.values;
    case 'variable':
      return expression.name === 'z' ? z : k;
    case 'entry':
      return z[expression.at]!;
    case 'elementwise': {
      const of = evaluate(expression.of, z, k);
      const apply = elementwise[expression.name];
      return typeof of === 'number' ? apply(of) : of.map(apply);
    }
    case 'reduction': {
      const of = evaluate(expression.of, z, k);
      return reductions[expression.name](typeof of === 'number' ? [of] : of);
    }
    case 'binary':
      return combine(
        binary[expression.name],
        evaluate(expression.left, z, k),
        evaluate(expression.right, z, k),
      );
  }
}

function combine(apply: (a: number, b: number) => number, a: Value, b: Value): Value {
  if (typeof a === 'number') return typeof b === 'number' ? apply(a, b) : b.map((value) => apply(a, value));
  return a.map((value, i) => apply(value, typeof b === 'number' ? b : b[i]!));
}
