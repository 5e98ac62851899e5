import type * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { replaceForward } from '../core/gradient-flow.ts';
import { fold } from '../random/key.ts';
import { hardSample, mode, probabilities } from './parts/choice-maths.ts';
import { throughPoints, type PointInput } from './parts/estimate-at.ts';
import { forwardPoint, withoutForbidden } from './parts/hard-forward.ts';

const settings = z.strictObject({
  forward: z
    .enum(['sample', 'argmax'])
    .default('sample')
    .describe('The hard choice at which f is evaluated: drawn from p(z; theta), or the most probable one'),
  backward: z
    .enum(['softmax', 'identity'])
    .default('softmax')
    .describe(
      'What the gradient passes through in place of the hard choice: softmax or sigmoid of the logits, or nothing at all',
    ),
});
type Settings = z.infer<typeof settings>;

/**
 * Straight-through: evaluates f at a hard choice, and sends the gradient on as if the choice were its probabilities.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          (d q / d theta)^T grad f(z), q = softmax(theta / temperature) (bits: sigmoid), z ~ p(z; theta) or its mode;
 *                backward `identity`: grad f(z) itself; stages: the slope at z_s is also that of the later logits
 * Requires:      f with a gradient at the vertices; f's own parameters get their gradient at the hard choice
 * Shapes:        theta [B, D, K] or [B, D], z alike, f [B] -> B times the surrogate's gradient: one sample of the estimate per row
 * Bias:          biased: replaces differences of f by its slope at z; exact for forward `sample`, temperature 1 and f linear
 *                in every z_d; `temperature` sets the slope of q, not the forward choice; backward `identity` also has another
 *                length, and a direction that adds to all logits of a choice
 * Variance:      that of grad f(z) over the hard samples: low, without a noisy backward pass; zero with forward `argmax`
 * Cost:          one evaluation of f and of grad f per row, one uniform number per choice; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Bengio 2013, the straight-through estimator. Differs from source: by default through the softmax or sigmoid,
 *                with a temperature (the paper found `identity` better for one layer of bits)
 */
export const straightThrough = defineEstimator({
  id: 'straight-through',
  bias: 'biased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: true,
  stackable: ['categorical', 'bernoulli'],
  readsTemperature: ({ backward }) => backward === 'softmax',
  noise: ({ forward }) => (forward === 'argmax' ? 'none' : 'drawn'),
  settings,
  ...throughPoints((choice, { key, temperature, settings: { forward, backward } }: PointInput<Settings>) => {
    const draw = (p?: tf.Tensor) =>
      forward === 'argmax' ? mode(choice) : hardSample(choice, fold(key, 'sample'), p);
    if (backward === 'identity') {
      return forwardPoint(choice, draw(), [choice.logits], (slope, [logits]) =>
        withoutForbidden(slope, logits!),
      );
    }
    const soft = probabilities(choice, temperature);
    const hard = draw(temperature === 1 ? soft : undefined);
    return replaceForward(soft, hard);
  }),

  label: 'Straight-through',
  family: 'straight-through',
  summary: 'Hard choice forward, gradient of the softmax backward.',
  references: [
    {
      authors: 'Bengio, Leonard, Courville',
      title: 'Estimating or Propagating Gradients Through Stochastic Neurons for Conditional Computation',
      venue: 'arXiv 2013',
      url: 'https://arxiv.org/abs/1308.3432',
    },
  ],
  help: {
    formula: String.raw`\left(\frac{\partial q}{\partial \theta}\right)^{\!\top} \nabla f(z),\qquad q = \operatorname{softmax}(\theta / \tau),\quad z \sim p(z;\theta)`,
    intuition:
      'Forward, $f$ sees a hard choice, drawn or the most probable one; backward, the choice is taken to be its probabilities $q$. This is what ignoring that a step has slope 0 gives. The probabilities carry no noise, so the variance is low.',
    fails: String.raw`The bias never vanishes: the slope of $f$ at $z$ replaces the differences of $f$ between values. It is exact only for $f$ linear, $\tau = 1$ and drawn choices. With the argmax forward, options that are never the best get a gradient only through $q$, and can stay dead.`,
  },
  examples: [{}, { forward: 'argmax' }, { backward: 'identity' }],
});
