/**
 * Whether a classifier's probabilities are what they say, and the temperature that makes its mean confidence right. All of it in
 * doubles, from logits, so that probabilities near 1 lose nothing.
 */

/** Of N rows and K classes. */
export interface Classified {
  /** [N, K] */
  readonly logits: ArrayLike<number>;
  /** Of each row, 0 .. K - 1. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

/** ln sum_k exp(logits_k / temperature) of a row. */
export function logSumExp(logits: ArrayLike<number>, temperature = 1): number {
  let most = -Infinity;
  for (let k = 0; k < logits.length; k++) most = Math.max(most, logits[k]!);
  let sum = 0;
  for (let k = 0; k < logits.length; k++) sum += Math.exp((logits[k]! - most) / temperature);
  return most / temperature + Math.log(sum);
}

/** Calls back for each row with its logits and its label. */
function eachRow({ logits, labels, classes }: Classified, visit: (row: Float64Array, label: number) => void) {
  const row = new Float64Array(classes);
  for (let n = 0; n < labels.length; n++) {
    for (let k = 0; k < classes; k++) row[k] = logits[n * classes + k]!;
    visit(row, labels[n]!);
  }
}

function meanOver(classified: Classified, of: (row: Float64Array, label: number) => number): number {
  let sum = 0;
  eachRow(classified, (row, label) => (sum += of(row, label)));
  return sum / classified.labels.length;
}

/** Mean of -ln p(label), in nats; p is the softmax of logits / temperature. */
export function negativeLogLikelihood(classified: Classified, temperature = 1): number {
  return meanOver(classified, (row, label) => logSumExp(row, temperature) - row[label]! / temperature);
}

/**
 * Mean of sum_k (p_k - y_k)^2, y one-hot: from 0 to 2, 1 - 1/K for uniform p.
 * Source: Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78, 1950, equation 2.
 */
export function brierScore(classified: Classified, temperature = 1): number {
  return meanOver(classified, (row, label) => {
    const normaliser = logSumExp(row, temperature);
    return row.reduce(
      (sum, f, k) => sum + (Math.exp(f / temperature - normaliser) - Number(k === label)) ** 2,
      0,
    );
  });
}

/**
 * Mean of sum_k p_k f_k - f_label, f the logits and p their softmax at the temperature: by how much the logit that a row is expected
 * to have is above that of its class, in units of the logits. Of all distributions with a given mean expected logit, softmax has the
 * most entropy, and its temperature is the one at which the mean expected logit is that of the true classes: 0 here. It is also
 * the slope of the negative log-likelihood in 1 / temperature, so that both conditions are one.
 * Source: Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017, section 4.2 and supplement S2.
 */
export function logitExcess(classified: Classified, temperature: number): number {
  return meanOver(classified, (row, label) => {
    const normaliser = logSumExp(row, temperature);
    return row.reduce((sum, f) => sum + Math.exp(f / temperature - normaliser) * f, 0) - row[label]!;
  });
}

export interface FittedTemperature {
  readonly temperature: number;
  /** `logitExcess` there: 0 but for rounding, unless no temperature within the limits has it. */
  readonly excess: number;
}

/** Where every row is classified right, the likelihood has no best temperature: the colder the better. */
export const TEMPERATURE_LIMITS = { from: 1 / 20, to: 20 } as const;
const HALVINGS = 60;

/**
 * The temperature of the least negative log-likelihood within the limits. That is convex in 1 / temperature, so its slope grows,
 * and halving an interval around its root finds it: no search for a minimum knows limits, or is as exact.
 */
export function fitTemperature(classified: Classified): FittedTemperature {
  const at = (temperature: number) => ({ temperature, excess: logitExcess(classified, temperature) });
  let [cold, hot] = [at(TEMPERATURE_LIMITS.from), at(TEMPERATURE_LIMITS.to)];
  if (cold.excess <= 0) return cold;
  if (hot.excess >= 0) return hot;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = at(Math.sqrt(cold.temperature * hot.temperature));
    if (middle.excess > 0) cold = middle;
    else hot = middle;
  }
  return Math.abs(cold.excess) < Math.abs(hot.excess) ? cold : hot;
}

/** What is said of a class, and whether it is right. */
export interface Confidences {
  /** Largest probability of each row. */
  readonly confidence: Float64Array;
  /** 1 where the class of that probability is the label. */
  readonly right: Uint8Array;
}

export function confidencesOf(classified: Classified, temperature = 1): Confidences {
  const { length } = classified.labels;
  const [confidence, right] = [new Float64Array(length), new Uint8Array(length)];
  let n = 0;
  eachRow(classified, (row, label) => {
    const most = row.indexOf(Math.max(...row));
    confidence[n] = Math.exp(row[most]! / temperature - logSumExp(row, temperature));
    right[n++] = Number(most === label);
  });
  return { confidence, right };
}

/** `Confidences`, or any predictions and what came of them. */
interface Predictions {
  readonly confidence: Float64Array;
  readonly right: ArrayLike<number>;
}

/** Rows of one bin of a reliability diagram; none is empty. */
export interface ReliabilityBin {
  readonly count: number;
  /** Means over its rows. */
  readonly confidence: number;
  readonly accuracy: number;
  /** Mean of confidence (1 - confidence): the variance of a right answer, if confidences are right and answers are 0 or 1. */
  readonly variance: number;
}

/**
 * @param by `width`: bins of equal width over [0, 1], the edge between two belonging to the lower one, those without rows left out;
 * `mass`: bins of equally many rows, give or take one, by rising confidence
 */
export function reliabilityBins(
  { confidence, right }: Predictions,
  bins: number,
  by: 'width' | 'mass',
): readonly ReliabilityBin[] {
  const rows = Int32Array.from(confidence, (_, n) => n);
  if (by === 'mass') rows.sort((a, b) => confidence[a]! - confidence[b]!);
  const places = new Map<number, number[]>();
  rows.forEach((row, place) => {
    const own =
      by === 'width'
        ? Math.min(bins - 1, Math.max(0, Math.ceil(confidence[row]! * bins) - 1))
        : Math.floor((place * bins) / rows.length);
    const sharing = places.get(own);
    if (sharing === undefined) places.set(own, [row]);
    else sharing.push(row);
  });
  return [...places]
    .sort(([a], [b]) => a - b)
    .map(([, own]) => {
      const mean = (of: (row: number) => number) => own.reduce((sum, row) => sum + of(row), 0) / own.length;
      return {
        count: own.length,
        confidence: mean((row) => confidence[row]!),
        accuracy: mean((row) => right[row]!),
        variance: mean((row) => confidence[row]! * (1 - confidence[row]!)),
      };
    });
}

const rowsOf = (bins: readonly ReliabilityBin[]) => bins.reduce((sum, { count }) => sum + count, 0);

/**
 * Expected calibration error: mean distance of confidence and accuracy, bins weighing as many as their rows.
 * Biased twice: what differs within a bin cancels out (downwards, with few bins), and chance alone keeps accuracy from confidence
 * (upwards, with few rows: `errorByChance`).
 * Source: Naeini, Cooper, Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015, section "Measures
 * of calibration"; Guo et al., ICML 2017, equation 3. Bins of equal mass: Nguyen, O'Connor, "Posterior calibration and exploratory
 * analysis for natural language processing models", EMNLP 2015.
 */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const rows = rowsOf(bins);
  return bins.reduce(
    (sum, { count, confidence, accuracy }) => sum + (count / rows) * Math.abs(accuracy - confidence),
    0,
  );
}

/**
 * The calibration error that the same confidences would show by chance if all of them were right: E|accuracy - confidence| of a bin
 * of n rows is about sqrt(2 variance / (pi n)), as of a normal law; good from about ten expected mistakes a bin on.
 * Source: Roelofs, Cain, Shlens, Mozer, "Mitigating Bias in Calibration Error Estimation", AISTATS 2022, section 3 (the bias).
 */
export function errorByChance(bins: readonly ReliabilityBin[]): number {
  const rows = rowsOf(bins);
  return bins.reduce(
    (sum, { count, variance }) => sum + (count / rows) * Math.sqrt((2 * variance) / (Math.PI * count)),
    0,
  );
}
