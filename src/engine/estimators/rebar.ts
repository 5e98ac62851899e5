import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StagedChoice } from '../core/choice.ts';
import { defineEstimator, type EstimatorInput } from '../core/estimator.ts';
import { controlSettings, initControlScale } from './parts/control-scale.ts';
import { drawNoise, relaxedControlEstimate } from './parts/relaxed-control.ts';
import { stagedControlEstimate } from './parts/staged-control.ts';

const settings = z.strictObject({
  coupled: z
    .boolean()
    .default(true)
    .describe(
      'Give the conditional relaxed sample the noise that makes it equal the first one: saves an evaluation of f',
    ),
  ...controlSettings,
});
type Settings = z.infer<typeof settings>;

/**
 * REBAR: score function with f at the relaxed sample as control variate, whose mean comes back through reparameterisation.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          (f(b) - eta f(y~)) grad_theta log p(b) + eta grad_theta f(y) - eta grad_theta f(y~),
 *                y = softmax(z / temperature), z = log p + G, b = one_hot(argmax z); y~ likewise from z~ ~ p(z | b), whose own
 *                dependence on theta is differentiated; bits: sigmoid, z = theta + L, b = 1[z > 0]. eta and the temperature
 *                (as a factor on the schedule's) follow the gradient of the squared norm of the estimate; stages: the same at
 *                each, its f relaxed from that stage on (parts/staged-control.ts)
 * Requires:      f relaxable, twice differentiable for the temperature to be learned; f's own parameters get grad f(b)
 * Shapes:        theta [B, D, K] or [B, D], z alike, f [B] -> B times the surrogate's gradient: one sample of the estimate per row
 * Bias:          unbiased: z~ given b is distributed as z given b, for every eta and temperature
 * Variance:      low where the relaxation resembles f; larger than REINFORCE's where it does not, until eta and the temperature
 *                have been learned
 * Cost:          two evaluations of f coupled, three otherwise (1 + S, 1 + 2 S in stages), gradients of second order, K (2 K)
 *                Gumbel numbers per choice; two learned numbers
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Tucker 2017, section 3, stages: its part "Multilayer stochastic networks"; categorical z~: Grathwohl 2018,
 *                appendix B. Differs from source: one eta for all choices, no input-dependent baseline, the relaxation is
 *                sigmoid(z / temperature) without the shift of section 3.3 towards MuProp; circulating code centres the relaxed
 *                sample at sigmoid(theta), or uses sigmoid(z / temperature + theta): here b and z agree
 */
export const rebar = defineEstimator({
  id: 'rebar',
  bias: 'unbiased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: true,
  stackable: ['categorical', 'bernoulli'],
  readsTemperature: () => true,
  settings,
  init: ({ settings: { eta, rate } }) => ({ parameters: initControlScale(eta, rate), buffers: {} }),
  estimate(input) {
    const { objective, settings: chosen } = input;
    return relaxedControlEstimate(input, drawNoise(input, chosen.coupled), (y, eta) =>
      tf.mul(eta, objective.evaluate(y)),
    );
  },
  estimateStages: (input: EstimatorInput<Settings, StagedChoice>) => stagedControlEstimate(input),

  label: 'REBAR',
  family: 'control-variate',
  summary: 'Score function with the relaxed f as control variate, tuned while it trains.',
  references: [
    {
      authors: 'Tucker, Mnih, Maddison, Lawson, Sohl-Dickstein',
      title: 'REBAR: Low-variance, unbiased gradient estimates for discrete latent variable models',
      venue: 'NIPS 2017',
      url: 'https://arxiv.org/abs/1703.07370',
    },
    {
      authors: 'Grathwohl, Choi, Wu, Roeder, Duvenaud',
      title:
        'Backpropagation through the Void: Optimizing control variates for black-box gradient estimation',
      venue: 'ICLR 2018',
      url: 'https://arxiv.org/abs/1711.00123',
    },
  ],
  help: {
    formula: String.raw`\left(f(b) - \eta f(\tilde y)\right)\nabla_\theta \log p(b;\theta) + \eta \nabla_\theta f(y) - \eta \nabla_\theta f(\tilde y),\qquad y = \operatorname{softmax}(z/\tau),\ \tilde z \sim p(z \mid b)`,
    intuition: String.raw`Subtract from $f$ what its relaxation says at a relaxed sample with the same hard choice, and add the mean of that back through reparameterisation. What is left over is small where the relaxation resembles $f$, and the sum stays unbiased for every $\eta$ and $\tau$, which are therefore free to be learned.`,
    fails: String.raw`Where the relaxation has the wrong slope, the variance at $\eta = 1$ is larger than that of REINFORCE until $\eta$ has been learned. The charts of eta and of the relaxation's temperature show it: eta near 0 means that the control variate is of no use. It needs $f$ between the choices, and second derivatives of it.`,
  },
  examples: [{}, { coupled: false, eta: 0.5 }, { learn: false }],
});
