import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { NoChoice } from '../core/choice.ts';
import { defineEstimator, type EstimatorInput } from '../core/estimator.ts';
import { stopGradient } from '../core/gradient-flow.ts';

type Settings = Record<string, never>;

/**
 * Gradient: the ordinary one, of a problem that makes no stochastic choice and so leaves nothing to estimate.
 * Approximates:  grad f, without error
 * With:          the chain rule, backwards through f
 * Requires:      no choice, so that f has no z; f with a gradient for its own parameters
 * Shapes:        f [B] -> the surrogate is its mean over the rows
 * Bias:          unbiased: it is the gradient itself; float32 rounding remains
 * Variance:      zero for the given minibatch
 * Cost:          one evaluation of f and of grad f per row; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Rumelhart 1986. Differs from source: none
 */
export const gradient = defineEstimator({
  id: 'gradient',
  bias: 'unbiased',
  supports: ['none'],
  needsRelaxable: false,
  stackable: ['none'],
  noise: () => 'none',
  pathwise: true,
  settings: z.strictObject({}),
  estimate({ objective }: EstimatorInput<Settings, NoChoice>) {
    const mean = tf.mean<tf.Scalar>(objective.evaluate());
    return { surrogate: mean, value: stopGradient(mean), evaluations: 1 };
  },

  label: 'Gradient',
  family: 'pathwise',
  summary: 'The ordinary gradient, where there is no choice and nothing to estimate.',
  references: [
    {
      authors: 'Rumelhart, Hinton, Williams',
      title: 'Learning Representations by Back-Propagating Errors',
      venue: 'Nature 323, 1986',
      url: 'https://doi.org/10.1038/323533a0',
    },
  ],
  help: {
    formula: String.raw`\nabla f`,
    intuition:
      'Where nothing is chosen by chance, the value is a smooth function of the parameters, and its gradient comes from the chain rule. All other estimators would give the same if they had no choice to make.',
    fails:
      'It has no error, and nothing to say about choices: a problem that makes one needs another estimator. A minimum of a surrogate loss need not be one of what the hard evaluation measures.',
  },
  examples: [{}],
});
