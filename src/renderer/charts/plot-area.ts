/** Where the plot lies inside its canvas, and how pixels and values of the x axis map to each other. */
import type { Span } from './chart-data.ts';

export const MARGIN = { left: 56, right: 14, top: 10, bottom: 40 } as const;

export function plotWidth(width: number): number {
  return Math.max(1, width - MARGIN.left - MARGIN.right);
}

export function pixelOf(x: number, span: Span, width: number): number {
  return MARGIN.left + ((x - span.from) / (span.to - span.from)) * plotWidth(width);
}

/** Outside the plot: its nearer end. */
export function valueOf(pixel: number, span: Span, width: number): number {
  const share = Math.min(1, Math.max(0, (pixel - MARGIN.left) / plotWidth(width)));
  return span.from + share * (span.to - span.from);
}
