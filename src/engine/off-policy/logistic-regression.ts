/**
 * Multinomial logistic regression, p(class | x) = softmax(W x + b), fitted to its one optimum. It is the behaviour model of a log
 * without propensities, and with weights r / propensity the policy learner of the Open Bandit Pipeline (`IPWLearner`).
 */
import { minimise } from '../statistics/minimise.ts';

export interface MultinomialModel {
  readonly classes: number;
  readonly dimension: number;
  /** W, [classes, dimension] */
  readonly weights: Float64Array;
  /** b, [classes]; -Infinity for a class that the data never show. */
  readonly bias: Float64Array;
}

export interface LabelledRows {
  readonly rows: number;
  readonly dimension: number;
  /** [rows, dimension] */
  readonly features: Float64Array;
  readonly classes: number;
  /** Class of each row. */
  readonly labels: Int32Array;
  /** How much each row counts, at least 0; null: 1. */
  readonly counts: Float64Array | null;
}

/** Of the gradient of the mean loss. */
const TOLERANCE = 1e-9;
const MOST_ITERATIONS = 2000;

/**
 * Minimises sum_i count_i CE(x_i, label_i) + penalty / 2 |W|^2; the biases are free. `penalty` is 1 / C of scikit-learn's
 * LogisticRegression.
 */
export function fitMultinomial(data: LabelledRows, penalty: number): MultinomialModel {
  const { rows, dimension, features, classes, labels, counts } = data;
  const shown = new Float64Array(classes);
  for (let i = 0; i < rows; i++) shown[labels[i]!]! += counts?.[i] ?? 1;
  // Without rows the bias of a class would go to minus infinity.
  const seen = Array.from(shown.keys()).filter((label) => shown[label]! > 0);
  const place = new Int32Array(classes);
  seen.forEach((label, k) => (place[label] = k));
  const total = shown.reduce((sum, count) => sum + count, 0);
  const width = dimension + 1;
  const logits = new Float64Array(seen.length);
  const { x } = minimise(
    (parameters, gradient) => {
      let loss = 0;
      for (let i = 0; i < rows; i++) {
        const count = (counts?.[i] ?? 1) / total;
        if (count === 0) continue;
        const row = i * dimension;
        for (let k = 0; k < logits.length; k++) {
          let sum = parameters[k * width + dimension]!;
          for (let d = 0; d < dimension; d++) sum += parameters[k * width + d]! * features[row + d]!;
          logits[k] = sum;
        }
        const label = place[labels[i]!]!;
        const own = logits[label]!;
        loss += count * (softmaxInPlace(logits) - own);
        for (let k = 0; k < logits.length; k++) {
          const residual = count * (logits[k]! - (k === label ? 1 : 0));
          for (let d = 0; d < dimension; d++) gradient[k * width + d]! += residual * features[row + d]!;
          gradient[k * width + dimension]! += residual;
        }
      }
      const scale = penalty / total;
      for (let i = 0; i < parameters.length; i++) {
        if (i % width === dimension) continue;
        loss += (scale / 2) * parameters[i]! ** 2;
        gradient[i]! += scale * parameters[i]!;
      }
      return loss;
    },
    new Float64Array(seen.length * width),
    { tolerance: TOLERANCE, iterations: MOST_ITERATIONS },
  );
  const weights = new Float64Array(classes * dimension);
  const bias = new Float64Array(classes).fill(-Infinity);
  seen.forEach((label, k) => {
    weights.set(x.subarray(k * width, k * width + dimension), label * dimension);
    bias[label] = x[k * width + dimension]!;
  });
  return { classes, dimension, weights, bias };
}

/** Writes the classes' probabilities for the features at `features[offset ..]`. */
export function classProbabilities(
  { classes, dimension, weights, bias }: MultinomialModel,
  features: Float64Array,
  offset: number,
  out: Float64Array,
): void {
  for (let c = 0; c < classes; c++) {
    let sum = bias[c]!;
    for (let d = 0; d < dimension; d++) sum += weights[c * dimension + d]! * features[offset + d]!;
    out[c] = sum;
  }
  softmaxInPlace(out);
}

/** @returns log sum exp of the logits, which become probabilities */
function softmaxInPlace(logits: Float64Array): number {
  let most = -Infinity;
  for (const logit of logits) most = Math.max(most, logit);
  let sum = 0;
  for (let k = 0; k < logits.length; k++) {
    logits[k] = Math.exp(logits[k]! - most);
    sum += logits[k]!;
  }
  for (let k = 0; k < logits.length; k++) logits[k]! /= sum;
  return most + Math.log(sum);
}
