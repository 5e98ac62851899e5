/** Colours of an ordered quantity, and the bar that says which colour stands for which number. */
import { sequentialColor } from '../../figures/color-scale.ts';
import type { Option } from '../../figures/marks.ts';
import { ticksWithin } from '../../figures/ticks.ts';
import { fontOf, handDrawn, scaleOf, type DrawingTools } from './tools.ts';

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface ColorScale {
  readonly quantity: string;
  readonly range: Range;
  /** Equal steps of the range; null: without steps. */
  readonly bands: number | null;
  /** @param share of the range, 0 to 1 */
  readonly colorAt: (share: number) => string;
}

/** @param given the ends, where the panel has them */
export function colorScale(
  quantity: string,
  values: Iterable<number | null>,
  given: Range | undefined,
  bands: number | null = null,
  colorAt: (share: number) => string = sequentialColor,
): ColorScale {
  if (given !== undefined) return { quantity, range: given, bands, colorAt };
  let [from, to] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null) continue;
    from = Math.min(from, value);
    to = Math.max(to, value);
  }
  if (from > to) [from, to] = [0, 1];
  const room = Math.abs(from) * 0.1 || 1;
  return { quantity, bands, colorAt, range: from < to ? { from, to } : { from: from - room, to: to + room } };
}

/** The step into which a value falls, counted from 0. */
export function bandOf(value: number, { range, bands }: ColorScale): number {
  const last = (bands ?? 1) - 1;
  return Math.min(last, Math.max(0, Math.floor(shareOf(value, range) * (last + 1))));
}

export function colorOf(value: number, scale: ColorScale): string {
  const { bands, range, colorAt } = scale;
  if (bands === null) return colorAt(Math.min(1, Math.max(0, shareOf(value, range))));
  return colorAt(bands === 1 ? 0.5 : bandOf(value, scale) / (bands - 1));
}

function shareOf(value: number, { from, to }: Range): number {
  return (value - from) / (to - from);
}

/** Pieces of a bar without steps. */
const SMOOTH = 64;
const GAP = 14;
const WIDTH = 12;

/** Room that the bar takes right of a plot, in pixels of the page. */
export const BAR_ROOM = 88;

/** Right of the plot and as high, with the quantity beside it. @param corner the upper right and the lower right one of the plot */
export function sideBar(
  scale: ColorScale,
  corner: { readonly top: readonly [number, number]; readonly bottom: readonly [number, number] },
  tools: DrawingTools,
): Option {
  const { colors } = tools;
  const k = scaleOf(tools);
  return handDrawn(
    'color-bar',
    [
      {
        name: '',
        draw: (at) => {
          const [edge, top] = at(...corner.top);
          const [, bottom] = at(...corner.bottom);
          const left = edge + GAP * k;
          const right = left + WIDTH * k;
          const y = (share: number) => bottom + share * (top - bottom);
          const pieces = barPieces(scale).map(({ from, fill }) => ({
            type: 'rect',
            shape: { x: left, y: top, width: WIDTH * k, height: y(from) - top },
            style: { fill },
          }));
          const labels = ticksWithin(scale.range.from, scale.range.to, 5);
          const widest = Math.max(0, ...labels.map(({ label }) => tools.measure(label)));
          const ticks = labels.map((tick) => ({
            type: 'text',
            style: {
              text: tick.label,
              x: right + 4 * k,
              y: y(shareOf(tick.at, scale.range)),
              verticalAlign: 'middle',
              fill: colors.ink,
              font: fontOf(colors),
            },
          }));
          const name = {
            type: 'text',
            x: Math.min(right + widest + 14 * k, edge + (BAR_ROOM - 8) * k),
            y: (top + bottom) / 2,
            rotation: Math.PI / 2,
            style: {
              text: scale.quantity,
              align: 'center',
              verticalAlign: 'middle',
              fill: colors.ink,
              font: fontOf(colors),
            },
          };
          const frame = {
            type: 'rect',
            shape: { x: left, y: top, width: WIDTH * k, height: bottom - top },
            style: { fill: 'none', stroke: colors.ink },
          };
          return { type: 'group', children: [...pieces, frame, ...ticks, name] };
        },
      },
    ],
    { z: 2, clip: false },
  );
}

/** Level, with the quantity before it and the ends of the range below: elements from the left upper corner on. */
export function levelBar(
  scale: ColorScale,
  tools: DrawingTools,
): { readonly children: object[]; readonly height: number } {
  const { colors, measure, width } = tools;
  const k = scaleOf(tools);
  const length = Math.min(180 * k, width / 2);
  const left = Math.min(measure(scale.quantity) + 8 * k, width - length - 16 * k);
  const high = 10 * k;
  const text = (label: string, x: number, y: number, align: string) => ({
    type: 'text',
    style: { text: label, x, y, align, verticalAlign: 'middle', fill: colors.ink, font: fontOf(colors) },
  });
  const ticks = ticksWithin(scale.range.from, scale.range.to, 4);
  return {
    height: high + 1.6 * colors.size,
    children: [
      text(scale.quantity, left - 8 * k, high / 2, 'right'),
      ...barPieces(scale).map(({ from, fill }) => ({
        type: 'rect',
        shape: { x: left + from * length, y: 0, width: (1 - from) * length, height: high },
        style: { fill },
      })),
      {
        type: 'rect',
        shape: { x: left, y: 0, width: length, height: high },
        style: { fill: 'none', stroke: colors.ink },
      },
      ...ticks.map(({ at, label }) =>
        text(label, left + shareOf(at, scale.range) * length, high + 0.8 * colors.size, 'center'),
      ),
    ],
  };
}

/** From the lower end up. Each is drawn to the upper end, and the next over it: no seam between them. */
function barPieces(scale: ColorScale): { readonly from: number; readonly fill: string }[] {
  const count = scale.bands ?? SMOOTH;
  return Array.from({ length: count }, (_, i) => ({
    from: i / count,
    fill: scale.colorAt(count === 1 ? 0.5 : i / (count - 1)),
  }));
}
