import { describe, expect, test } from 'vitest';
import { fold, rootKey } from './key.ts';

describe('rootKey', () => {
  test('holds all 53 bits of a seed', () => {
    expect(rootKey(Number.MAX_SAFE_INTEGER).words).toEqual([2 ** 21 - 1, 0xffffffff]);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses seed %d', (seed) => {
    expect(() => rootKey(seed)).toThrow(/seed: expected an integer >= 0/);
  });
});

describe('fold', () => {
  const root = rootKey(1);

  // Threefry and the folding written again in Python integers (each character or 32-bit half encrypted in turn).
  test.each([
    ['gumbel', [0x478b0a6d, 0x67eb3d87]],
    [3, [0xa7d7d6f6, 0x43cf38a8]],
    ['3', [0x97aa7ea5, 0xf66759d1]],
    [2 ** 40 + 5, [0x4dbe30a4, 0x2ee53b24]],
  ])('of %j is pinned', (part, words) => {
    expect(fold(root, part).words).toEqual(words);
  });

  test('a path of parts is pinned', () => {
    expect(fold(fold(root, 'step'), 7).words).toEqual([0xfbd63b84, 0x7ed19b19]);
  });

  test('different paths give different keys', () => {
    const parts = ['a', 'b', 'ab', 'ba', '', '0', '1', '01', '10', 0, 1, 10, 2 ** 32, 2 ** 32 + 1];
    const keys = parts.flatMap((first) => [
      fold(root, first),
      ...parts.map((second) => fold(fold(root, first), second)),
    ]);
    expect(new Set(keys.map(({ words }) => words.join())).size).toBe(keys.length);
  });

  test.each([-1, 1.5, Number.NaN])('refuses the number %d', (part) => {
    expect(() => fold(root, part)).toThrow(/fold: expected an integer >= 0/);
  });
});
