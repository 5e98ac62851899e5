/** What a distribution of real numbers is to the engine: reparameterised samples, densities, and closed forms where there are any. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Key } from '../random/key.ts';

/** By name; [B, D] unless the distribution says otherwise. Parameters of another domain than stated give NaN. */
export type Parameters = Readonly<Record<string, tf.Tensor>>;

export interface ContinuousDistribution {
  readonly id: string;
  readonly label: string;
  /** Names of the parameters, and what they may be. */
  readonly parameters: Readonly<Record<string, 'real' | 'positive' | 'lower triangular'>>;
  /**
   * z [B, D], an exact sample whose gradient for the parameters is the pathwise one: of z = g(parameters, noise) with the noise
   * held, or, where no such g is at hand, -(dF / dparameter) / p(z) from the distribution function F.
   */
  sample(parameters: Parameters, key: Key): tf.Tensor2D;
  /** log p(z) [B], summed over the D coordinates; differentiable in the parameters and in z [B, D]. */
  logProb(parameters: Parameters, z: tf.Tensor2D): tf.Tensor1D;
  /** H [B] in nats, summed over the coordinates. */
  entropy(parameters: Parameters): tf.Tensor1D;
  /** KL(from || to) [B] in nats, summed over the coordinates; absent where no closed form is known. */
  kl?(from: Parameters, to: Parameters): tf.Tensor1D;
}

/** A parameter by its name, as a matrix [B, D]. */
export function matrix(parameters: Parameters, name: string): tf.Tensor2D {
  return parameters[name] as tf.Tensor2D;
}
