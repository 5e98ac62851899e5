/**
 * Where the windows of a convolution lie in images that are framed by zeros, as offsets counted in numbers: the tables from which
 * `gathered-code.ts` works. Images are [height, width, channels].
 */
import type { backend_util } from '@tensorflow/tfjs-core';

export type ConvShape = backend_util.Conv2DInfo;

/** An image and the zeros around it. */
export interface Frame {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export function framedWidth({ left, width, right }: Frame): number {
  return left + width + right;
}

/** Numbers of one image within its frame. */
export function framedSize(frame: Frame): number {
  return (frame.top + frame.height + frame.bottom) * framedWidth(frame) * frame.channels;
}

export function isBare({ top, bottom, left, right }: Frame): boolean {
  return top + bottom + left + right === 0;
}

/** Windows of equal shape: `starts` and `taps` add up to the places of the first channel under each weight. */
export interface Windows {
  readonly starts: readonly number[];
  readonly taps: readonly number[];
  /** Taps in a row that lie side by side. */
  readonly beside: number;
}

/** The windows of the filter in the framed input, by the places of the output. */
export function windowsOf(shape: ConvShape, channels: number): Windows & { readonly frame: Frame } {
  const { padInfo, inHeight, inWidth, outHeight, outWidth } = shape;
  const { top, left } = padInfo;
  // tfjs-core takes the side of a padded output from the filter's height alone: the last windows may reach beyond its padding.
  const after = (size: number, before: number, places: number, stride: number, filter: number): number =>
    Math.max((places - 1) * stride + filter - before - size, 0);
  const frame = {
    ...{ height: inHeight, width: inWidth, channels, top, left },
    bottom: after(inHeight, top, outHeight, shape.strideHeight, shape.effectiveFilterHeight),
    right: after(inWidth, left, outWidth, shape.strideWidth, shape.effectiveFilterWidth),
  };
  const line = framedWidth(frame);
  const places = (rows: number, columns: number, rowStep: number, columnStep: number): number[] =>
    grid(rows, columns, (i, j) => (i * rowStep * line + j * columnStep) * channels);
  return {
    frame,
    starts: places(outHeight, outWidth, shape.strideHeight, shape.strideWidth),
    beside: shape.dilationWidth === 1 ? shape.filterWidth : 1,
    taps: places(shape.filterHeight, shape.filterWidth, shape.dilationHeight, shape.dilationWidth),
  };
}

/** Places of the input whose gradients take the same weights. */
export interface Phase extends Windows {
  /** By place, its offset in places. */
  readonly places: readonly number[];
  /** By tap, the weight's place in the filter. */
  readonly weights: readonly number[];
}

/**
 * The windows of the input's gradient in the framed gradient of the output: with a stride, places that are a stride apart see the
 * same part of the filter, mirrored. Dilations must be 1.
 */
export function phasesOf(
  shape: ConvShape,
  channels: number,
): { readonly frame: Frame; readonly phases: Phase[] } {
  const rows = sidePhases(shape.inHeight, shape.filterHeight, shape.strideHeight, shape.padInfo.top);
  const columns = sidePhases(shape.inWidth, shape.filterWidth, shape.strideWidth, shape.padInfo.left);
  const frame = {
    ...{ height: shape.outHeight, width: shape.outWidth, channels },
    ...{ top: rows.before, bottom: Math.max(rows.furthest - shape.outHeight + 1, 0) },
    ...{ left: columns.before, right: Math.max(columns.furthest - shape.outWidth + 1, 0) },
  };
  const line = framedWidth(frame);
  const phases = rows.phases.flatMap((row) =>
    columns.phases.map((column) => ({
      starts: grid(
        row.places.length,
        column.places.length,
        (i, j) => ((row.start + i) * line + column.start + j) * channels,
      ),
      beside: column.weights.length,
      taps: grid(row.weights.length, column.weights.length, (i, j) => (i * line + j) * channels),
      places: grid(
        row.places.length,
        column.places.length,
        (i, j) => row.places[i]! * shape.inWidth + column.places[j]!,
      ),
      weights: grid(
        row.weights.length,
        column.weights.length,
        (i, j) => row.weights[i]! * shape.filterWidth + column.weights[j]!,
      ),
    })),
  );
  return { frame, phases };
}

/** Along one side: input place y meets output place (y + pad - i) / stride through weight i, where that is whole. */
function sidePhases(size: number, filter: number, stride: number, pad: number) {
  const before = Math.ceil(filter / stride) - 1;
  const phases = Array.from({ length: Math.min(stride, size) }, (_, phase) => {
    const first = (phase + pad) % stride;
    const count = Math.max(Math.ceil((filter - first) / stride), 0);
    return {
      places: Array.from({ length: Math.ceil((size - phase) / stride) }, (__, t) => phase + stride * t),
      /** Mirrored, so that the output places ascend. */
      weights: Array.from({ length: count }, (__, q) => first + stride * (count - 1 - q)),
      /** Framed output place of the first weight for the first input place. */
      start: before + Math.floor((phase + pad) / stride) - Math.max(count - 1, 0),
    };
  });
  return { before, phases, furthest: Math.floor((size - 1 + pad) / stride) };
}

function grid(rows: number, columns: number, at: (row: number, column: number) => number): number[] {
  return Array.from({ length: rows * columns }, (_, i) => at(Math.floor(i / columns), i % columns));
}
