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
  it.each([null, '', 'no JSON', '7', '[]', '{"order":7,"heights":"x"}'])('takes %j for no layout', (text) => {
    expect(parseLayout(text)).toEqual({ order: [], heights: {} });
  });

  it('keeps what is sound of a stored one', () => {
    const text = JSON.stringify({ order: ['a', 'a', 7, 'b'], heights: { a: 240, b: -1, c: 'tall', d: 1e9 } });
    expect(parseLayout(text)).toEqual({ order: ['a', 'b'], heights: { a: 240 } });
  });
});
