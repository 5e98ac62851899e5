/** The flow in plain doubles, apart from any tensor: what hard evaluations, menus and pictures use. */
import type { FlowShape, FlowWeights } from './flow-shape.ts';

export interface Journey {
  /** s at t = 0, 1/N, ..., 1: N + 1 points of m numbers. */
  readonly points: readonly Float64Array[];
  /** log a_T(s_T) - log a_0(s_0). */
  readonly logDensityChange: number;
}

export class PlainFlow {
  readonly shape: FlowShape;
  readonly #weights: FlowWeights;
  /** eta at the left ends of the N steps. */
  readonly speeds: Float64Array;

  constructor(shape: FlowShape, weights: FlowWeights) {
    this.shape = shape;
    this.#weights = weights;
    this.speeds = Float64Array.from({ length: shape.eulerSteps }, (_, i) => this.speed(i / shape.eulerSteps));
  }

  /** eta(t). */
  speed(time: number): number {
    const { eta1, eta1Bias, eta2, eta2Bias } = this.#weights;
    const [value = Number.NaN] = layer(tanh(layer([time], eta1, eta1Bias)), eta2, eta2Bias);
    return value;
  }

  /** Q(s_0): m numbers, or m x m row by row. */
  rates(start: ArrayLike<number>): Float64Array {
    const { q1, q1Bias, q2, q2Bias, q3, q3Bias } = this.#weights;
    const { inputCentre, inputScale } = this.shape;
    const input = Float64Array.from(start, (x) => (x - inputCentre) / inputScale);
    return layer(tanh(layer(tanh(layer(input, q1, q1Bias)), q2, q2Bias)), q3, q3Bias);
  }

  /** phi(t, s; s_0) for the rates of s_0. */
  velocity(rates: Float64Array, time: number, point: ArrayLike<number>): Float64Array {
    return product(this.shape, rates, point, this.speed(time));
  }

  /** Euler's method from s_0. */
  journey(start: ArrayLike<number>): Journey {
    const { eulerSteps, items, field } = this.shape;
    const rates = this.rates(start);
    const points = [Float64Array.from(start)];
    for (const speed of this.speeds) {
      const here = points.at(-1)!;
      const move = product(this.shape, rates, here, speed / eulerSteps);
      points.push(here.map((x, j) => x + move[j]!));
    }
    let trace = 0;
    for (let j = 0; j < items; j++) trace += rates[field === 'diagonal' ? j : j * items + j]!;
    const integral = this.speeds.reduce((sum, speed) => sum + speed, 0) / eulerSteps;
    return { points, logDensityChange: -trace * integral };
  }
}

/** speed Q s. */
function product(
  { items, field }: FlowShape,
  rates: Float64Array,
  point: ArrayLike<number>,
  speed: number,
): Float64Array {
  return Float64Array.from({ length: items }, (_, j) => {
    if (field === 'diagonal') return speed * rates[j]! * point[j]!;
    let sum = 0;
    for (let k = 0; k < items; k++) sum += rates[j * items + k]! * point[k]!;
    return speed * sum;
  });
}

/** W' x + b, W [in, out] row by row. */
function layer(input: ArrayLike<number>, weights: Float32Array, bias: Float32Array): Float64Array {
  const outputs = bias.length;
  const sums = Float64Array.from(bias);
  for (let i = 0; i < input.length; i++) {
    const x = input[i]!;
    const row = i * outputs;
    for (let o = 0; o < outputs; o++) sums[o] = sums[o]! + x * weights[row + o]!;
  }
  return sums;
}

function tanh(values: Float64Array): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] = Math.tanh(values[i]!);
  return values;
}
