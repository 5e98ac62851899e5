/**
 * Pooling and its gradients on wasm: the largest number or the mean of every window, channel by channel. The
 * backend's own loses NaN, and its gradients take ten times as long.
 */
import type { KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { AvgPool, AvgPoolGrad, MaxPool, MaxPoolGrad, backend_util, util } from '@tensorflow/tfjs-core';
import { Assembly } from '../../assembler/assembly.ts';
import { convolutionKernel } from './convolution-kernel.ts';
import type { TensorMemory } from './memory.ts';
import type { Channels } from './pool-code.ts';
import {
  WINDOW_BYTES,
  writeAveragePool,
  writeAveragePoolGradient,
  writeMaxPool,
  writeMaxPoolGradient,
} from './pool-code.ts';
import type { ConvShape } from './windows.ts';

const writers = {
  maxPool: [6, writeMaxPool],
  averagePool: [6, writeAveragePool],
  averagePoolGradient: [6, writeAveragePoolGradient],
  maxPoolGradient: [8, writeMaxPoolGradient],
} as const;

type Name = keyof typeof writers;

const assembly = new Assembly<`${Name} ${Channels}`>(
  Object.fromEntries(
    (Object.keys(writers) as Name[]).flatMap((name) =>
      (['four', 'one'] as const).map((channels) => {
        const [parameters, write] = writers[name];
        return [`${name} ${channels}`, [parameters, write(channels)]] as const;
      }),
    ),
  ) as ConstructorParameters<typeof Assembly<`${Name} ${Channels}`>>[0],
);

export function poolConfigs(): KernelConfig[] {
  return [
    convolutionKernel(MaxPool, (memory, { x }, attrs) => {
      const shape = shapeOf(x!.shape, attrs);
      const out = memory.allocate(shape.outShape);
      overImages(memory, 'maxPool', shape, [x!, out], 'clipped');
      return out;
    }),
    convolutionKernel(AvgPool, (memory, { x }, attrs) => {
      const shape = shapeOf(x!.shape, attrs);
      const out = memory.allocate(shape.outShape);
      overImages(memory, 'averagePool', shape, [x!, out], 'clipped');
      return out;
    }),
    convolutionKernel(AvgPoolGrad, (memory, { dy, input }, attrs) => {
      const dx = zeros(memory, input!.shape);
      overImages(memory, 'averagePoolGradient', shapeOf(input!.shape, attrs), [dy!, dx], 'whole');
      return dx;
    }),
    convolutionKernel(MaxPoolGrad, (memory, { dy, input, output }, attrs) => {
      const dx = zeros(memory, input!.shape);
      const shape = shapeOf(input!.shape, attrs);
      overImages(memory, 'maxPoolGradient', shape, [dy!, input!, output!, dx], 'clipped');
      return dx;
    }),
  ];
}

function shapeOf(inputShape: number[], attrs: NamedAttrMap): ConvShape {
  return backend_util.computePool2DInfo(
    inputShape as [number, number, number, number],
    attrs['filterSize'] as number,
    attrs['strides'] as number,
    1,
    attrs['pad'] as number,
    attrs['dimRoundingMode'] as 'floor' | 'round' | 'ceil',
  );
}

function zeros(memory: TensorMemory, shape: number[]): TensorInfo {
  const out = memory.allocate(shape);
  memory.floats(out).fill(0);
  return out;
}

/**
 * Runs a function on the images of batches [batch, ...]. @param divisor what a sum is divided by: the numbers of the window that
 * lie in the image, or the size of a whole window
 */
function overImages(
  memory: TensorMemory,
  name: Name,
  shape: ConvShape,
  batches: readonly TensorInfo[],
  divisor: 'clipped' | 'whole',
): void {
  const { batchSize, inChannels, inWidth } = shape;
  const windows = windowTable(memory, shape, divisor);
  const bytes = [windows.shape[0]! * WINDOW_BYTES, 4 * inChannels, 4 * inWidth * inChannels];
  const run = assembly.in(memory.memory)[`${name} ${inChannels < 4 ? 'one' : 'four'}`];
  const sides = batches.map((images) => ({
    start: memory.address(images),
    step: (4 * util.sizeFromShape(images.shape)) / batchSize,
  }));
  for (let i = 0; i < batchSize; i++)
    run(...sides.map(({ start, step }) => start + i * step), memory.address(windows), ...bytes);
  memory.dispose(windows);
}

/** The table of `pool-code.ts`. */
function windowTable(memory: TensorMemory, shape: ConvShape, divisor: 'clipped' | 'whole'): TensorInfo {
  const { outHeight, outWidth, inChannels, inWidth, filterHeight, filterWidth, padInfo } = shape;
  const table = memory.allocate([outHeight * outWidth, WINDOW_BYTES / 4], 'int32');
  const [words, floats] = [memory.words(table), memory.floats(table)];
  /** From and length of the window's part in the image. */
  const part = (start: number, filter: number, size: number): [number, number] => {
    const from = Math.min(Math.max(start, 0), size);
    return [from, Math.max(Math.min(start + filter, size) - from, 0)];
  };
  for (let y = 0, at = 0; y < outHeight; y++) {
    const [row, rows] = part(y * shape.strideHeight - padInfo.top, filterHeight, shape.inHeight);
    for (let x = 0; x < outWidth; x++, at += WINDOW_BYTES / 4) {
      const [column, columns] = part(x * shape.strideWidth - padInfo.left, filterWidth, inWidth);
      words[at] = 4 * (row * inWidth + column) * inChannels;
      words[at + 1] = 4 * rows * inWidth * inChannels;
      words[at + 2] = 4 * columns * inChannels;
      floats[at + 3] = divisor === 'whole' ? filterHeight * filterWidth : rows * columns;
    }
  }
  return table;
}
