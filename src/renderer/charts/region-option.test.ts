import { expect, it } from 'vitest';
import type { RegionMap } from '../../shared/region-map.ts';
import { bandColor, gridOf, regionOption, type Bands } from './region-option.ts';
import { regionsOf } from '../../shared/pictures/draw/regions.ts';

const axis = { label: 'value', from: 0, to: 1 };
const colors = {
  text: '#000',
  ink: '#333',
  line: '#ddd',
  page: '#fff',
  font: 'Inter',
  size: 11,
  dark: false,
  bandOpacity: 0.2,
  regions: ['#eee', '#ddd'],
};
/** Left half 0, right half 1. */
const map: RegionMap = {
  x: axis,
  y: axis,
  side: 4,
  cells: [0, 1, 2, 3].flatMap(() => [0, 0, 1, 1]),
};

interface Drawn {
  readonly style: { readonly text?: string; readonly fill: string };
}

/** What a series draws of its first item on a square canvas of that size. */
function drawn(
  series: string,
  size: number,
  words: readonly string[] = [],
  bands: Bands | null = null,
): Drawn | null {
  const option = regionOption(map, regionsOf(gridOf(map), 2), () => words, colors, bands);
  const all = option['series'] as readonly {
    readonly id: string;
    renderItem(item: { readonly dataIndex: number }, api: object): Drawn | null;
  }[];
  const api = { coord: ([x, y]: readonly [number, number]) => [x * size, (1 - y) * size] };
  return all.find(({ id }) => id === series)?.renderItem({ dataIndex: 0 }, api) ?? null;
}

it('as many lines are written as there is room for', () => {
  const words = ['7', 'at 0.5', 'items 0 and 1'];
  expect(drawn('texts', 1000, words)?.style.text).toBe('7\nat 0.5\nitems 0 and 1');
  expect(drawn('texts', 170, words)?.style.text).toBe('7\nat 0.5');
  expect(drawn('texts', 10, words)).toBeNull();
});

it('every region has its colour', () => {
  expect(drawn('regions', 100)?.style.fill).toBe('#eee');
});

it('ordered bands have the colours of their order and a bar, words that can be read on them, and no edges', () => {
  const bands = { count: 2, from: 0, to: 1 };
  expect(drawn('regions', 100, [], bands)?.style.fill).toBe(bandColor(0, bands));
  expect(drawn('texts', 1000, ['low'], bands)?.style.fill).toBe('#ffffff');
  expect(drawn('bar', 100, [], bands)).not.toBeNull();
  expect(drawn('edges', 100, [], bands)).toBeNull();
});
