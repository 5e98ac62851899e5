/** What is recorded for a gradient, and the way back along it. */
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';
import type { Gradients, LibraryEngine, TapeNode } from './library-engine.ts';

export class Tape {
  readonly #engine: LibraryEngine;
  /** Of each gradient that is being recorded, the outermost first: ids of the tensors that depend on its xs. */
  #reached: Set<number>[] = [];

  constructor(engine: LibraryEngine) {
    this.#engine = engine;
  }

  /** Gradients that are being recorded here, one within the other. */
  get depth(): number {
    return this.#reached.length;
  }

  get isRecording(): boolean {
    return this.#reached.length > 0;
  }

  /** Which gradients' xs the tensors depend on, one of them at least: bit i for gradient i, the outermost 0. */
  reachOf(tensors: NamedTensorMap): number {
    const reached = this.#reached;
    let reach = 0;
    // With plain loops, as it is done for every kernel of a step.
    for (const name in tensors) {
      // Some operations have inputs that may be absent.
      const tensor: Tensor | undefined = tensors[name];
      if (tensor === undefined) continue;
      for (let i = 0; i < reached.length; i++) if (reached[i]!.has(tensor.id)) reach |= 1 << i;
    }
    return reach;
  }

  add(node: TapeNode): void {
    const reached = this.#reached;
    const { outputs, reach } = node;
    for (let i = 0; i < reached.length; i++) {
      if ((reach & (1 << i)) === 0) continue;
      for (const output of outputs) reached[i]!.add(output.id);
    }
    this.#engine.state.activeTape!.push(node);
  }

  /** As tfjs-core's `Engine.gradients`. */
  gradients(f: () => Tensor, xs: readonly Tensor[], dy?: Tensor, allowNoGradients = false): Gradients {
    const engine = this.#engine;
    const { state } = engine;
    const reached = new Set(xs.map(({ id }) => id));
    const outer = this.#reached;
    // At depth 0 a tape begins, also where another has been laid aside (`onOwnTape`).
    this.#reached = state.gradientDepth === 0 ? [reached] : [...outer, reached];
    engine.startTape();
    const start = state.activeTape!.length;
    const bit = 1 << (this.#reached.length - 1);
    let y: Tensor;
    try {
      y = engine.tidy('forward', f);
    } finally {
      this.#reached = outer;
      engine.endTape();
    }
    const way = wayTo(y, state.activeTape!, start, bit);
    if (!allowNoGradients && way.length === 0) {
      throw new AppError(
        'internal',
        'gradients: expected a y that depends on the xs; let f do everything that leads from them to y.',
      );
    }
    return engine.tidy('backward', () => {
      const sums = new Map([
        [y.id, dy ?? engine.makeTensor(new Float32Array(y.size).fill(1), y.shape, 'float32')],
      ]);
      for (const node of way) this.#goBack(node, reached, sums);
      if (state.gradientDepth === 0) {
        for (const { saved } of state.activeTape!) for (const tensor of saved) tensor.dispose();
        state.activeTape = null;
      }
      // Where y depends on an x in no way, there is no gradient, as in the library.
      return { value: y, grads: xs.map(({ id }) => sums.get(id)!) };
    });
  }

  /** Adds the gradients of a node's inputs to what has come together for them. */
  #goBack(node: TapeNode, reached: ReadonlySet<number>, sums: Map<number, Tensor>): void {
    const engine = this.#engine;
    const { kernelName, inputs, outputs, saved, attrs, gradient } = node;
    if (gradient === undefined)
      throw new AppError('internal', `gradients: expected a gradient of ${kernelName}; register one.`);
    const dys = outputs.map(({ id, size, shape, dtype }) => {
      return sums.get(id) ?? engine.makeTensor(tf.util.makeZerosTypedArray(size, dtype), shape, dtype);
    });
    const slopes = gradient(dys.length > 1 ? dys : dys[0]!, saved, attrs);
    for (const name in inputs) {
      const x = inputs[name]!;
      if (!reached.has(x.id)) continue;
      const slope = slopes[name];
      if (slope === undefined) {
        throw new AppError(
          'internal',
          `gradients: expected a gradient of ${kernelName} for ${name}; add it.`,
        );
      }
      const dx = engine.tidy(slope);
      if (dx.dtype !== 'float32' || !tf.util.arraysEqual(dx.shape, x.shape)) {
        throw new AppError(
          'internal',
          `gradient of ${kernelName} for ${name}: expected float32 [${x.shape.join()}], got ${dx.dtype} [${dx.shape.join()}].`,
        );
      }
      const sum = sums.get(x.id);
      if (sum === undefined) {
        sums.set(x.id, dx);
        continue;
      }
      sums.set(x.id, engine.runKernel(tf.Add, { a: sum, b: dx }) as Tensor);
      sum.dispose();
    }
  }
}

/** The nodes from `start` on through which y depends on the xs of a gradient, by its bit of their reach; the last first. */
function wayTo(y: Tensor, tape: readonly TapeNode[], start: number, bit: number): TapeNode[] {
  const way: TapeNode[] = [];
  const leading = new Set([y.id]);
  for (let i = tape.length - 1; i >= start; i--) {
    const node = tape[i]!;
    if ((node.reach & bit) === 0 || !node.outputs.some(({ id }) => leading.has(id))) continue;
    for (const name in node.inputs) leading.add(node.inputs[name]!.id);
    way.push(node);
  }
  return way;
}
