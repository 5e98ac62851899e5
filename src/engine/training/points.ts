/**
 * The points of a run while it trains. Training values that are still on the device come together here and are read back together, as a
 * GPU stands still while somebody waits for one number. Every point goes to the host, to the run's health, and into the state of the loop.
 */
import * as tf from '@tensorflow/tfjs-core';
import { OWN_SECONDS } from '../../shared/sharing.ts';
import {
  isFiniteTensor,
  readNamed,
  readScalar,
  readScalars,
  type NamedTensorData,
} from '../core/named-tensor.ts';
import type { MutableLoop } from './evaluation.ts';
import { SATURATED } from './health-rules.ts';
import type { Health } from './health.ts';
import type { StepResult, TrainingJob } from './session.ts';
import type { TrainingHost } from './training-host.ts';

type AnyStepResult = StepResult | StepResult<number>;

export class Points {
  readonly #valueMetric: string;
  readonly #host: TrainingHost;
  readonly #loop: MutableLoop;
  readonly #health: Health;
  #pending: { readonly step: number; readonly value: tf.Scalar | number }[] = [];
  /** What else there is of the last step: who reads it disposes of it, unless the reading before fails. */
  #rest: Partial<AnyStepResult> = {};

  constructor({ problem }: TrainingJob, host: TrainingHost, loop: MutableLoop, health: Health) {
    this.#valueMetric = problem.valueMetric;
    this.#host = host;
    this.#loop = loop;
    this.#health = health;
  }

  /** The training value of the result is disposed of here. */
  add(step: number, { value, ...rest }: AnyStepResult): void {
    this.#pending.push({ step, value });
    this.#rest = rest;
  }

  /** Whether as many training values are pending as may be read at once. */
  get isFull(): boolean {
    return this.#pending.length >= this.#host.readEvery;
  }

  /**
   * Reads the pending training values; one that is not finite ends the run, and the last good checkpoint stays.
   * @param save the run's tensors as they are, asked for what else is not finite
   */
  async read(save: () => Promise<readonly NamedTensorData[]>): Promise<void> {
    const taken = this.#pending;
    this.#pending = [];
    const values = await readScalars(taken.map(({ value }) => value));
    for (const [i, { step }] of taken.entries()) {
      const value = values[i] ?? Number.NaN;
      if (!Number.isFinite(value)) {
        const broken = (await save()).find((tensor) => !isFiniteTensor(tensor));
        const also = broken === undefined ? '' : `, and ${broken.name} is not finite`;
        throw this.#health.notFinite(step, `the training value is ${value}${also}`);
      }
      this.#loop.windowSum += value;
      this.#loop.windowCount += 1;
    }
    await this.#host.device?.check(this.#loop.step);
  }

  /**
   * The point of a step, with the mean of the training values since the last such point, all of which have been read.
   * @param isKept false where the run goes back to earlier parameters here: the value is not theirs
   */
  async log(result: AnyStepResult, valueScale: number, isKept: boolean): Promise<void> {
    const loop = this.#loop;
    const details = await readNamed(result.details, this.#host.readEvery > 1);
    const value = (loop.windowSum / loop.windowCount) * valueScale;
    loop.last = { ...loop.last, [this.#valueMetric]: value };
    this.emit({
      ...(isKept ? { [this.#valueMetric]: value } : {}),
      ...(result.temperature === undefined ? {} : { temperature: result.temperature }),
      learningRate: result.learningRate,
      evaluations: loop.evaluations,
      seconds: loop.seconds,
      ...(loop.othersSeconds > 0 ? { [OWN_SECONDS]: loop.seconds - loop.othersSeconds } : {}),
      ...details,
    });
    if (result.saturated !== undefined) this.#health.see({ [SATURATED]: await readScalar(result.saturated) });
    loop.windowSum = 0;
    loop.windowCount = 0;
  }

  emit(values: Readonly<Record<string, number>>): void {
    this.#host.emit(this.#loop.step, values);
    this.#health.see(values);
    this.#loop.last = { ...this.#loop.last, ...values };
  }

  dispose(): void {
    const { details = {}, saturated } = this.#rest;
    tf.dispose([this.#pending.map(({ value }) => value), Object.values(details), saturated ?? []]);
    this.#pending = [];
  }
}
