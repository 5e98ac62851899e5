import { type I32, type V128, f32x4, i32, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';
import { exponentialOfNegative, exponentialsOfNegatives } from './exponential.ts';
import { acrossLanes, rowsOf } from './rows.ts';

/** Vectors of a row whose exponentials are computed side by side. */
const ABREAST = 4;

/**
 * softmax(scale x) of each row of [rows, columns] at `from`, columns at least 4, to `to`; the scale is the positive number at
 * `scale`.
 *
 * Weights below 2^-63 of the row's largest are 0. They are lost in any float32 sum, and their products would be subnormal
 * numbers, with which processors calculate about a hundred times slower: a cold softmax is full of them.
 */
export function writeSoftmax(f: FunctionBuilder, ...parameters: I32[]): void {
  const [from, to, rows, columns, scale] = parameters as [I32, I32, I32, I32, I32];
  const local = (value: I32): I32 => f.let(value).get;
  const keep = (value: V128): V128 => f.let(value).get;
  const exponentials = exponentialsOfNegatives(f, ABREAST);
  const exponential = exponentialOfNegative(f);
  const { rowBytes, along } = rowsOf(f, columns, 16 * ABREAST);
  const [one, factor] = [keep(f32x4.all(1)), keep(v128.loadSplat(scale))];
  f.loop(i32.mul(rows, rowBytes), rowBytes, (row) => {
    const source = local(i32.add(from, row));
    const target = local(i32.add(to, row));
    const largest = f.let(v128.load(source));
    along((offset) => f.set(largest, f32x4.pmax(largest.get, v128.load(i32.add(source, offset)))));
    const top = acrossLanes(f, largest.get, f32x4.pmax);
    const sum = f.let(f32x4.all(0));
    const scaled = (x: V128): V128 => keep(f32x4.mul(f32x4.sub(x, top), factor));
    const add = (weight: V128): void => f.set(sum, f32x4.add(sum.get, weight));
    along(
      (offset, fresh) => {
        const weight = keep(exponential(scaled(v128.load(i32.add(source, offset)))));
        f.run(v128.store(i32.add(target, offset), weight));
        add(fresh(weight));
      },
      (offset) => {
        const [start, place] = [local(i32.add(source, offset)), local(i32.add(target, offset))];
        const below = Array.from({ length: ABREAST }, (_, i) => scaled(v128.load(start, 16 * i)));
        for (const [i, weight] of exponentials(below).entries()) {
          f.run(v128.store(place, weight, 16 * i));
          add(weight);
        }
      },
    );
    const share = keep(f32x4.div(one, acrossLanes(f, sum.get, f32x4.add)));
    f.loop(i32.and(rowBytes, i32.const(-16)), 16, (offset) => {
      const address = local(i32.add(target, offset));
      f.run(v128.store(address, f32x4.mul(v128.load(address), share)));
    });
    // In place, so what is left of the row goes number by number.
    const tail = local(i32.add(target, i32.and(rowBytes, i32.const(-16))));
    f.loop(i32.and(rowBytes, i32.const(12)), 4, (offset) => {
      const address = local(i32.add(tail, offset));
      f.run(v128.storeLane(address, f32x4.mul(v128.loadSplat(address), share)));
    });
  });
}

/** Rows that the function for short rows takes at a time, one a lane. */
export const SHORT_ROWS = 4;

/** The same for rows of fewer than four columns, at least SHORT_ROWS of them; the last four overlap those before them. */
export function writeShortSoftmax(columns: number) {
  return (f: FunctionBuilder, ...parameters: I32[]): void => {
    const [from, to, rows, scale] = parameters as [I32, I32, I32, I32];
    const local = (value: I32): I32 => f.let(value).get;
    const keep = (value: V128): V128 => f.let(value).get;
    const exponential = exponentialOfNegative(f);
    const factor = keep(v128.loadSplat(scale));
    const one = keep(f32x4.all(1));
    const places = Array.from({ length: columns }, (_, column) =>
      [0, 1, 2, 3].map((lane) => ({ lane, offset: 4 * (lane * columns + column) })),
    );
    const last = local(i32.sub(rows, i32.const(SHORT_ROWS)));
    f.loop(rows, SHORT_ROWS, (next) => {
      const start = local(i32.mul(i32.minU(next, last), i32.const(4 * columns)));
      const [source, target] = [local(i32.add(from, start)), local(i32.add(to, start))];
      const numbers = places.map((lanes) =>
        keep(lanes.reduce((x, { lane, offset }) => v128.loadLane(source, x, lane, offset), f32x4.all(0))),
      );
      const top = keep(numbers.reduce((largest, x) => f32x4.pmax(largest, x)));
      const weights = numbers.map((x) => keep(exponential(f32x4.mul(f32x4.sub(x, top), factor))));
      const share = keep(
        f32x4.div(
          one,
          weights.reduce((sum, weight) => f32x4.add(sum, weight)),
        ),
      );
      for (const [column, lanes] of places.entries()) {
        const result = keep(f32x4.mul(weights[column]!, share));
        for (const { lane, offset } of lanes) f.run(v128.storeLane(target, result, lane, offset));
      }
    });
  };
}

/**
 * The gradient for x of y = softmax(scale x): scale y (dy - sum dy y), for each row of [rows, columns], columns at least 4.
 */
export function writeSoftmaxGradient(f: FunctionBuilder, ...parameters: I32[]): void {
  const [dy, y, to, rows, columns, scale] = parameters as [I32, I32, I32, I32, I32, I32];
  const { rowBytes, along } = rowsOf(f, columns);
  const factor = f.let(v128.loadSplat(scale)).get;
  f.loop(i32.mul(rows, rowBytes), rowBytes, (row) => {
    const [slopes, weights, target] = [dy, y, to].map((base) => f.let(i32.add(base, row)).get) as [
      I32,
      I32,
      I32,
    ];
    const sum = f.let(f32x4.all(0));
    along((offset, fresh) => {
      const product = f32x4.mul(v128.load(i32.add(slopes, offset)), v128.load(i32.add(weights, offset)));
      f.set(sum, f32x4.add(sum.get, fresh(product)));
    });
    const mean = acrossLanes(f, sum.get, f32x4.add);
    along((offset) => {
      const centred = f32x4.sub(v128.load(i32.add(slopes, offset)), mean);
      const weight = f32x4.mul(v128.load(i32.add(weights, offset)), factor);
      f.run(v128.store(i32.add(target, offset), f32x4.mul(centred, weight)));
    });
  });
}

/**
 * The gradient for y of sum u g, g the gradient above as a function of dy and y: scale (u (dy - sum dy y) - dy sum u y), for
 * each row of [rows, columns], columns at least 4.
 */
export function writeSoftmaxCurvature(f: FunctionBuilder, ...parameters: I32[]): void {
  const [u, dy, y, to, rows, columns, scale] = parameters as [I32, I32, I32, I32, I32, I32, I32];
  const { rowBytes, along } = rowsOf(f, columns);
  const factor = f.let(v128.loadSplat(scale)).get;
  f.loop(i32.mul(rows, rowBytes), rowBytes, (row) => {
    const [directions, slopes, weights, target] = [u, dy, y, to].map(
      (base) => f.let(i32.add(base, row)).get,
    ) as [I32, I32, I32, I32];
    const [slope, direction] = [f.let(f32x4.all(0)), f.let(f32x4.all(0))];
    along((offset, fresh) => {
      const weight = f.let(fresh(v128.load(i32.add(weights, offset)))).get;
      for (const [sum, base] of [
        [slope, slopes],
        [direction, directions],
      ] as const)
        f.set(sum, f32x4.add(sum.get, f32x4.mul(v128.load(i32.add(base, offset)), weight)));
    });
    const meanSlope = acrossLanes(f, slope.get, f32x4.add);
    const meanDirection = acrossLanes(f, direction.get, f32x4.add);
    along((offset) => {
      const numbers = f.let(v128.load(i32.add(slopes, offset))).get;
      const centred = f32x4.mul(v128.load(i32.add(directions, offset)), f32x4.sub(numbers, meanSlope));
      const result = f32x4.sub(centred, f32x4.mul(numbers, meanDirection));
      f.run(v128.store(i32.add(target, offset), f32x4.mul(result, factor)));
    });
  });
}
