/** What a choice that pays prices is worth: believed of its probabilities, and earned by a choice that is made. */
import { softmax } from '../../../../shared/log-space.ts';

export interface Choosing {
  readonly utilities: readonly number[];
  /** What each option pays. */
  readonly prices: readonly number[];
  readonly temperature: number;
  /** Gumbel noise of one draw. */
  readonly noise: readonly number[];
}

/** A buyer's utilities, the options' prices, and one draw of noise, written out by hand in the project's first notes. */
export const workedExample: Choosing = {
  utilities: [-2, -1, 0.5, -0.5],
  prices: [1, 1.5, 2, 1],
  temperature: 0.1,
  noise: [0.5, -0.2, 1, 0.3],
};

interface Worth {
  /** sum p_k price_k with p = softmax(u / temperature), and the same where nothing can be chosen as well: utility 0, price 0. */
  readonly soft: number;
  readonly softOrNothing: number;
  /** p with the option of nothing, which is the last. */
  readonly orNothing: readonly number[];
  readonly probabilities: readonly number[];
  /** u / temperature + noise, and its largest: a draw from p. */
  readonly perturbed: readonly number[];
  readonly drawn: number;
  /** The option of the largest utility. */
  readonly best: number;
}

export function worthOf({ utilities, prices, temperature, noise }: Choosing): Worth {
  const probabilities = softmax(utilities, temperature);
  const orNothing = softmax([...utilities, 0], temperature);
  const mean = (p: readonly number[]) => prices.reduce((sum, price, k) => sum + price * p[k]!, 0);
  const perturbed = utilities.map((utility, k) => utility / temperature + noise[k]!);
  return {
    ...{ probabilities, orNothing, perturbed },
    ...{ soft: mean(probabilities), softOrNothing: mean(orNothing) },
    ...{ drawn: largestOf(perturbed), best: largestOf(utilities) },
  };
}

function largestOf(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}
