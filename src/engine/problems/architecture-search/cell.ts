/** A cell: nodes behind an input, an edge from every node to every later one, and one operation of several on each edge. */
import { softmax } from '../../../shared/log-space.ts';

export const operationNames = ['none', 'skip', 'relu', 'tanh', 'gate'] as const;
export type Operation = (typeof operationNames)[number];

/** Those with a linear layer of their own. */
export function isLinear(operation: Operation): boolean {
  return operation === 'relu' || operation === 'tanh' || operation === 'gate';
}

export interface Edge {
  /** Nodes: 0 is the input of the cell. */
  readonly from: number;
  readonly to: number;
}

/** By the node that they lead to, then by where they come from. */
export function edgesOf(nodes: number): Edge[] {
  return Array.from({ length: nodes }, (_, n) => n + 1).flatMap((to) =>
    Array.from({ length: to }, (_, from) => ({ from, to })),
  );
}

/** Place of the operation on each edge. */
export type Cell = readonly number[];

/** Cells by number: the operation of the first edge changes fastest. */
export function cellOf(number: number, edges: number, operations: number): Cell {
  return Array.from({ length: edges }, (_, e) => Math.floor(number / operations ** e) % operations);
}

export function numberOf(cell: Cell, operations: number): number {
  return cell.reduce((sum, place, e) => sum + place * operations ** e, 0);
}

/** The likeliest operation of every edge, the first of equal ones. @param logits [E, K] */
export function likeliestCell(logits: ArrayLike<number>, edges: number, operations: number): Cell {
  return Array.from({ length: edges }, (_, e) => {
    let best = 0;
    for (let k = 1; k < operations; k++)
      if (logits[e * operations + k]! > logits[e * operations + best]!) best = k;
    return best;
  });
}

export function cellInWords(cell: Cell, operations: readonly Operation[]): string {
  return cell.map((place) => operations[place]).join(', ');
}

/** Of the operations of each edge, [E][K]. @param logits [E, K] */
export function probabilitiesOf(
  logits: ArrayLike<number>,
  edges: number,
  operations: number,
): readonly (readonly number[])[] {
  const all = Array.from(logits);
  return Array.from({ length: edges }, (_, e) =>
    Array.from(softmax(all.slice(e * operations, (e + 1) * operations))),
  );
}
