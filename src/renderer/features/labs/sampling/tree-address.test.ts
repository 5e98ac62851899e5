import { expect, test } from 'vitest';
import { evenTree, readTree, treeText, withLeft } from './tree-address.ts';

test.each([1, 2, 3, 4])('a tree of depth %i survives the address', (depth) => {
  const tree = evenTree(depth);
  expect(readTree(treeText(tree))).toEqual(tree);
});

test.each([undefined, '', '0.5,0.5', '0', '1.2', 'x', '0.5,'.repeat(40)])('%j is no tree', (text) => {
  expect(readTree(text)).toBeUndefined();
});

test('a changed share changes its sibling, and nothing else', () => {
  const tree = withLeft(evenTree(2), [1], 0.9);
  expect(tree[0]).toEqual(evenTree(2)[0]);
  expect(tree[1]?.children?.map(({ p }) => p)).toEqual([0.9, expect.closeTo(0.1, 12)]);
  expect(withLeft(tree, [], 2).map(({ p }) => p)).toEqual([0.99, expect.closeTo(0.01, 12)]);
});
