import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { probabilities } from './parts/choice-maths.ts';
import { throughPoints } from './parts/estimate-at.ts';

/**
 * Softmax: replaces the choice by its tempered probabilities and trains that mixture, with no sampling at all.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          grad_theta f(softmax(theta / temperature)); bits: f(sigmoid(theta / temperature)); stages: mean field, each
 *                mixture made of the mixtures before it
 * Requires:      f relaxable; f's own parameters get their gradient at the mixture, not at a choice
 * Shapes:        theta [B, D, K] or [B, D], z alike, f [B] -> B times the surrogate's gradient: one gradient per row
 * Bias:          biased: E f(z) and f(E z) differ unless f is linear (then exact at temperature 1); does not vanish at any
 *                temperature, and the relaxed value may rise while the value of the choices falls
 * Variance:      zero for the given minibatch; gradients vanish as the temperature falls, unless two logits tie
 * Cost:          one evaluation of f and of grad f per row; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Bridle 1989. Differs from source: used in place of a choice, with a temperature
 */
export const softmax = defineEstimator({
  id: 'softmax',
  bias: 'biased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: true,
  stackable: ['categorical', 'bernoulli'],
  readsTemperature: () => true,
  noise: () => 'none',
  pathwise: true,
  settings: z.strictObject({}),
  ...throughPoints((choice, { temperature }) => probabilities(choice, temperature)),

  label: 'Softmax relaxation',
  family: 'relaxation',
  summary:
    'Trains a soft mixture of all values in place of the choice; deterministic, and blind to the hard choice.',
  references: [
    {
      authors: 'Bridle',
      title:
        'Training Stochastic Model Recognition Algorithms as Networks can Lead to Maximum Mutual Information Estimation of Parameters',
      venue: 'NIPS 1989',
      url: 'https://mlanthology.org/neurips/1989/bridle1989neurips-training/',
    },
  ],
  help: {
    formula: String.raw`\nabla_\theta\, f\!\left(\operatorname{softmax}(\theta / \tau)\right)`,
    intuition: String.raw`The choice is replaced by its probabilities, sharpened by a temperature $\tau$, and $f$ is evaluated at that mixture. Nothing is sampled, so the gradient has no noise and costs one evaluation. Where $f$ is linear and $\tau = 1$, the mixture has the very value of the choice.`,
    fails: String.raw`A mixture can have a value that no choice has: training may exploit it, so that the relaxed value rises while the hard value falls to nothing. A positive gap that grows is the sign. Lowering $\tau$ does not help: gradients vanish instead, except where two logits tie.`,
  },
  examples: [{}],
});
