/** Free parameters of an unbiased estimate, trained to lower its variance. */
import * as tf from '@tensorflow/tfjs-core';
import { onOwnTape, withGradient } from '../../core/gradient-flow.ts';

export interface LearnedEstimates {
  /** One estimate per row, like z; the caller's. */
  readonly gradient: tf.Tensor;
  /** Its gradient is that of the mean over the rows of the squared norm, for the parameters and for nothing else. */
  readonly sideLoss: tf.Scalar;
}

/**
 * Differentiates E |g|^2 by the parameters: the mean of g does not depend on them, so this is the gradient of the variance,
 * estimated without bias from the same sample.
 * @param estimates makes g, one per row, like z, from the parameters; it may differentiate through f
 */
export function withSecondMoment(
  parameters: readonly tf.Variable[],
  estimates: () => tf.Tensor,
): LearnedEstimates {
  let kept: tf.Tensor | undefined;
  const { grads } = onOwnTape(() =>
    tf.variableGrads(() => {
      const made = estimates();
      kept = tf.keep(made);
      return halfSquaredNorm(made);
    }, [...parameters]),
  );
  const gradient = tf.clone(kept!);
  kept!.dispose();
  // A parameter that this f does not meet has no gradient.
  const terms = parameters.flatMap((parameter) => {
    const slope = grads[parameter.name] as tf.Tensor | null | undefined;
    return slope ? [withGradient(parameter, () => tf.mul(slope, 2 / gradient.shape[0]))] : [];
  });
  return { gradient, sideLoss: tf.addN(terms) };
}

/** A scalar of value 0, which nobody reads, whose gradient is x: half that of the sum over the rows of |x|^2. */
function halfSquaredNorm(x: tf.Tensor): tf.Scalar {
  const node = tf.customGrad<tf.Scalar>((...args) => {
    const [rows, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([rows]);
    return { value: tf.scalar(0), gradFunc: (_dy, saved) => tf.clone(saved[0]!) };
  });
  return node(x);
}
