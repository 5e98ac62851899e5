/**
 * Noise-contrastive estimation as a problem of variations: the classifier h that tells one sample of p from k of the noise q
 * maximises J[h] = sum_x p log h + k q log(1 - h). No derivative of h is in it, so that the Euler-Lagrange equation is an ordinary one
 * at each x by itself, p / h = k q / (1 - h), and h = p / (p + k q).
 * Source: Gutmann, Hyvärinen, "Noise-contrastive estimation of unnormalized statistical models", JMLR 2012, theorem 1.
 */
import { sigmoid, softmax, softplus } from '../../../../shared/log-space.ts';

export interface Contrast {
  /** p [n], the law of the data. */
  readonly data: readonly number[];
  /** k q [n]: noise samples for one of the data. */
  readonly noise: readonly number[];
}

/** p = softmax(logits), and k times the noise q, which is in proportion to p^alpha. */
export function contrastOf(logits: readonly number[], k: number, alpha: number): Contrast {
  return {
    data: softmax(logits),
    noise: softmax(logits.map((x) => alpha * x)).map((q) => k * q),
  };
}

/** p / (p + k q), which solves the Euler-Lagrange equation. */
export function bestClassifier({ data, noise }: Contrast): number[] {
  return data.map((p, i) => p / (p + noise[i]!));
}

/** What J has at one x, p log h + k q log(1 - h), by the log-odds of h, which tell an h near 1 from 1. */
export function integrand(p: number, noise: number, odds: number): number {
  return -p * softplus(-odds) - noise * softplus(odds);
}

/** J[h] of the best h, its log-odds moved by so much. */
export function objectiveBeside(contrast: Contrast, moved: number): number {
  const { data, noise } = contrast;
  return data.reduce((sum, p, i) => sum + integrand(p, noise[i]!, Math.log(p / noise[i]!) + moved), 0);
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
const CUTS = 80;
const FURTHEST = 40;

/** The best h without any calculus: golden-section search of the largest integrand at each x, over the log-odds of h. */
export function searchedClassifier({ data, noise }: Contrast): number[] {
  return data.map((p, i) => {
    let [low, high] = [-FURTHEST, FURTHEST];
    for (let cut = 0; cut < CUTS; cut++) {
      const [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
      if (integrand(p, noise[i]!, left) < integrand(p, noise[i]!, right)) low = left;
      else high = right;
    }
    return sigmoid((low + high) / 2);
  });
}
