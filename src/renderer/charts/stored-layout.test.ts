import { describe, expect, it } from 'vitest';
import { arranged, parseLayout } from './stored-layout.ts';

describe('arranged', () => {
  it.each([
    [['a', 'b', 'c'], [], 'abc'],
    [['a', 'b', 'c'], ['c', 'a', 'b'], 'cab'],
    [['a', 'b', 'c'], ['c', 'gone', 'a'], 'cab'],
    [['new', 'a', 'b'], ['b', 'a'], 'newba'],
    [['a', 'new', 'b'], ['b', 'a'], 'banew'],
  ])('%j after %j', (ids, order, expected) => {
    expect(arranged(ids, order).join('')).toBe(expected);
  });
});

describe('parseLayout', () => {
  it.each([null, 'text', 7, [], { order: 7, heights: 'x' }])('takes %j for no layout', (value) => {
    expect(parseLayout(value)).toEqual({ order: [], heights: {} });
  });

  it('keeps what is sound of a stored one', () => {
    const stored = { order: ['a', 'a', 7, 'b'], heights: { a: 240, b: -1, c: 'tall', d: 1e9 } };
    expect(parseLayout(stored)).toEqual({ order: ['a', 'b'], heights: { a: 240 } });
  });
});
