/**
 * The ascent of lies on wasm. Products, sigmoid and softmax are the kernels that the operations one by one would call; what is
 * between them are loops over few numbers, which round where those operations round: the lies are the same to the bit.
 */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { BatchMatMul, Sigmoid, Sum } from '@tensorflow/tfjs-core';
import { SIGMOID_GRADIENT } from '../activation-gradients.ts';
import { DENSE_LAYER } from '../dense-layer.ts';
import { BETA1, BETA2, EPSILON, LIE_ASCENT } from '../lie-ascent.ts';
import { SCALED_SOFTMAX, SOFTMAX_GRADIENT } from '../scaled-softmax.ts';
import { TensorMemory } from './memory.ts';
import { WASM, plainConfig, plainKernel } from './plain-kernel.ts';

type Call = (
  inputs: Record<string, TensorInfo>,
  attrs?: Record<string, boolean | number | number[]>,
) => TensorInfo;

interface Kernels {
  readonly dense: Call;
  readonly product: Call;
  readonly sigmoid: Call;
  readonly sigmoidGradient: Call;
  readonly softmax: Call;
  readonly softmaxGradient: Call;
  readonly sum: Call;
}

interface Layer {
  readonly weights: TensorInfo;
  readonly biases: TensorInfo;
}

interface Sides {
  readonly batch: number;
  readonly bidders: number;
  readonly items: number;
}

/** The kernel; those that it calls must be registered. */
export function lieAscentConfig(): KernelConfig {
  const plain = {
    dense: plainKernel(plainConfig(DENSE_LAYER)),
    product: plainKernel(plainConfig(BatchMatMul)),
    sigmoid: plainKernel(plainConfig(Sigmoid)),
    sigmoidGradient: plainKernel(plainConfig(SIGMOID_GRADIENT)),
    softmax: plainKernel(plainConfig(SCALED_SOFTMAX)),
    softmaxGradient: plainKernel(plainConfig(SOFTMAX_GRADIENT)),
    sum: plainKernel(plainConfig(Sum)),
  };
  return {
    kernelName: LIE_ASCENT,
    backendName: WASM,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { values, start, lowest, highest } = inputs as Record<string, TensorInfo>;
      const { steps, rate } = attrs as Record<'steps' | 'rate', number>;
      const memory = new TensorMemory(backend);
      const kernels = Object.fromEntries(
        Object.entries(plain).map(([name, kernel]): [string, Call] => [
          name,
          (given, settings) => kernel(memory.backend, given, settings),
        ]),
      ) as unknown as Kernels;
      const layers: Layer[] = [];
      for (let depth = 0; inputs[`weights${depth}`] !== undefined; depth++)
        layers.push({ weights: inputs[`weights${depth}`]!, biases: inputs[`biases${depth}`]! });
      const [batch, bidders, items] = start!.shape as [number, number, number];
      const sides = { batch, bidders, items };
      // Copies: a kernel that allocates may move the memory.
      const truth = Float32Array.from(memory.floats(values!));
      const lies = Float32Array.from(memory.floats(start!));
      const bounds = [lowest!, highest!].map((x) => Float32Array.from(memory.floats(x)));
      const climber = new Climber(lies, bounds[0]!, bounds[1]!, rate);
      for (let t = 1; t <= steps; t++) climber.step(slopes(memory, kernels, layers, truth, lies, sides), t);
      const out = memory.allocate(start!.shape);
      memory.floats(out).set(lies);
      return out;
    },
  };
}

/** Adam upwards, each lie kept within its item's bounds; every operation rounded to float32. */
class Climber {
  readonly #mean: Float32Array;
  readonly #square: Float32Array;
  readonly #lies: Float32Array;
  readonly #lowest: Float32Array;
  readonly #highest: Float32Array;
  readonly #rate: number;

  constructor(lies: Float32Array, lowest: Float32Array, highest: Float32Array, rate: number) {
    this.#lies = lies;
    this.#lowest = lowest;
    this.#highest = highest;
    this.#rate = rate;
    this.#mean = new Float32Array(lies.length);
    this.#square = new Float32Array(lies.length);
  }

  step(slope: Float32Array, t: number): void {
    const round = Math.fround;
    const [beta1, rest1, beta2, rest2] = [round(BETA1), round(1 - BETA1), round(BETA2), round(1 - BETA2)];
    const [step, correction, epsilon] = [
      round(this.#rate / (1 - BETA1 ** t)),
      round(1 / (1 - BETA2 ** t)),
      round(EPSILON),
    ];
    const [lies, means, squares, lowest, highest] = [
      this.#lies,
      this.#mean,
      this.#square,
      this.#lowest,
      this.#highest,
    ];
    const items = lowest.length;
    for (let i = 0; i < lies.length; i++) {
      const g = slope[i]!;
      const mean = round(round(means[i]! * beta1) + round(g * rest1));
      const square = round(round(squares[i]! * beta2) + round(round(g * g) * rest2));
      means[i] = mean;
      squares[i] = square;
      const scale = round(round(Math.sqrt(round(square * correction))) + epsilon);
      const moved = round(lies[i]! + round(round(mean * step) / scale));
      const item = i % items;
      lies[i] = Math.min(Math.max(moved, lowest[item]!), highest[item]!);
    }
  }
}

/** The slope of the sum of all liars' utilities for their lies, [B n m]. */
function slopes(
  memory: TensorMemory,
  kernels: Kernels,
  layers: readonly Layer[],
  truth: Float32Array,
  lies: Float32Array,
  sides: Sides,
): Float32Array {
  const { batch, bidders, items } = sides;
  const bids = memory.allocate([batch * bidders, bidders * items]);
  fillBids(memory.floats(bids), truth, lies, sides);
  // The input of each layer, and at the end the outputs.
  const passed = [bids];
  for (const [depth, { weights, biases }] of layers.entries()) {
    const sums = kernels.dense({ x: passed[depth]!, weights, biases }, { relu: false });
    if (depth + 1 === layers.length) passed.push(sums);
    else {
      passed.push(kernels.sigmoid({ x: sums }));
      memory.dispose(sums);
    }
  }
  const head = slopesOfOutputs(memory, kernels, passed.at(-1)!, truth, lies, sides);
  let dy = head.outputs;
  for (const [depth, { weights }] of [...layers.entries()].reverse()) {
    const below = kernels.product({ a: dy, b: weights }, { transposeA: false, transposeB: true });
    memory.dispose(dy);
    dy = below;
    if (depth === 0) break;
    dy = kernels.sigmoidGradient({ dy: below, y: passed[depth]! });
    memory.dispose(below);
  }
  const [slope, through] = [head.lies, memory.floats(dy)];
  for (let row = 0; row < batch * bidders; row++) {
    // Of a row's bids the liar's alone.
    const own = (row * bidders + (row % bidders)) * items;
    for (let j = 0; j < items; j++) slope[row * items + j]! += through[own + j]!;
  }
  for (const x of [dy, ...passed]) memory.dispose(x);
  return slope;
}

/** Bids of the profiles in which bidder i alone lies, rows [B, n], i changing fastest. */
function fillBids(to: Float32Array, truth: Float32Array, lies: Float32Array, sides: Sides): void {
  const { batch, bidders, items } = sides;
  const size = bidders * items;
  for (let row = 0; row < batch * bidders; row++) {
    const liar = row % bidders;
    const profile = (row - liar) * items;
    for (let place = 0; place < size; place++) to[row * size + place] = truth[profile + place]!;
    for (let j = 0; j < items; j++) {
      const value = truth[row * items + j]!;
      to[row * size + liar * items + j] = value + Math.fround(lies[row * items + j]! - value);
    }
  }
}

/** The slopes for the outputs, [R, outputs], and for the lies where they are what the bidder pays a share of, [B n m]. */
function slopesOfOutputs(
  memory: TensorMemory,
  { sigmoid, softmax, softmaxGradient, sum }: Kernels,
  outputs: TensorInfo,
  truth: Float32Array,
  lies: Float32Array,
  { batch, bidders, items }: Sides,
): { outputs: TensorInfo; lies: Float32Array } {
  const classes = bidders + 1;
  const choices = items * classes;
  const rows = batch * bidders;
  const width = choices + bidders;
  const logits = memory.allocate([rows, items, classes]);
  const sums = memory.allocate([rows, bidders]);
  copyColumns(memory.floats(outputs), width, 0, memory.floats(logits), choices);
  copyColumns(memory.floats(outputs), width, choices, memory.floats(sums), bidders);
  const shares = softmax({ logits }, { scale: 1 });
  const fractions = sigmoid({ x: sums });
  // By choice: what a share of it is worth to the liar, and what the share of its lie takes off per fraction paid.
  const worth = memory.allocate([rows, items, classes]);
  const paid = memory.allocate([batch, bidders, items, classes]);
  const direct = new Float32Array(rows * items);
  {
    const [z, fraction] = [memory.floats(shares), memory.floats(fractions)];
    const [worthOf, paidOf] = [memory.floats(worth).fill(0), memory.floats(paid).fill(0)];
    for (let row = 0; row < rows; row++) {
      const liar = row % bidders;
      const share = fraction[row * bidders + liar]!;
      for (let j = 0; j < items; j++) {
        const place = row * items + j;
        const choice = place * classes + liar + 1;
        worthOf[choice] = truth[place]! - Math.fround(lies[place]! * share);
        paidOf[choice] = -z[choice]! * lies[place]!;
        direct[place] = -z[choice]! * share;
      }
    }
  }
  const ofLogits = softmaxGradient({ dy: worth, y: shares }, { scale: 1 });
  const ofFractions = sum({ x: paid }, { axis: [2, 3] });
  const made = memory.allocate([rows, width]);
  const [to, slope, fraction] = [memory.floats(made), memory.floats(ofFractions), memory.floats(fractions)];
  const chosen = memory.floats(ofLogits);
  for (let row = 0; row < rows; row++) {
    for (let place = 0; place < choices; place++) to[row * width + place] = chosen[row * choices + place]!;
    for (let i = 0; i < bidders; i++) {
      const y = fraction[row * bidders + i]!;
      const isLiar = row % bidders === i;
      to[row * width + choices + i] = isLiar ? slope[row]! * Math.fround(y - Math.fround(y * y)) : 0;
    }
  }
  for (const x of [logits, sums, shares, fractions, worth, paid, ofLogits, ofFractions]) memory.dispose(x);
  return { outputs: made, lies: direct };
}

/** Columns from `first` on, of rows of `width`, to rows of `count`. */
function copyColumns(
  from: Float32Array,
  width: number,
  first: number,
  to: Float32Array,
  count: number,
): void {
  for (let row = 0; row * count < to.length; row++)
    for (let i = 0; i < count; i++) to[row * count + i] = from[row * width + first + i]!;
}
