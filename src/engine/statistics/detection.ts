/**
 * How well a score tells what comes from a distribution (inside) from what does not (outside). A score is higher inside: whoever has
 * one that is higher outside negates it. Everything here depends on the order of scores alone, and treats equal scores as one.
 * Source: Hendrycks, Gimpel, "A Baseline for Detecting Misclassified and Out-of-Distribution Examples in Neural Networks", ICLR 2017,
 * section 2 (AUROC, AUPR with either side as the positive one); Liang, Li, Srikant, "Enhancing the Reliability of Out-of-distribution
 * Image Detection in Neural Networks", ICLR 2018, section 4.2 (TNR at 95 % TPR, detection error).
 */

/** What a threshold accepts: whose score is at least as high. */
export interface Accepted {
  readonly threshold: number;
  /** Numbers of rows. */
  readonly inside: number;
  readonly outside: number;
}

export interface Detection {
  /** Chance that a row from inside scores higher than one from outside; ties count half. 0.5 for a score that knows nothing. */
  readonly auroc: number;
  /** Average precision with inside as the positive side. By chance it is the share of inside. */
  readonly auprIn: number;
  /** The same with outside as the positive side. By chance it is the share of outside. */
  readonly auprOut: number;
  /** Share of outside that is refused by the highest threshold that accepts 95 % of inside at least. */
  readonly tnr: number;
  /** Least mean of the two shares that a threshold gets wrong: both sides weigh the same, however many rows they have. */
  readonly error: number;
}

const DETECTION_TPR = 0.95;

/** Of every threshold that makes a difference, the highest first; the last accepts all. @throws RangeError for no rows of a side */
export function thresholds(inside: ArrayLike<number>, outside: ArrayLike<number>): readonly Accepted[] {
  if (inside.length === 0 || outside.length === 0)
    throw new RangeError(
      `expected scores of either side, got ${inside.length} of inside and ${outside.length} of outside`,
    );
  const [own, others] = [inside, outside].map((scores) => Float64Array.from(scores).sort().reverse()) as [
    Float64Array,
    Float64Array,
  ];
  const found: Accepted[] = [];
  let [i, o] = [0, 0];
  while (i < own.length || o < others.length) {
    const threshold = Math.max(own[i] ?? -Infinity, others[o] ?? -Infinity);
    while (own[i] === threshold) i++;
    while (others[o] === threshold) o++;
    found.push({ threshold, inside: i, outside: o });
  }
  return found;
}

export function detection(inside: ArrayLike<number>, outside: ArrayLike<number>): Detection {
  const all = thresholds(inside, outside);
  const [positives, negatives] = [inside.length, outside.length];
  let [area, precisionIn, precisionOut] = [0, 0, 0];
  let error = 0.5;
  let before: Omit<Accepted, 'threshold'> = { inside: 0, outside: 0 };
  for (const { inside: i, outside: o } of all) {
    area += (o - before.outside) * (before.inside + (i - before.inside) / 2);
    precisionIn += ((i - before.inside) * i) / (i + o);
    // Of outside as the positive side a threshold accepts what is not above it.
    const refused = positives + negatives - before.inside - before.outside;
    precisionOut += ((o - before.outside) * (negatives - before.outside)) / refused;
    error = Math.min(error, ((positives - i) / positives + o / negatives) / 2);
    before = { inside: i, outside: o };
  }
  const atLeast = Math.ceil(DETECTION_TPR * positives - 1e-9);
  const strict = all.find((one) => one.inside >= atLeast)!;
  return {
    auroc: area / (positives * negatives),
    auprIn: precisionIn / positives,
    auprOut: precisionOut / negatives,
    tnr: 1 - strict.outside / negatives,
    error,
  };
}
