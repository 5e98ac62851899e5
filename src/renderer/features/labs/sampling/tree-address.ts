/** Binary trees of decisions in the address: the probability of the left child of every inner node, in depth-first order. */
import type { TreeNode } from '../../../../shared/sampling.ts';

/** No probability is nearer to 0 or 1 than this. */
const NEAREST = 0.01;
const DEEPEST = 4;

export type Tree = readonly TreeNode[];

/** A full binary tree, a little uneven so that leaves differ. */
export function evenTree(depth: number): TreeNode[] {
  return grow(
    depth,
    Array.from({ length: 2 ** depth - 1 }, (_, i) => 0.5 + 0.3 * Math.sin(2 * i + 1)),
  );
}

export function treeText(tree: Tree): string {
  return lefts(tree)
    .map((p) => String(Number(p.toFixed(2))))
    .join(',');
}

/** Undefined for what is no such tree. */
export function readTree(text: string | undefined): TreeNode[] | undefined {
  const shares = text?.split(',').map(Number) ?? [];
  const depth = Math.log2(shares.length + 1);
  if (!Number.isInteger(depth) || depth < 1 || depth > DEEPEST) return undefined;
  if (shares.some((p) => !(p >= NEAREST && p <= 1 - NEAREST))) return undefined;
  return grow(depth, shares);
}

/** The tree with another probability of the left child below `path`. */
export function withLeft(tree: Tree, path: readonly number[], p: number): TreeNode[] {
  const bounded = Math.min(1 - NEAREST, Math.max(NEAREST, p));
  const [first, ...rest] = path;
  if (first === undefined) return tree.map((node, i) => ({ ...node, p: i === 0 ? bounded : 1 - bounded }));
  return tree.map((node, i) =>
    i === first ? { ...node, children: withLeft(node.children ?? [], rest, bounded) } : node,
  );
}

function grow(depth: number, shares: readonly number[]): TreeNode[] {
  const [first = 0.5, ...rest] = shares;
  const half = rest.length / 2;
  const below = (part: readonly number[]) => (depth > 1 ? { children: grow(depth - 1, part) } : {});
  const p = Number(first.toFixed(2));
  return [
    { p, ...below(rest.slice(0, half)) },
    { p: 1 - p, ...below(rest.slice(half)) },
  ];
}

function lefts(tree: Tree): number[] {
  const [left] = tree;
  return left === undefined ? [] : [left.p, ...tree.flatMap(({ children }) => lefts(children ?? []))];
}
