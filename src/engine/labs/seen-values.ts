/** Which values of a small choice an estimator has looked at, and what those that it has not would change. */
import * as tf from '@tensorflow/tfjs-core';
import { sigmoid, softmax } from '../../shared/log-space.ts';
import type { Unseen } from '../../shared/gradient.ts';
import type { Objective } from '../core/choice.ts';
import { detached } from '../core/gradient-flow.ts';
import type { DiscreteObjective } from '../objectives/discrete-objective.ts';

/** Values that are followed, at most. */
const MOST_VALUES = 256;
/** Weight from which a relaxed sample has looked at a value. */
const LOOKED_AT = 0.05;

export class SeenValues {
  readonly #objective: DiscreteObjective;
  /** p of every value, and its entries of z less their means: the score. */
  readonly #values: readonly { readonly p: number; readonly f: number; readonly score: readonly number[] }[];
  readonly #seen = new Set<number>();
  #pending: tf.Tensor[] = [];

  private constructor(objective: DiscreteObjective, logits: readonly number[]) {
    this.#objective = objective;
    const bits = objective.shape.kind === 'bernoulli';
    const means = bits ? logits.map(sigmoid) : softmax(logits);
    const count = bits ? 2 ** logits.length : logits.length;
    this.#values = Array.from({ length: count }, (_, value) => {
      const z = means.map((__, i) => (bits ? (value >> i) & 1 : Number(i === value)));
      return {
        p: bits
          ? z.reduce((p, bit, i) => p * (bit === 1 ? means[i]! : sigmoid(-logits[i]!)), 1)
          : means[value]!,
        f: objective.value(bits ? z : [value]),
        score: z.map((entry, i) => entry - means[i]!),
      };
    });
  }

  /** Undefined where there are too many values. */
  static of(objective: DiscreteObjective, logits: readonly number[]): SeenValues | undefined {
    const { kind, latents } = objective.shape;
    const count = kind === 'bernoulli' ? 2 ** latents : logits.length;
    return count > MOST_VALUES ? undefined : new SeenValues(objective, logits);
  }

  /** f, watched until every value has been looked at. */
  get watched(): Objective {
    const { tensors } = this.#objective;
    if (this.#seen.size === this.#values.length) return tensors;
    return {
      ...tensors,
      evaluate: (z) => {
        this.#pending.push(tf.keep(this.#looked(z)));
        return tensors.evaluate(z);
      },
    };
  }

  /** Largest weight of each value over the rows; of bits, the value of each row. */
  #looked(z: tf.Tensor): tf.Tensor {
    const { kind, latents } = this.#objective.shape;
    return detached(() => {
      if (kind === 'categorical') return tf.max(tf.reshape(z, [-1, this.#values.length]), 0);
      const places = Array.from({ length: latents }, (_, i) => 2 ** i);
      return tf.sum(tf.mul(tf.step(tf.sub(z, 0.5)), tf.tensor(places)), -1);
    });
  }

  /** Takes note of what was looked at since the last time. */
  async note(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    for (const looked of pending) {
      const found = await looked.data();
      if (this.#objective.shape.kind === 'bernoulli') for (const value of found) this.#seen.add(value);
      else found.forEach((weight, value) => weight >= LOOKED_AT && this.#seen.add(value));
    }
    tf.dispose(pending);
  }

  /** Of what was looked at and not noted, where the samples ended early. */
  dispose(): void {
    tf.dispose(this.#pending);
  }

  get unseen(): Unseen {
    const left = this.#values.filter((_, value) => !this.#seen.has(value));
    return {
      values: left.length,
      of: this.#values.length,
      probability: left.reduce((sum, { p }) => sum + p, 0),
    };
  }

  /** What the values that were not looked at put into the exact gradient, beside those that were: one a logit. */
  get missing(): Float64Array {
    const seen = this.#values.filter((_, value) => this.#seen.has(value));
    const weight = seen.reduce((sum, { p }) => sum + p, 0);
    const level = weight === 0 ? 0 : seen.reduce((sum, { p, f }) => sum + p * f, 0) / weight;
    const missing = new Float64Array(this.#values[0]!.score.length);
    this.#values.forEach(({ p, f, score }, value) => {
      if (this.#seen.has(value)) return;
      score.forEach((entry, i) => (missing[i] = missing[i]! + p * (f - level) * entry));
    });
    return missing;
  }
}
