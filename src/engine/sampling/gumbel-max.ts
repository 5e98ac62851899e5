import type { GumbelStream } from './gumbel-stream.ts';

export interface GumbelMaximum {
  /** argmax of logits + G: a draw from softmax(logits). */
  readonly choice: number;
  /** The maximum itself: Gumbel with location log sum exp(logits), independent of the choice. */
  readonly maximum: number;
}

/**
 * One draw by the Gumbel-max trick.
 * @param logits K, one at least finite; -Infinity for what cannot be chosen
 * Source: Maddison, Tarlow, Minka, "A* Sampling", NIPS 2014, section 2.
 */
export function gumbelMax(logits: readonly number[], noise: GumbelStream): GumbelMaximum {
  let choice = -1;
  let maximum = -Infinity;
  for (let k = 0; k < logits.length; k++) {
    const perturbed = logits[k]! + noise.next();
    if (perturbed > maximum) {
      maximum = perturbed;
      choice = k;
    }
  }
  return { choice, maximum };
}

/** P(maximum <= x) for Gumbels with locations `logits`: exp(-exp(location - x)), location = log sum exp(logits). */
export function maximumCdf(location: number, x: number): number {
  return Math.exp(-Math.exp(location - x));
}
