/** A gradient in the form that tfjs-core registers, with one tensor for dy. */
import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';
import { isRecorded } from './recorded.ts';

/** By input name, the gradient as a function: only those that the tape needs are called. */
type InputGradients = Record<string, () => Tensor>;

interface Saves {
  readonly inputs?: readonly string[];
  /**
   * True to save the output too; it comes after the inputs. Name all inputs then: a second derivative runs through them, as
   * the tape loses the way to a saved output.
   */
  readonly output?: boolean;
}

/** The gradient of a kernel with one output; `saved` holds what `saves` names, in that order. */
export function gradient(
  kernelName: string,
  saves: Saves,
  of: (dy: Tensor, saved: Saved, attrs: NamedAttrMap) => InputGradients,
): GradConfig {
  const recomputed = (saved: Tensor[], attrs: NamedAttrMap): Tensor[] => {
    const inputs = (saves.inputs ?? []).map((name, i): [string, Tensor] => [name, saved[i]!]);
    const output = tf.engine().runKernel<Tensor>(kernelName, Object.fromEntries(inputs), attrs);
    return [...saved.slice(0, -1), output];
  };
  return {
    kernelName,
    inputsToSave: [...(saves.inputs ?? [])],
    outputsToSave: saves.output === true ? [true] : [],
    gradFunc: (dy, saved, attrs) => {
      if (Array.isArray(dy))
        throw new AppError('internal', `gradient of ${kernelName}: expected one output, got a list.`);
      const [first, second, third] = saves.output === true && isRecorded() ? recomputed(saved, attrs) : saved;
      return of(dy, [first!, second!, third!], attrs);
    },
  };
}

/** At least as many tensors as `Saves` names: the tape keeps exactly those. */
export type Saved = readonly [Tensor, Tensor, Tensor];
