/**
 * A formula as it is written, before it is known how many entries z has: an `Expression` with sums over an index, entries of z and
 * of lists at places that may depend on such an index, and n, the number of entries. `unroll.ts` makes an `Expression` of it.
 */
import type { Binary, Elementwise, Reduction } from './expression.ts';

export type Formula =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'vector'; readonly values: readonly number[] }
  | { readonly kind: 'variable'; readonly name: 'z' | 'k' }
  | { readonly kind: 'size' }
  /** The index of a sum around it. */
  | { readonly kind: 'index'; readonly name: string }
  /** z[at] */
  | { readonly kind: 'place'; readonly at: Formula }
  /** An entry of a list, or of a list of lists at two places. */
  | {
      readonly kind: 'lookup';
      readonly rows: readonly (readonly number[])[];
      readonly at: readonly Formula[];
    }
  /** sum(of, index, from, to), both ends included. */
  | {
      readonly kind: 'sum';
      readonly of: Formula;
      readonly index: string;
      readonly from: Formula;
      readonly to: Formula;
    }
  | { readonly kind: 'elementwise'; readonly name: Elementwise; readonly of: Formula }
  | { readonly kind: 'reduction'; readonly name: Reduction; readonly of: Formula }
  | { readonly kind: 'binary'; readonly name: Binary; readonly left: Formula; readonly right: Formula };
