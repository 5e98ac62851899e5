/** The log-probability of one class of each row and its gradient on wasm: softmax in its own kernel, what is picked from it here. */
import { util, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core';
import { CHOSEN_LOG_SOFTMAX, CHOSEN_LOG_SOFTMAX_GRADIENT } from '../chosen-log-softmax.ts';
import { TensorMemory } from './memory.ts';
import { WASM } from './plain-kernel.ts';
import { softmax } from './softmax.ts';

export function chosenLogSoftmaxConfigs(): KernelConfig[] {
  return [
    {
      kernelName: CHOSEN_LOG_SOFTMAX,
      backendName: WASM,
      kernelFunc: ({ inputs, backend, attrs }) =>
        picked(new TensorMemory(backend), inputs['logits']!, inputs['chosen']!, Number(attrs?.['scale'])),
    },
    {
      kernelName: CHOSEN_LOG_SOFTMAX_GRADIENT,
      backendName: WASM,
      kernelFunc: ({ inputs, backend, attrs }) =>
        slopes(
          new TensorMemory(backend),
          [inputs['dy']!, inputs['y']!, inputs['chosen']!],
          Number(attrs?.['scale']),
        ),
    },
  ];
}

/** Softmax gives smaller weights as 0, or without all their digits. */
const LEAST_WEIGHT = 2 ** -60;

function picked(memory: TensorMemory, logits: TensorInfo, chosen: TensorInfo, scale: number): TensorInfo[] {
  const columns = logits.shape.at(-1)!;
  const y = softmax(memory, logits, scale);
  const out = memory.allocate(logits.shape.slice(0, -1));
  const rows = util.sizeFromShape(out.shape);
  const [x, weights, logs] = [memory.floats(logits), memory.floats(y), memory.floats(out)];
  const places = memory.words(chosen);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const at = start + places[row]!;
    if (weights[at]! > LEAST_WEIGHT) {
      logs[row] = Math.log(weights[at]!);
      continue;
    }
    // Too small to be told from 0: from the largest, whose weight is at least 1 / columns.
    let best = start;
    for (let i = start + 1; i < start + columns; i++) if (x[i]! > x[best]!) best = i;
    logs[row] = scale * (x[at]! - x[best]!) + Math.log(weights[best]!);
  }
  return [out, y];
}

function slopes(
  memory: TensorMemory,
  [dy, y, chosen]: readonly [TensorInfo, TensorInfo, TensorInfo],
  scale: number,
): TensorInfo {
  const [rows, columns] = [util.sizeFromShape(y.shape.slice(0, -1)), y.shape.at(-1)!];
  const out = memory.allocate(y.shape);
  const [upper, weights, to] = [memory.floats(dy), memory.floats(y), memory.floats(out)];
  const places = memory.words(chosen);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const slope = upper[row]! * scale;
    for (let i = start; i < start + columns; i++) to[i] = -slope * weights[i]!;
    to[start + places[row]!]! += slope;
  }
  return out;
}
