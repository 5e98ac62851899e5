/**
 * The minimum of a smooth convex function by limited-memory BFGS, in doubles: for fits of some thousands of coefficients that have
 * one answer, which trained networks have not.
 * Source: Nocedal, Wright, "Numerical Optimization", 2nd edition, 2006, algorithms 7.4 and 7.5; the line search is the bisection of
 * Lewis, Overton, "Nonsmooth optimization via quasi-Newton methods", Mathematical Programming 141, 2013, algorithm 2.6.
 */

/** Writes the gradient at `x` into `gradient` and returns the value. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  /** Whether the largest coordinate of the gradient came below `tolerance`, or no step lowers the value any more. */
  readonly converged: boolean;
}

interface Point {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  readonly value: number;
}

/** Pairs of steps that stand for the second derivatives. */
const MEMORY = 10;
/** Share of the promised decrease that a step has to bring, and share of the slope that may be left after it. */
const DECREASE = 1e-4;
const SLOPE_LEFT = 0.9;
const MOST_HALVINGS = 50;

/** @param tolerance of the largest coordinate of the gradient */
export function minimise(
  objective: Objective,
  start: Float64Array,
  { tolerance, iterations }: { readonly tolerance: number; readonly iterations: number },
): Minimum {
  const at = (x: Float64Array): Point => {
    const gradient = new Float64Array(x.length);
    return { x, gradient, value: objective(x, gradient) };
  };
  const steps: Step[] = [];
  let point = at(start.slice());
  for (let i = 0; i < iterations; i++) {
    if (point.gradient.every((slope) => Math.abs(slope) <= tolerance)) return { ...point, converged: true };
    const direction = descent(point.gradient, steps);
    // The first step has no scale of its own.
    const first = steps.length === 0 ? 1 / Math.sqrt(dot(direction, direction)) : 1;
    const next = search(at, point, direction, first);
    if (next === null) return { ...point, converged: true };
    const moved = difference(next.x, point.x);
    const turned = difference(next.gradient, point.gradient);
    const curvature = dot(moved, turned);
    if (curvature > 0) steps.push({ moved, turned, curvature });
    if (steps.length > MEMORY) steps.shift();
    point = next;
  }
  return { ...point, converged: false };
}

interface Step {
  readonly moved: Float64Array;
  readonly turned: Float64Array;
  readonly curvature: number;
}

/** Minus the gradient, times what the last steps tell of the inverse second derivatives. */
function descent(gradient: Float64Array, steps: readonly Step[]): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const shares = new Float64Array(steps.length);
  for (let k = steps.length - 1; k >= 0; k--) {
    const { moved, turned, curvature } = steps[k]!;
    shares[k] = dot(moved, direction) / curvature;
    addTo(direction, turned, -shares[k]!);
  }
  const last = steps.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / dot(last.turned, last.turned);
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  steps.forEach(({ moved, turned, curvature }, k) => {
    addTo(direction, moved, shares[k]! - dot(turned, direction) / curvature);
  });
  return direction;
}

/** A step that lowers the value and leaves less slope; null where rounding leaves none. */
function search(
  at: (x: Float64Array) => Point,
  from: Point,
  direction: Float64Array,
  first: number,
): Point | null {
  const slope = dot(from.gradient, direction);
  let [low, high, length] = [0, Infinity, first];
  let best: Point | null = null;
  for (let i = 0; i < MOST_HALVINGS; i++) {
    const x = from.x.slice();
    addTo(x, direction, length);
    const point = at(x);
    if (!(point.value < from.value + DECREASE * length * slope)) high = length;
    else {
      best = point;
      if (dot(point.gradient, direction) >= SLOPE_LEFT * slope) return point;
      low = length;
    }
    length = high === Infinity ? 2 * low : (low + high) / 2;
  }
  return best;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addTo(sum: Float64Array, values: Float64Array, scale: number): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += scale * values[i]!;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!);
}
