/**
 * A softmax classifier of points in the plane, trained by plain gradient descent: at its optimum the model's expectation of
 * every feature is that of the data, class by class, which is the condition from which maximum entropy derives it.
 * Source: Berger, Della Pietra, Della Pietra, "A maximum entropy approach to natural language processing", 1996, section 3.
 */
import { softmax } from '../../../../shared/log-space.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

export const CLASSES = 3;

/** Overlapping clouds on a fixed pattern: no random numbers, and no line that separates them. */
export const points: readonly Point[] = Array.from({ length: 45 }, (_, i) => {
  const label = i % CLASSES;
  const turn = i * 2.399963;
  const radius = 0.16 * Math.sqrt(i + 1);
  const centre = [
    [-0.8, -0.4],
    [0.8, -0.5],
    [0, 0.8],
  ][label]!;
  return { x: centre[0]! + radius * Math.cos(turn), y: centre[1]! + radius * Math.sin(turn), label };
});

/** Weights of 1, x and y, a class. */
export type Weights = readonly (readonly number[])[];

export interface Expectations {
  /** Means over the points of [class][1, x, y]: with the labels, and with the model's probabilities. */
  readonly data: readonly (readonly number[])[];
  readonly model: readonly (readonly number[])[];
  /** Mean cross-entropy in nats. */
  readonly loss: number;
}

const features = ({ x, y }: Point) => [1, x, y];

export function predict(weights: Weights, point: Point): number[] {
  return softmax(weights.map((w) => features(point).reduce((sum, f, i) => sum + f * w[i]!, 0)));
}

export function expectations(weights: Weights): Expectations {
  const zero = () => Array.from({ length: CLASSES }, () => [0, 0, 0]);
  const [data, model] = [zero(), zero()];
  let loss = 0;
  for (const point of points) {
    const p = predict(weights, point);
    loss -= Math.log(p[point.label]!) / points.length;
    features(point).forEach((f, i) => {
      for (let k = 0; k < CLASSES; k++) model[k]![i]! += (p[k]! * f) / points.length;
      data[point.label]![i]! += f / points.length;
    });
  }
  return { data, model, loss };
}

/** Weights after so many steps from zero. The gradient is the difference of the two expectations. */
export function train(steps: number, rate = 1): Weights {
  let weights: Weights = Array.from({ length: CLASSES }, () => [0, 0, 0]);
  for (let step = 0; step < steps; step++) {
    const { data, model } = expectations(weights);
    weights = weights.map((w, k) => w.map((value, i) => value + rate * (data[k]![i]! - model[k]![i]!)));
  }
  return weights;
}
