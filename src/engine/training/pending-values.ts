/** Training values that are still on the device, read back together: a GPU stands still while somebody waits for one number. */
import type * as tf from '@tensorflow/tfjs-core';
import { readScalars } from '../core/named-tensor.ts';

export class PendingValues {
  #values: { readonly step: number; readonly value: tf.Scalar }[] = [];

  get count(): number {
    return this.#values.length;
  }

  /** @param value is disposed of here */
  add(step: number, value: tf.Scalar): void {
    this.#values.push({ step, value });
  }

  /** All of them, in the order of their steps. */
  async take(): Promise<readonly { readonly step: number; readonly value: number }[]> {
    const taken = this.#values;
    this.#values = [];
    const numbers = await readScalars(taken.map(({ value }) => value));
    return taken.map(({ step }, i) => ({ step, value: numbers[i] ?? Number.NaN }));
  }

  dispose(): void {
    for (const { value } of this.#values) value.dispose();
    this.#values = [];
  }
}
