import { describe, expect, it } from 'vitest';
import { categoryStyle, regionFills } from './category-colors.ts';
import { luminance } from './color-scale.ts';
import { styleAt } from './estimator-style.ts';

const contrast = (a: string, b: string) => {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

describe.each([
  ['light', false, '#ffffff', '#1a1a1f'],
  ['dark', true, '#17181b', '#ececef'],
] as const)('in the %s theme', (_, dark, page, text) => {
  const colors = Array.from({ length: 10 }, (_one, i) => categoryStyle(i, dark).color);

  it('categories are seen on the page, and differ from each other and from estimators', () => {
    expect(Math.min(...colors.map((color) => contrast(color, page)))).toBeGreaterThanOrEqual(3);
    const estimators = Array.from({ length: 7 }, (_one, i) => styleAt(i).color);
    expect(new Set([...colors, ...estimators]).size).toBe(17);
  });

  it('text can be read on regions', () => {
    const contrasts = regionFills(dark).map((fill) => contrast(fill, text));
    expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(4.5);
  });
});

it('after the last colour they come again with another mark', () => {
  const [first, again] = [categoryStyle(0, false), categoryStyle(10, false)];
  expect(again.color).toBe(first.color);
  expect(again.symbol).not.toBe(first.symbol);
});
