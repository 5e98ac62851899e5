/** A minibatch of buyers as tensors, filled on the host from the compact arrays. Values are divided by the value scale. */
import type * as tf from '@tensorflow/tfjs-core';
import { hasItem, wordsFor } from '../../auctions/buyers/bundle-bits.ts';
import {
  mostAtoms,
  singletonAtoms,
  type Bidders,
  type ItemBidders,
  type XorBidders,
} from '../../auctions/buyers/bidders.ts';
import { drawnTensors } from '../../random/drawn-tensors.ts';
import type { Key } from '../../random/key.ts';

/** Unit-demand buyers come as XOR buyers with one atom per item, which is what they are. */
export interface AtomBatch {
  readonly kind: 'atoms';
  readonly buyers: number;
  /** A, atoms per buyer; a buyer with fewer is padded with atoms of no items and value 0, which never beat the null option. */
  readonly atoms: number;
  /** 1 where the atom wants the item, [B * A, m]. */
  readonly wants: tf.Tensor2D;
  /** Number of items of each atom, [1, B * A]. */
  readonly sizes: tf.Tensor2D;
  /** [1, B * A] */
  readonly values: tf.Tensor2D;
}

/** What each item is worth to each buyer. */
export interface ItemBatch {
  readonly kind: 'items';
  /** [B, m] */
  readonly values: tf.Tensor2D;
}

export type Minibatch = ItemBatch | AtomBatch;

/** Numbers of the bidders in a minibatch, as they are drawn from a key. */
export type DrawBuyers = (key: Key) => Int32Array;

type MakeBatch<B extends Minibatch> = (key: Key, drawBuyers: DrawBuyers) => B;

/** Makes minibatches of these bidders. */
export function minibatchOf(bidders: Bidders, valueScale: number): MakeBatch<Minibatch> {
  if (bidders.kind === 'additive') return itemBatches(bidders, valueScale);
  const xor = bidders.kind === 'xor' ? bidders : singletonAtoms(bidders);
  const atoms = mostAtoms(xor);
  return (key, drawBuyers) => {
    const batch = drawnTensors(key, (own) => atomBatch(xor, drawBuyers(own), atoms, valueScale));
    return { kind: 'atoms', atoms, buyers: batch.values.size / atoms, ...batch };
  };
}

/** The same for buyers whose values of single items say all, as the items themselves. */
export function itemBatches(bidders: ItemBidders, valueScale: number): MakeBatch<ItemBatch> {
  const { items } = bidders;
  const scaled = bidders.values.map((value) => value / valueScale);
  return (key, drawBuyers) => {
    const batch = drawnTensors(key, (own) => {
      const buyers = drawBuyers(own);
      const values = new Float32Array(buyers.length * items);
      for (let b = 0; b < buyers.length; b++) {
        const from = buyers[b]! * items;
        values.set(scaled.subarray(from, from + items), b * items);
      }
      return { values: [values, [buyers.length, items]] };
    });
    return { kind: 'items', ...batch };
  };
}

function atomBatch(bidders: XorBidders, buyers: Int32Array, atoms: number, valueScale: number) {
  const { items, starts, bundles } = bidders;
  const words = wordsFor(items);
  const rows = buyers.length * atoms;
  const wants = new Float32Array(rows * items);
  const sizes = new Float32Array(rows);
  const values = new Float32Array(rows);
  buyers.forEach((n, b) => {
    const first = starts[n]!;
    for (let a = first; a < starts[n + 1]!; a++) {
      const row = b * atoms + a - first;
      values[row] = bidders.values[a]! / valueScale;
      for (let j = 0; j < items; j++) {
        if (!hasItem(bundles, a * words, j)) continue;
        wants[row * items + j] = 1;
        sizes[row] = sizes[row]! + 1;
      }
    }
  });
  return {
    wants: [wants, [rows, items]],
    sizes: [sizes, [1, rows]],
    values: [values, [1, rows]],
  } as const;
}
