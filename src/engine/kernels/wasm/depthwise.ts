/**
 * Convolutions channel by channel and both their gradients on wasm, of which the backend has the forward pass alone. A filter is
 * [height, width, channels, multiplier]: output channel c multiplier + i is channel c under the filter's weights i.
 */
import type { KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import {
  DepthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  backend_util,
} from '@tensorflow/tfjs-core';
import { convolutionKernel, type ConvolutionInputs } from './convolution-kernel.ts';
import { FramedImages, Workspace, gatheredFunctions, groupSize, rowBytes } from './framed-images.ts';
import type { TensorMemory } from './memory.ts';
import type { ConvShape, Frame, Phase } from './windows.ts';
import { framedSize, phasesOf, windowsOf } from './windows.ts';

export function depthwiseConfigs(): KernelConfig[] {
  return [
    convolutionKernel(DepthwiseConv2dNative, depthwise),
    convolutionKernel(DepthwiseConv2dNativeBackpropInput, inputGradient),
    convolutionKernel(DepthwiseConv2dNativeBackpropFilter, filterGradient),
  ];
}

/** Channels of a vector: images with fewer are filled up with zeros. */
const NARROWEST = 4;

function shapeOf(inputShape: number[], filterShape: number[], attrs: NamedAttrMap): ConvShape {
  return backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs['strides'] as number,
    (attrs['dilations'] ?? 1) as number,
    attrs['pad'] as number,
    attrs['dimRoundingMode'] as 'floor' | 'round' | 'ceil',
    true,
  );
}

function depthwise(memory: TensorMemory, { x, filter }: ConvolutionInputs, attrs: NamedAttrMap): TensorInfo {
  const shape = shapeOf(x!.shape, filter!.shape, attrs);
  const workspace = new Workspace(memory);
  const width = Math.max(shape.outChannels, NARROWEST);
  const images = repeated(workspace, x!, shape.outChannels / shape.inChannels, width);
  const { frame, ...windows } = windowsOf(shape, width);
  const { starts, taps } = windows;
  const phase = { ...windows, places: starts.map((_, i) => i), weights: taps.map((_, i) => i) };
  const out = gathered(workspace, images, frame, repeated(workspace, flat(filter!), 1, width), {
    shape: [...shape.outShape.slice(0, -1), width],
    phases: [phase],
  });
  return narrowed(workspace, out, shape.outShape, 1);
}

function inputGradient(
  memory: TensorMemory,
  { dy, filter }: ConvolutionInputs,
  attrs: NamedAttrMap,
): TensorInfo {
  const shape = shapeOf(attrs['inputShape'] as number[], filter!.shape, attrs);
  const workspace = new Workspace(memory);
  const width = Math.max(shape.outChannels, NARROWEST);
  const { frame, phases } = phasesOf(shape, width);
  const slopes = repeated(workspace, dy!, 1, width);
  const out = gathered(workspace, slopes, frame, repeated(workspace, flat(filter!), 1, width), {
    shape: [...shape.inShape.slice(0, -1), width],
    phases,
  });
  return narrowed(workspace, out, shape.inShape, shape.outChannels / shape.inChannels);
}

function filterGradient(memory: TensorMemory, { x, dy }: ConvolutionInputs, attrs: NamedAttrMap): TensorInfo {
  const shape = shapeOf(x!.shape, attrs['filterShape'] as number[], attrs);
  const { batchSize, outChannels } = shape;
  const workspace = new Workspace(memory);
  const width = Math.max(outChannels, NARROWEST);
  const { frame, starts, taps } = windowsOf(shape, width);
  const group = groupSize(batchSize, starts.length);
  const framed = new FramedImages(
    workspace,
    repeated(workspace, x!, outChannels / shape.inChannels, width),
    frame,
    group,
  );
  const slopes = repeated(workspace, dy!, 1, width);
  const size = 4 * Math.ceil((taps.length * width) / 4);
  const [part, sum] = [workspace.floats([size]), workspace.floats([size])];
  const rows = workspace.table(taps);
  const outs = workspace.table(taps.map((_, i) => i * width));
  const terms = workspace.table(starts, group, framedSize(frame));
  for (const own of [part, sum]) memory.floats(own).fill(0);
  const { addTo, byChannel } = gatheredFunctions(memory);
  const [from, to, total] = [slopes, part, sum].map((own) => memory.address(own)) as [number, number, number];
  for (let first = 0; first < batchSize; first += group) {
    const count = Math.min(group, batchSize - first);
    byChannel(
      ...[framed.at(first, count), rows.address, rowBytes(rows, 1), terms.address, 4 * starts.length * count],
      ...[from + 4 * first * starts.length * width, 4 * width, to, outs.address, 4 * width],
    );
    addTo(to, total, 4 * size);
  }
  return narrowed(workspace, { ...sum, shape: [taps.length, width] }, shape.filterShape, 1);
}

interface Target {
  readonly shape: number[];
  readonly phases: readonly Phase[];
}

/** For every place and channel of the target, the weighted sum over its window; the filter is [places, channels]. */
function gathered(
  workspace: Workspace,
  images: TensorInfo,
  frame: Frame,
  filter: TensorInfo,
  target: Target,
): TensorInfo {
  const { memory } = workspace;
  const [batch, height, width, channels] = target.shape as [number, number, number, number];
  const out = workspace.floats(target.shape);
  const imageSize = height * width * channels;
  if (batch * imageSize === 0) return out;
  const group = groupSize(batch, height * width);
  const framed = new FramedImages(workspace, images, frame, group);
  const parts = target.phases.map(({ starts, taps, places, weights }) => {
    const picked = workspace.floats([weights.length, channels]);
    const [from, to] = [memory.floats(filter), memory.floats(picked)];
    for (const [i, place] of weights.entries())
      to.set(from.subarray(place * channels, (place + 1) * channels), i * channels);
    return {
      picked,
      rows: workspace.table(starts, group, framedSize(frame)),
      terms: workspace.table(taps),
      outs: workspace.table(
        places.map((place) => place * channels),
        group,
        imageSize,
      ),
    };
  });
  const { byChannel } = gatheredFunctions(memory);
  for (let next = 0; next < batch; next += group) {
    // The last group overlaps the one before it.
    const first = Math.min(next, batch - group);
    const from = framed.at(first, group);
    const to = memory.address(out) + 4 * first * imageSize;
    for (const { picked, rows, terms, outs } of parts)
      byChannel(
        ...[from, rows.address, rowBytes(rows, group), terms.address, 4 * terms.each],
        ...[memory.address(picked), 4 * channels, to, outs.address, 4 * channels],
      );
  }
  return out;
}

/** A filter as [places, channels]. */
function flat(filter: TensorInfo): TensorInfo {
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number];
  return { ...filter, shape: [height * width, channels * multiplier] };
}

/** Every channel `times` over, and zeros up to `width`; x itself where that changes nothing. */
function repeated(workspace: Workspace, x: TensorInfo, times: number, width: number): TensorInfo {
  const channels = x.shape.at(-1)!;
  if (times === 1 && channels === width) return x;
  const wide = workspace.floats([...x.shape.slice(0, -1), width]);
  const [from, to] = [workspace.memory.floats(x), workspace.memory.floats(wide)];
  to.fill(0);
  for (let row = 0, at = 0; row < from.length; row += channels, at += width)
    for (let channel = 0; channel < channels * times; channel++)
      to[at + channel] = from[row + Math.floor(channel / times)]!;
  return wide;
}

/** A new tensor of `shape` from the first channels, each the sum of `times` neighbours; disposes of the workspace. */
function narrowed(workspace: Workspace, wide: TensorInfo, shape: number[], times: number): TensorInfo {
  const { memory } = workspace;
  const out = memory.allocate(shape);
  const [from, to] = [memory.floats(wide), memory.floats(out)];
  const width = wide.shape.at(-1)!;
  const channels = to.length / Math.max(from.length / width, 1);
  if (channels === width) to.set(from);
  else
    for (let row = 0, at = 0; row < from.length; row += width)
      for (let channel = 0; channel < channels; channel++, at++) {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += from[row + channel * times + i]!;
        to[at] = sum;
      }
  workspace.dispose();
  return out;
}
