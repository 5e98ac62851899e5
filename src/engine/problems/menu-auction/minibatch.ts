/** A minibatch of buyers as tensors, filled on the host from the compact arrays. Values are divided by the value scale. */
import * as tf from '@tensorflow/tfjs-core';
import { hasItem, wordsFor } from './bundle-bits.ts';
import { mostAtoms, type Bidders, type ItemBidders, type XorBidders } from './bidders.ts';

/** Unit-demand buyers come as XOR buyers with one atom an item, which is what they are. */
export interface AtomBatch {
  readonly kind: 'atoms';
  readonly buyers: number;
  /** A, atoms a buyer; a buyer with fewer is padded with atoms of no items and value 0, which never beat the null option. */
  readonly atoms: number;
  /** 1 where the atom wants the item, [B * A, m]. */
  readonly wants: tf.Tensor2D;
  /** Number of items of each atom, [1, B * A]. */
  readonly sizes: tf.Tensor2D;
  /** [1, B * A] */
  readonly values: tf.Tensor2D;
}

export interface AdditiveBatch {
  readonly kind: 'additive';
  /** [B, m] */
  readonly values: tf.Tensor2D;
}

export type Minibatch = AdditiveBatch | AtomBatch;

/** Makes minibatches of these bidders; `buyers` are numbers of bidders. */
export function minibatchOf(bidders: Bidders, valueScale: number): (buyers: Int32Array) => Minibatch {
  if (bidders.kind === 'additive') return (buyers) => additiveBatch(bidders, buyers, valueScale);
  const atoms = bidders.kind === 'xor' ? mostAtoms(bidders) : bidders.items;
  return (buyers) => {
    const batch = new AtomRows(buyers.length, atoms, bidders.items);
    if (bidders.kind === 'xor') fillAtoms(batch, bidders, buyers, valueScale);
    else fillSingletons(batch, bidders, buyers, valueScale);
    return batch.toTensors();
  };
}

function additiveBatch(bidders: ItemBidders, buyers: Int32Array, valueScale: number): AdditiveBatch {
  const { items } = bidders;
  const values = new Float32Array(buyers.length * items);
  buyers.forEach((n, b) => {
    for (let j = 0; j < items; j++) values[b * items + j] = bidders.values[n * items + j]! / valueScale;
  });
  return { kind: 'additive', values: tf.tensor2d(values, [buyers.length, items]) };
}

class AtomRows {
  readonly #buyers: number;
  readonly #atoms: number;
  readonly #items: number;
  readonly wants: Float32Array;
  readonly sizes: Float32Array;
  readonly values: Float32Array;

  constructor(buyers: number, atoms: number, items: number) {
    this.#buyers = buyers;
    this.#atoms = atoms;
    this.#items = items;
    this.wants = new Float32Array(buyers * atoms * items);
    this.sizes = new Float32Array(buyers * atoms);
    this.values = new Float32Array(buyers * atoms);
  }

  toTensors(): AtomBatch {
    const rows = this.#buyers * this.#atoms;
    return {
      kind: 'atoms',
      buyers: this.#buyers,
      atoms: this.#atoms,
      wants: tf.tensor2d(this.wants, [rows, this.#items]),
      sizes: tf.tensor2d(this.sizes, [1, rows]),
      values: tf.tensor2d(this.values, [1, rows]),
    };
  }
}

function fillAtoms(batch: AtomRows, bidders: XorBidders, buyers: Int32Array, valueScale: number): void {
  const { items, starts, bundles } = bidders;
  const words = wordsFor(items);
  const most = batch.values.length / buyers.length;
  buyers.forEach((n, b) => {
    const first = starts[n]!;
    for (let a = first; a < starts[n + 1]!; a++) {
      const row = b * most + a - first;
      batch.values[row] = bidders.values[a]! / valueScale;
      for (let j = 0; j < items; j++) {
        if (!hasItem(bundles, a * words, j)) continue;
        batch.wants[row * items + j] = 1;
        batch.sizes[row] = batch.sizes[row]! + 1;
      }
    }
  });
}

function fillSingletons(batch: AtomRows, bidders: ItemBidders, buyers: Int32Array, valueScale: number): void {
  const { items } = bidders;
  batch.sizes.fill(1);
  buyers.forEach((n, b) => {
    for (let j = 0; j < items; j++) {
      const row = b * items + j;
      batch.values[row] = bidders.values[n * items + j]! / valueScale;
      batch.wants[row * items + j] = 1;
    }
  });
}
