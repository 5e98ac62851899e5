/** Training values that are still on the device, read back together: a GPU stands still while somebody waits for one number. */
import * as tf from '@tensorflow/tfjs-core';
import { readScalars } from '../core/named-tensor.ts';
import type { StepResult } from './session.ts';

export class PendingValues {
  #values: { readonly step: number; readonly value: tf.Scalar | number }[] = [];
  /** What else there is of the last step: who reads it disposes of it, unless the reading before fails. */
  #rest: Partial<StepResult | StepResult<number>> = {};

  get count(): number {
    return this.#values.length;
  }

  /** The value of the result is disposed of here. */
  add(step: number, { value, ...rest }: StepResult | StepResult<number>): void {
    this.#values.push({ step, value });
    this.#rest = rest;
  }

  /** All of them, in the order of their steps. */
  async take(): Promise<readonly { readonly step: number; readonly value: number }[]> {
    const taken = this.#values;
    this.#values = [];
    const numbers = await readScalars(taken.map(({ value }) => value));
    return taken.map(({ step }, i) => ({ step, value: numbers[i] ?? Number.NaN }));
  }

  dispose(): void {
    const { details = {}, saturated } = this.#rest;
    tf.dispose([this.#values.map(({ value }) => value), Object.values(details), saturated ?? []]);
    this.#values = [];
  }
}
