/** Free parameters of an unbiased estimate, trained to lower its variance. */
import * as tf from '@tensorflow/tfjs-core';
import { onOwnTape, withGradient } from '../../core/gradient-flow.ts';
import { sumOfRow } from './scores.ts';

export interface LearnedEstimates {
  /** One estimate a row, like z; the caller's. */
  readonly gradient: tf.Tensor;
  /** Mean over the rows of the squared norm. */
  readonly secondMoment: tf.Scalar;
  /** Its gradient for the parameters, and for nothing else. */
  readonly sideLoss: tf.Scalar;
}

/**
 * Differentiates E |g|^2 by the parameters: the mean of g does not depend on them, so this is the gradient of the variance,
 * estimated without bias from the same sample.
 * @param estimates makes g, one a row, like z, from the parameters; it may differentiate through f
 */
export function withSecondMoment(
  parameters: readonly tf.Variable[],
  estimates: () => tf.Tensor,
): LearnedEstimates {
  let kept: tf.Tensor | undefined;
  const { value, grads } = onOwnTape(() =>
    tf.variableGrads(() => {
      const made = estimates();
      kept = tf.keep(made);
      return meanSquaredNorm(made);
    }, [...parameters]),
  );
  const gradient = tf.clone(kept!);
  kept!.dispose();
  // A parameter that this f does not meet has no gradient.
  const terms = parameters.flatMap((parameter) => {
    const slope = grads[parameter.name] as tf.Tensor | null | undefined;
    return slope ? [withGradient(parameter, () => tf.clone(slope))] : [];
  });
  return { gradient, secondMoment: value, sideLoss: tf.addN(terms) };
}

/** Mean over the rows of |x|^2, as one node of the tape. */
function meanSquaredNorm(x: tf.Tensor): tf.Scalar {
  const node = tf.customGrad<tf.Scalar>((...args) => {
    const [rows, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([rows]);
    return {
      value: tf.mean<tf.Scalar>(sumOfRow(tf.square(rows))),
      gradFunc: (dy, saved) => tf.mul(saved[0]!, tf.mul(dy, 2 / rows.shape[0])),
    };
  });
  return node(x);
}
