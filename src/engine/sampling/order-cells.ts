/**
 * Cells for the law of orders drawn without replacement, chosen before anything is drawn: first draws and, where that many are
 * expected, what follows them. Cells chosen by the counts that they are tested with would reject a right sampler.
 */
import type { OrderCell } from '../../shared/sampling.ts';
import { nextShares } from './plackett-luce.ts';

/** Cells to split further, until there are so many. */
const MOST_CELLS = 500;
/** First draws beyond which there is no test. */
const MOST_OPTIONS = 4096;
/** Draws that a cell must expect to be split: its parts have to expect some too. */
const SPLIT_FROM = 10;

interface Prefix {
  readonly order: readonly number[];
  readonly probability: number;
  count: number;
  next?: Map<number, Prefix>;
}

/** Counts of disjoint sets of orders, each those that begin alike. */
export class OrderCells {
  readonly #root: Prefix = { order: [], probability: 1, count: 0 };
  readonly #leaves: readonly Prefix[];

  /**
   * @param logProbabilities of all options
   * @param k draws of an order
   * @param samples orders that will be drawn
   */
  constructor(logProbabilities: readonly number[], k: number, samples: number) {
    const leaves = new Set([this.#root]);
    while (leaves.size < MOST_CELLS) {
      const most = mostProbable(leaves, k);
      if (most === undefined || logProbabilities.length > MOST_OPTIONS) break;
      if (most !== this.#root && most.probability * samples < SPLIT_FROM) break;
      const parts = split(logProbabilities, most);
      if (parts.length === 0) break;
      most.next = new Map(parts.map((part) => [part.order.at(-1)!, part]));
      leaves.delete(most);
      for (const part of parts) leaves.add(part);
    }
    this.#leaves = leaves.has(this.#root) ? [] : [...leaves].sort((a, b) => b.probability - a.probability);
  }

  add(order: readonly number[]): void {
    let at = this.#root;
    for (const index of order) {
      const next = at.next?.get(index);
      if (next === undefined) break;
      at = next;
    }
    at.count += 1;
  }

  /** Most probable first; empty where there are too many options. */
  get cells(): OrderCell[] {
    return this.#leaves.map(({ order, probability, count }) => ({ order: [...order], probability, count }));
  }
}

function mostProbable(leaves: ReadonlySet<Prefix>, k: number): Prefix | undefined {
  let most: Prefix | undefined;
  for (const leaf of leaves) {
    if (leaf.order.length < k && (most === undefined || leaf.probability > most.probability)) most = leaf;
  }
  return most;
}

/** One part for each option that can come next; none where nothing is left. */
function split(logProbabilities: readonly number[], { order, probability }: Prefix): Prefix[] {
  const drawn = new Set(order);
  return nextShares(logProbabilities, (index) => drawn.has(index)).flatMap((share, index): Prefix[] =>
    drawn.has(index) ? [] : [{ order: [...order, index], probability: probability * share, count: 0 }],
  );
}
