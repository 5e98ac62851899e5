/** The plot of a drawing with two axes: where it lies, and how pixels and the numbers of its axes map to each other. */
import { heightOf, type PanelDrawing } from '../../shared/pictures/draw/tools.ts';
import type { MapPanel } from '../../shared/pictures/map.ts';
import type { PointsPanel } from '../../shared/pictures/points.ts';

/** One axis: its first and last pixel, and what stands there. */
interface Span {
  readonly pixels: readonly [number, number];
  readonly numbers: readonly [number, number];
  /** Numbers are powers of ten of what the axis has. */
  readonly isLog: boolean;
}

export interface Plane {
  readonly x: Span;
  readonly y: Span;
}

export type Place = readonly [x: number, y: number];

/** @param width of the whole drawing, in pixels */
export function planeOf(panel: MapPanel | PointsPanel, drawn: PanelDrawing, width: number): Plane {
  const { left, right, top, bottom } = drawn.option['grid'] as Readonly<
    Record<'left' | 'right' | 'top' | 'bottom', number>
  >;
  const ends = (axis: 'xAxis' | 'yAxis') => {
    const { min, max } = drawn.option[axis] as { readonly min: number; readonly max: number };
    return [min, max] as const;
  };
  const isLog = (axis: object) => 'scale' in axis && axis.scale === 'log';
  return {
    x: { pixels: [left, width - right], numbers: ends('xAxis'), isLog: isLog(panel.x) },
    y: { pixels: [heightOf(drawn, width) - bottom, top], numbers: ends('yAxis'), isLog: isLog(panel.y) },
  };
}

/** Digits that a place is told with: more than a pixel can tell. */
const DIGITS = 5;

/** Outside of the plot: its nearest place. */
export function placeAt({ x, y }: Plane, pixel: Place): Place {
  return [numberAt(x, shareOf(pixel[0], x.pixels)), numberAt(y, shareOf(pixel[1], y.pixels))];
}

export function pixelOf({ x, y }: Plane, place: Place): Place {
  return [between(x.pixels, shareAlong(x, place[0])), between(y.pixels, shareAlong(y, place[1]))];
}

/** So many parts of the plot further along each axis, and never beyond its edge. */
export function moved({ x, y }: Plane, place: Place, by: Place): Place {
  return [
    numberAt(x, within(shareAlong(x, place[0]) + by[0])),
    numberAt(y, within(shareAlong(y, place[1]) + by[1])),
  ];
}

export function middleOf(plane: Plane): Place {
  return [numberAt(plane.x, 0.5), numberAt(plane.y, 0.5)];
}

function numberAt({ numbers, isLog }: Span, share: number): number {
  const at = between(numbers, share);
  return Number((isLog ? 10 ** at : at).toPrecision(DIGITS));
}

function shareAlong({ numbers, isLog }: Span, value: number): number {
  return shareOf(isLog ? Math.log10(value) : value, numbers);
}

function shareOf(value: number, [from, to]: readonly [number, number]): number {
  return within((value - from) / (to - from));
}

function between([from, to]: readonly [number, number], share: number): number {
  return from + share * (to - from);
}

function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}
