/** Small trees of decisions: what sequence models are, drawn out. */
import type { TreeNode } from '../../shared/sampling.ts';
import { AppError } from '../../shared/errors.ts';

export interface Node {
  /** Which child at each level; empty at the root. */
  readonly path: readonly number[];
  /** log P(path). */
  readonly logProbability: number;
  readonly children: readonly Node[];
}

/** How far the children's probabilities may be from adding up to 1. */
const TOLERANCE = 1e-6;

/**
 * The tree with the log-probabilities of its nodes; the children's probabilities are normalised.
 * @throws AppError validation, with the path of the node whose children do not add up to 1
 */
export function grow(children: readonly TreeNode[]): Node {
  return node([], 0, children);
}

function node(path: readonly number[], logProbability: number, children: readonly TreeNode[]): Node {
  const total = children.reduce((sum, { p }) => sum + p, 0);
  if (children.length > 0 && Math.abs(total - 1) > TOLERANCE) {
    throw new AppError(
      'validation',
      `tree: the children of ${path.length === 0 ? 'the root' : `node ${path.join('.')}`} have probabilities that add up to ${total}; expected 1`,
      { path: 'tree' },
    );
  }
  return {
    path,
    logProbability,
    children: children.map((child, i) =>
      node([...path, i], logProbability + Math.log(child.p / total), child.children ?? []),
    ),
  };
}

/** In depth-first order. */
export function leavesOf(root: Node): Node[] {
  return root.children.length === 0 ? [root] : root.children.flatMap(leavesOf);
}

export function nodesBelow(root: Node): number {
  return root.children.reduce((sum, child) => sum + 1 + nodesBelow(child), 0);
}
