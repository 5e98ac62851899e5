/**
 * A finite number of buyers as the types of a mechanism. A type n has outcomes, the only things that an optimal mechanism needs
 * to give it:
 *
 * additive, unit-demand: the items; x_n is its share of each item (additive: each at most 1; unit-demand: 1 in all)
 * xor:                   its own atoms, 1 in all. More is no use: whoever gets a bundle S takes an atom T of S from it. Given T
 *                        instead of S, it is as well off, and nobody else wants its option more than before, as values only
 *                        fall with a smaller bundle. So T serves the mechanism as well, in lotteries too.
 *
 * v_n is linear in x, for the types whose outcomes these are and for all others.
 */
import { AppError } from '../../../../shared/errors.ts';
import { bundleValue, grandValue, type Bidders, type XorBidders } from '../../buyers/bidders.ts';
import { wordsFor } from '../../buyers/bundle-bits.ts';

export interface BuyerTypes {
  readonly count: number;
  /** Outcomes of all types together. */
  readonly outcomes: number;
  /** Outcomes of type n are first[n] .. first[n] + numbers[n] - 1; additive and unit-demand types share theirs, the items. */
  readonly first: Int32Array;
  readonly numbers: Int32Array;
  /** Atom that an outcome is, for xor; null: outcome j is item j. */
  readonly atoms: Int32Array | null;
  /** True: the shares of a type add up to 1 at most. Else each is at most 1. */
  readonly exclusive: boolean;
  /** What outcome o is worth to type n, at n * outcomes + o; in units of `scale`. */
  readonly values: Float64Array;
  /** One unit in the buyers' own money: the mean over the types of all items' value, so that a programme's numbers are around 1. */
  readonly scale: number;
}

/** Numbers of the table of values: 128 MiB. */
const MOST_VALUES = 2 ** 24;

/**
 * @param buyers numbers of the buyers
 * @throws AppError precondition with a number of buyers that would do
 */
export async function buyerTypes(
  bidders: Bidders,
  buyers: Int32Array,
  breathe: () => Promise<void>,
): Promise<BuyerTypes> {
  const count = buyers.length;
  const byAtoms = bidders.kind === 'xor';
  const numbers = Int32Array.from(buyers, (n) =>
    byAtoms ? bidders.starts[n + 1]! - bidders.starts[n]! : bidders.items,
  );
  const first = new Int32Array(count);
  if (byAtoms) for (let i = 1; i < count; i++) first[i] = first[i - 1]! + numbers[i - 1]!;
  const outcomes = byAtoms ? first[count - 1]! + numbers[count - 1]! : bidders.items;
  if (count * outcomes > MOST_VALUES) {
    const fitting = Math.floor(Math.sqrt((MOST_VALUES / outcomes) * count));
    throw new AppError(
      'precondition',
      `bidders: ${count} buyers with ${outcomes} alternatives are too many for an exact menu; use ${fitting} or fewer`,
      { path: 'bidders' },
    );
  }
  const scale = meanGrandValue(bidders, buyers);
  const atoms = bidders.kind === 'xor' ? atomsOf(bidders, buyers, outcomes) : null;
  const values = new Float64Array(count * outcomes);
  for (let i = 0; i < count; i++) {
    await breathe();
    const own = values.subarray(i * outcomes, (i + 1) * outcomes);
    if (bidders.kind === 'xor') {
      const words = wordsFor(bidders.items);
      own.forEach((_, o) => {
        own[o] = bundleValue(bidders, buyers[i]!, bidders.bundles, atoms![o]! * words) / scale;
      });
    } else {
      own.forEach((_, j) => (own[j] = bidders.values[buyers[i]! * outcomes + j]! / scale));
    }
  }
  return { count, outcomes, first, numbers, atoms, exclusive: bidders.kind !== 'additive', values, scale };
}

function atomsOf(bidders: XorBidders, buyers: Int32Array, outcomes: number): Int32Array {
  const atoms = new Int32Array(outcomes);
  let o = 0;
  for (const n of buyers) for (let a = bidders.starts[n]!; a < bidders.starts[n + 1]!; a++) atoms[o++] = a;
  return atoms;
}

function meanGrandValue(bidders: Bidders, buyers: Int32Array): number {
  let sum = 0;
  for (const n of buyers) sum += grandValue(bidders, n);
  return sum > 0 ? sum / buyers.length : 1;
}
