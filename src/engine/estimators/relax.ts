import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { fold } from '../random/key.ts';
import { controlSettings, initControlScale } from './parts/control-scale.ts';
import { initNetwork, network } from './parts/network.ts';
import { drawNoise, relaxedControlEstimate } from './parts/relaxed-control.ts';

const settings = z.strictObject({
  coupled: z
    .boolean()
    .default(false)
    .describe('Give the conditional relaxed sample the noise that makes it equal the first one'),
  hidden: z.int().min(1).max(256).default(10).describe("Hidden units of the control variate's free network"),
  ...controlSettings,
});

/**
 * RELAX: REBAR whose control variate is learned, a small network beside the relaxed f, or alone where f has no relaxation.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          (f(b) - c(z~)) grad_theta log p(b) + grad_theta c(z) - grad_theta c(z~), c(z) = eta f(y) + r(y), with b, z, z~
 *                and y as for REBAR; r: one hidden layer of tanh, at first 0. eta, the temperature and the weights of r follow
 *                the gradient of the squared norm of the estimate
 * Requires:      nothing of f; where it is relaxable, eta f(y) takes part. f's own parameters get grad f(b)
 * Shapes:        theta [B, D, K] or [B, D], z alike, f [B] -> B times the surrogate's gradient: one sample of the estimate per row
 * Bias:          unbiased: z~ given b is distributed as z given b, for every c
 * Variance:      that of REBAR at first; falls as r is learned, slowly where theta moves faster than r
 * Cost:          one evaluation of f, and one more (two if not coupled) where it is relaxable; gradients of second order through
 *                f and r; D K times `hidden` learned weights
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Grathwohl 2018, sections 3 and 4, appendix B. Differs from source: r sees the relaxed sample in place of z,
 *                which is unbounded; eta and the temperature learn faster than the model (`rate`), r does not. The authors'
 *                toy code lacks the factor theta (1 - theta) in what it calls the exact gradient; the exact gradient here is
 *                enumerated
 */
export const relax = defineEstimator({
  id: 'relax',
  bias: 'unbiased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: false,
  stackable: ['categorical', 'bernoulli'],
  readsTemperature: () => true,
  settings,
  init: ({ kind, latents, classes, settings: { eta, rate, hidden }, key }) => ({
    parameters: {
      ...initControlScale(eta, rate),
      ...initNetwork(fold(key, 'network'), kind === 'categorical' ? latents * classes : latents, hidden),
    },
    buffers: {},
  }),
  estimate(input) {
    const { objective, state, settings: chosen } = input;
    const control = (y: tf.Tensor, eta: tf.Tensor) => {
      const free = network(state, y);
      return objective.relaxable ? tf.add(tf.mul(eta, objective.evaluate(y)), free) : free;
    };
    return relaxedControlEstimate(
      input,
      drawNoise(input, chosen.coupled),
      control,
      objective.relaxable ? 1 : 0,
    );
  },

  label: 'RELAX',
  family: 'control-variate',
  summary: 'REBAR with a learned control variate, also for f without a relaxation.',
  references: [
    {
      authors: 'Grathwohl, Choi, Wu, Roeder, Duvenaud',
      title:
        'Backpropagation through the Void: Optimizing control variates for black-box gradient estimation',
      venue: 'ICLR 2018',
      url: 'https://arxiv.org/abs/1711.00123',
    },
  ],
  help: {
    formula: String.raw`\left(f(b) - c(\tilde z)\right)\nabla_\theta \log p(b;\theta) + \nabla_\theta c(z) - \nabla_\theta c(\tilde z),\qquad c(z) = \eta f(y) + r(y)`,
    intuition: String.raw`REBAR's identity holds for any function $c$ of the relaxed sample, so part of it can be a small network $r$ that is trained to make the estimate vary less. Where $f$ cannot be relaxed at all, the network alone is the control variate, and $f$ is evaluated once.`,
    fails: String.raw`The network has to follow the parameters: early in training, or with a large learning rate, it lags behind and helps little. It learns from the squared estimate, which is itself noisy, so small minibatches train it slowly. As with REBAR, a relaxation that does not resemble $f$ costs variance until $\eta$ has been learned.`,
  },
  examples: [{}, { coupled: true, hidden: 3 }],
});
