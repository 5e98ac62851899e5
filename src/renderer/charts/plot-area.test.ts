import { expect, it } from 'vitest';
import { MARGIN, pixelOf, plotWidth, valueOf } from './plot-area.ts';

const span = { from: 200, to: 1000 };
/** 400 pixels for 800 steps. */
const width = MARGIN.left + 400 + MARGIN.right;

it('pixels and values of the axis are each other, two steps a pixel', () => {
  expect(pixelOf(200, span, width)).toBe(MARGIN.left);
  expect(pixelOf(1000, span, width)).toBe(width - MARGIN.right);
  expect(valueOf(MARGIN.left + 100, span, width)).toBe(400);
  for (const x of [200, 333, 600, 1000])
    expect(valueOf(pixelOf(x, span, width), span, width)).toBeCloseTo(x, 9);
});

it('a pointer beside the plot is at its nearer end', () => {
  expect([valueOf(0, span, width), valueOf(width, span, width)]).toEqual([200, 1000]);
});

it('a canvas narrower than its margins has a plot of one pixel', () => {
  expect(plotWidth(10)).toBe(1);
  expect(valueOf(MARGIN.left, span, 10)).toBe(200);
});
