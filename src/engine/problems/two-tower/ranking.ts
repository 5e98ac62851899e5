/**
 * How a policy ranks the items of rounds that came to something, and how it spreads what it shows over the items.
 *
 * A positive is a round whose reward is above 0; the item shown is its one relevant item. Sources: Jarvelin, Kekalainen, "Cumulated
 * Gain-Based Evaluation of IR Techniques", ACM TOIS 20(4), 2002 (nDCG, with log base 2); McSherry, Najork, "Computing Information
 * Retrieval Performance Measures Efficiently in the Presence of Tied Scores", ECIR 2008 (ties: the mean over all orders of them).
 */

/** Of one positive, each from 0 to 1. */
interface Ranked {
  /** 1 / log2(1 + rank) up to rank k, else 0: the ideal gain of a single relevant item is 1. */
  readonly ndcg: number;
  /** 1 up to rank k, else 0. */
  readonly recall: number;
}

/**
 * The rank of one item among all by falling score, as nDCG@k and recall@k. Items of equal scores could stand in any order: the mean
 * over these.
 * @param scores of all items @param k at least 1
 */
export function rankedAt(scores: ArrayLike<number>, item: number, k: number): Ranked {
  const own = scores[item]!;
  let [above, ties] = [0, 0];
  for (let other = 0; other < scores.length; other++) {
    if (scores[other]! > own) above++;
    else if (scores[other] === own) ties++;
  }
  const last = Math.min(k, above + ties);
  let gain = 0;
  for (let rank = above + 1; rank <= last; rank++) gain += 1 / Math.log2(1 + rank);
  return { ndcg: gain / ties, recall: Math.max(0, last - above) / ties };
}

/**
 * Gini coefficient of values of at least 0: 0 where all are equal, 1 - 1/n where one has everything.
 * Source: Gini, "Variabilita e mutabilita", 1912; here half the relative mean absolute difference.
 */
export function gini(values: ArrayLike<number>): number {
  const ascending = Float64Array.from(values).sort();
  const count = ascending.length;
  let [sum, weighted] = [0, 0];
  ascending.forEach((value, i) => {
    sum += value;
    weighted += (2 * (i + 1) - count - 1) * value;
  });
  return weighted / (count * sum);
}
