/**
 * The bids of a CATS instance without those that the program removes as dominated. A bid that stands alone (its bidder has no
 * other) beats every bid, anyone's, for a superset of its goods at no higher price: a seller would never take that one. Bids with
 * alternatives beat nothing, because taking one of them rules out the others. As in the program,
 *   a bid that comes to stand alone is removed if another beats it, else it removes all that it beats, older ones only;
 *   of a new bidder's alternatives the first is removed while it is beaten, and the last one takes its place: those in between
 *   are not looked at then, so that some beaten alternatives stay;
 *   a bidder whose alternatives have all but one gone stands alone.
 * Source: CATS 2.1, BidSet.cpp (`refine` compares the first unchecked bid each time).
 */
import { addItem, isSubset, wordsFor } from './bundle-bits.ts';
import type { Atom } from './bidders.ts';

interface Bid {
  readonly atom: Atom;
  readonly bits: Uint32Array;
  alive: boolean;
}

export class UndominatedBids {
  readonly #words: number;
  readonly #bidders: Bid[][] = [];
  /** Bids that stand alone and are not removed. */
  #alone: Bid[] = [];
  #count = 0;

  constructor(goods: number) {
    this.#words = wordsFor(goods);
  }

  /** Bids that remain. */
  get count(): number {
    return this.#count;
  }

  /** @param atoms of a new bidder, the one that the others are alternatives to first */
  add(atoms: readonly Atom[]): void {
    const bids = atoms.map((atom) => this.#bid(atom));
    while (bids.length > 0 && this.#isBeaten(bids[0]!)) {
      const last = bids.pop()!;
      if (bids.length > 0) bids[0] = last;
    }
    this.#bidders.push(bids);
    this.#count += bids.length;
    if (bids.length === 1) this.#settle(bids);
  }

  /** Bidders with a bid left, in the order in which they came. */
  bidders(): Atom[][] {
    return this.#bidders
      .map((bids) => bids.filter((bid) => bid.alive).map((bid) => bid.atom))
      .filter((atoms) => atoms.length > 0);
  }

  /** Lets the only bid of a bidder be removed or remove others, and those of bidders who thereby have one left, and so on. */
  #settle(newlyAlone: readonly Bid[]): void {
    const queue = [...newlyAlone];
    for (let bid = queue.pop(); bid !== undefined; bid = queue.pop()) {
      if (!bid.alive) continue;
      if (this.#isBeaten(bid)) {
        this.#remove(bid);
        continue;
      }
      for (const own of this.#bidders) {
        const before = own.filter((other) => other.alive).length;
        for (const other of own) {
          if (other !== bid && other.alive && this.#beats(bid, other)) this.#remove(other);
        }
        const left = own.filter((other) => other.alive);
        if (left.length === 1 && before > 1) queue.push(...left);
      }
      this.#alone = [...this.#alone.filter((other) => other.alive), bid];
    }
  }

  #remove(bid: Bid): void {
    bid.alive = false;
    this.#count -= 1;
  }

  /** By a bid that stands alone. */
  #isBeaten(bid: Bid): boolean {
    return this.#alone.some((other) => this.#beats(other, bid));
  }

  #beats(strong: Bid, weak: Bid): boolean {
    return strong.atom.value >= weak.atom.value && isSubset(strong.bits, 0, weak.bits, 0, this.#words);
  }

  #bid(atom: Atom): Bid {
    const bits = new Uint32Array(this.#words);
    for (const item of atom.items) addItem(bits, 0, item);
    return { atom, bits, alive: true };
  }
}
