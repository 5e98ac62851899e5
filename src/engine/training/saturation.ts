/** How many of a minibatch's choices are as good as certain: what a gradient through their probabilities cannot move any more. */
import * as tf from '@tensorflow/tfjs-core';
import type { AnyChoice } from '../core/choice.ts';
import { CERTAIN } from './health-rules.ts';

/** ln(p / (1 - p)) at p = CERTAIN. */
const CERTAIN_LOGIT = Math.log(CERTAIN / (1 - CERTAIN));

/**
 * Share of the choices whose largest probability is above `CERTAIN`, kept beyond the tape. Of a choice in stages, whose logits cost
 * an evaluation of their own, and of one without logits: undefined.
 */
export function saturation(choice: AnyChoice): tf.Scalar | undefined {
  if (choice.kind !== 'categorical' && choice.kind !== 'bernoulli') return undefined;
  return tf.tidy(() => {
    const certain =
      choice.kind === 'bernoulli'
        ? tf.greater(tf.abs(choice.logits), CERTAIN_LOGIT)
        : tf.greater(tf.max(tf.softmax(choice.logits), -1), CERTAIN);
    return tf.keep(tf.mean<tf.Scalar>(tf.cast(certain, 'float32')));
  });
}
