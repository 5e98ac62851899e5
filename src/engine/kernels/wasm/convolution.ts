/**
 * Convolutions of images and both their gradients on wasm, as products of gathered rows. The backend lacks the gradient for the
 * filter; its own forward pass hands the filter to XNNPACK, which keeps a packed copy.
 *
 * Zeros are laid around the images and multiplied like all numbers: a weight that is not finite reaches the border too.
 */
import type { KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { Conv2D, Conv2DBackpropFilter, Conv2DBackpropInput, backend_util, util } from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';
import { convolutionKernel, type ConvolutionInputs } from './convolution-kernel.ts';
import { FramedImages, Workspace, gatheredFunctions, groupSize, rowBytes, runOf } from './framed-images.ts';
import { GATHERED_COLUMNS, GATHERED_ROWS } from './gathered-code.ts';
import type { TensorMemory } from './memory.ts';
import type { ConvShape, Frame, Phase } from './windows.ts';
import { framedSize, phasesOf, windowsOf } from './windows.ts';

export function convolutionConfigs(): KernelConfig[] {
  return [
    convolutionKernel(Conv2D, convolution),
    convolutionKernel(Conv2DBackpropInput, inputGradient),
    convolutionKernel(Conv2DBackpropFilter, filterGradient),
  ];
}

function shapeOf(inputShape: number[], filterShape: number[], attrs: NamedAttrMap): ConvShape {
  const dataFormat = (attrs['dataFormat'] ?? 'NHWC') as string;
  if (dataFormat !== 'NHWC')
    throw new AppError(
      'internal',
      `convolution: expected images as NHWC, got ${dataFormat}; transpose them.`,
    );
  return backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs['strides'] as number,
    (attrs['dilations'] ?? 1) as number,
    attrs['pad'] as number,
    attrs['dimRoundingMode'] as 'floor' | 'round' | 'ceil',
  );
}

function convolution(
  memory: TensorMemory,
  { x, filter }: ConvolutionInputs,
  attrs: NamedAttrMap,
): TensorInfo {
  const shape = shapeOf(x!.shape, filter!.shape, attrs);
  const { inChannels, outChannels } = shape;
  const { frame, starts, taps, beside } = windowsOf(shape, inChannels);
  const weights = memory.floats(filter!);
  return gathered(memory, x!, frame, {
    shape: shape.outShape,
    phases: [{ starts, taps, beside, places: starts.map((_, i) => i), weights: taps.map((_, i) => i) }],
    weight: (place, from, to) => weights[(place * inChannels + from) * outChannels + to]!,
  });
}

function inputGradient(
  memory: TensorMemory,
  { dy, filter }: ConvolutionInputs,
  attrs: NamedAttrMap,
): TensorInfo {
  const shape = shapeOf(attrs['inputShape'] as number[], filter!.shape, attrs);
  const { inChannels, outChannels } = shape;
  const { frame, phases } = phasesOf(shape, outChannels);
  const weights = memory.floats(filter!);
  return gathered(memory, dy!, frame, {
    shape: shape.inShape,
    phases,
    weight: (place, from, to) => weights[(place * inChannels + to) * outChannels + from]!,
  });
}

interface Target {
  /** [batch, height, width, channels] */
  readonly shape: number[];
  readonly phases: readonly Phase[];
  /** Weight of a place in the filter between a channel of the images and one of the target. */
  weight(place: number, from: number, to: number): number;
}

/** For every place of the target, the sum over its window of weighted numbers. */
function gathered(memory: TensorMemory, images: TensorInfo, frame: Frame, target: Target): TensorInfo {
  const [batch, height, width, channels] = target.shape as [number, number, number, number];
  // The weights are read first: allocation may move the memory under their view.
  const columns = columnsOf(channels);
  const panels = target.phases.map((phase) => panelsOf(phase, frame.channels, channels, columns, target));
  const out = memory.allocate(target.shape);
  const imageSize = height * width * channels;
  if (batch * imageSize === 0) return out;
  const workspace = new Workspace(memory);
  const group = groupSize(batch, height * width);
  const framed = new FramedImages(workspace, images, frame, group);
  const direct = channels >= columns;
  const stride = direct ? channels : columns;
  const room = direct ? out : workspace.floats([group, height * width, columns]);
  const functions = gatheredFunctions(memory);
  const parts = target.phases.map((phase, i) => {
    const run = runOf(phase.beside * frame.channels);
    const packed = workspace.floats([panels[i]!.length]);
    memory.floats(packed).set(panels[i]!);
    return {
      packed,
      product: functions[`${columns === GATHERED_COLUMNS.wide ? 'wide' : 'narrow'} ${run}`],
      panelBytes: (4 * panels[i]!.length) / panelStarts(channels, columns).length,
      rows: workspace.table(phase.starts, group, framedSize(frame)),
      terms: workspace.table(everyNth(eachChannel(phase.taps, frame.channels), run)),
      outs: workspace.table(
        phase.places.map((place) => place * stride),
        group,
        height * width * stride,
      ),
    };
  });
  for (let next = 0; next < batch; next += group) {
    // The last group overlaps the one before it.
    const first = Math.min(next, batch - group);
    const from = framed.at(first, group);
    const to = memory.address(room) + (direct ? 4 * first * imageSize : 0);
    for (const { packed, product, panelBytes, rows, terms, outs } of parts) {
      for (const [i, column] of panelStarts(channels, columns).entries()) {
        const panel = memory.address(packed) + i * panelBytes;
        const at = to + 4 * column;
        product(
          from,
          rows.address,
          rowBytes(rows, group),
          terms.address,
          4 * terms.each,
          panel,
          4 * columns,
          at,
          outs.address,
        );
      }
    }
    if (!direct) compact(memory, room, out, first * height * width, channels);
  }
  workspace.dispose();
  return out;
}

function columnsOf(channels: number): number {
  return channels >= GATHERED_COLUMNS.wide ? GATHERED_COLUMNS.wide : GATHERED_COLUMNS.narrow;
}

/** First columns of the panels; the last panel overlaps the one before it. */
function panelStarts(channels: number, columns: number): number[] {
  const last = Math.max(channels - columns, 0);
  return Array.from({ length: Math.ceil(channels / columns) }, (_, i) => Math.min(i * columns, last));
}

/** The first of every `n` numbers. */
function everyNth(numbers: readonly number[], n: number): number[] {
  return numbers.filter((_, i) => i % n === 0);
}

function eachChannel(taps: readonly number[], channels: number): number[] {
  return taps.flatMap((tap) => Array.from({ length: channels }, (_, channel) => tap + channel));
}

/** The weights as panels of [terms, columns], one after another; 0 beyond the last channel. */
function panelsOf(
  { weights }: Phase,
  fromChannels: number,
  channels: number,
  columns: number,
  { weight }: Target,
): Float32Array {
  const starts = panelStarts(channels, columns);
  const packed = new Float32Array(starts.length * weights.length * fromChannels * columns);
  let at = 0;
  for (const start of starts)
    for (const place of weights)
      for (let from = 0; from < fromChannels; from++)
        for (let column = start; column < start + columns; column++, at++)
          if (column < channels) packed[at] = weight(place, from, column);
  return packed;
}

/** The first channels of every row of `room` to `out`, from its row `first` on. */
function compact(
  memory: TensorMemory,
  room: TensorInfo,
  out: TensorInfo,
  first: number,
  channels: number,
): void {
  const [wide, numbers] = [memory.floats(room), memory.floats(out)];
  const columns = room.shape.at(-1)!;
  for (let row = 0, at = first * channels; row < wide.length; row += columns)
    for (let channel = 0; channel < channels; channel++) numbers[at++] = wide[row + channel]!;
}

/** Sums over the windows of a group of images, and then over the groups. */
function filterGradient(memory: TensorMemory, { x, dy }: ConvolutionInputs, attrs: NamedAttrMap): TensorInfo {
  const shape = shapeOf(x!.shape, attrs['filterShape'] as number[], attrs);
  const { batchSize, inChannels, outChannels } = shape;
  const { frame, starts, taps } = windowsOf(shape, inChannels);
  const weights = eachChannel(taps, inChannels);
  const workspace = new Workspace(memory);
  const columns = columnsOf(outChannels);
  const width = Math.max(outChannels, columns);
  const group = groupSize(batchSize, starts.length);
  const framed = new FramedImages(workspace, x!, frame, group);
  const slopes = width === outChannels ? dy! : widened(workspace, dy!, width);
  const [part, sum] = [0, 1].map(() => workspace.floats([roundedUp(weights.length * width)])) as [
    TensorInfo,
    TensorInfo,
  ];
  const rows = workspace.table(weights);
  const outs = workspace.table(weights.map((_, i) => i * width));
  const terms = workspace.table(starts, group, framedSize(frame));
  for (const own of [part, sum]) memory.floats(own).fill(0);
  const functions = gatheredFunctions(memory);
  const rowsLie = inChannels % GATHERED_ROWS === 0 ? 'together' : 1;
  const product = functions[`${columns === GATHERED_COLUMNS.wide ? 'wide' : 'narrow'} ${rowsLie}`];
  const [to, total, from] = [part, sum, slopes].map((own) => memory.address(own)) as [number, number, number];
  for (let first = 0; weights.length > 0 && first < batchSize; first += group) {
    const count = Math.min(group, batchSize - first);
    const a = framed.at(first, count);
    const b = from + 4 * first * starts.length * width;
    const termBytes = 4 * starts.length * count;
    for (const column of panelStarts(outChannels, columns).map((start) => 4 * start))
      product(
        a,
        rows.address,
        rowBytes(rows, 1),
        terms.address,
        termBytes,
        b + column,
        4 * width,
        to + column,
        outs.address,
      );
    functions.addTo(to, total, 4 * part.shape[0]!);
  }
  const out = memory.allocate(shape.filterShape);
  if (width === outChannels)
    memory.floats(out).set(memory.floats(sum).subarray(0, util.sizeFromShape(out.shape)));
  else compact(memory, { ...sum, shape: [weights.length, width] }, out, 0, outChannels);
  workspace.dispose();
  return out;
}

/** The images with `width` channels, 0 beyond their own. */
function widened(workspace: Workspace, x: TensorInfo, width: number): TensorInfo {
  const channels = x.shape.at(-1)!;
  const wide = workspace.floats([...x.shape.slice(0, -1), width]);
  const [numbers, to] = [workspace.memory.floats(x), workspace.memory.floats(wide)];
  to.fill(0);
  for (let from = 0, at = 0; from < numbers.length; at += width)
    for (let channel = 0; channel < channels; channel++) to[at + channel] = numbers[from++]!;
  return wide;
}

/** To whole vectors. */
function roundedUp(count: number): number {
  return 4 * Math.ceil(count / 4);
}
