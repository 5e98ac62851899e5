import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { fold } from '../random/key.ts';
import { throughPoints } from './parts/estimate-at.ts';
import { relaxedPoint } from './parts/gumbel-relaxation.ts';

/**
 * Gumbel-Softmax (Concrete): replaces the sample by a relaxed one that is a smooth function of the logits and fixed noise.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          grad_theta f(softmax((theta + G) / temperature)), G standard Gumbel;
 *                bits: f(sigmoid((theta + L) / temperature)), L standard logistic (Binary Concrete); stages: each relaxed sample
 *                made of those before it
 * Requires:      f relaxable; f's own parameters get their gradient at the relaxed sample
 * Shapes:        theta [B, D, K] or [B, D], z alike, f [B] -> B times the surrogate's gradient: one sample of the estimate per row
 * Bias:          biased: it is the exact pathwise gradient of the relaxed objective; vanishes as the temperature goes to 0
 * Variance:      grows without bound as the temperature goes to 0
 * Cost:          one evaluation of f and of grad f per row, K Gumbel numbers per choice; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Jang 2017, section 2, equation 2; Maddison 2017, section 3. Differs from source: none
 */
export const gumbelSoftmax = defineEstimator({
  id: 'gumbel-softmax',
  bias: 'biased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: true,
  stackable: ['categorical', 'bernoulli'],
  readsTemperature: () => true,
  pathwise: true,
  settings: z.strictObject({}),
  ...throughPoints((choice, { key, temperature }) =>
    relaxedPoint(choice, fold(key, 'gumbel'), temperature, 'soft'),
  ),

  label: 'Gumbel-Softmax',
  family: 'relaxation',
  summary: 'Differentiates through a relaxed sample, a tempered softmax of the logits plus Gumbel noise.',
  references: [
    {
      authors: 'Jang, Gu, Poole',
      title: 'Categorical Reparameterization with Gumbel-Softmax',
      venue: 'ICLR 2017',
      url: 'https://arxiv.org/abs/1611.01144',
    },
    {
      authors: 'Maddison, Mnih, Teh',
      title: 'The Concrete Distribution: A Continuous Relaxation of Discrete Random Variables',
      venue: 'ICLR 2017',
      url: 'https://arxiv.org/abs/1611.00712',
    },
  ],
  help: {
    formula: String.raw`\nabla_\theta\, f\!\left(\operatorname{softmax}\!\left(\tfrac{\theta + G}{\tau}\right)\right),\qquad G_k \sim \mathrm{Gumbel}(0, 1)`,
    intuition: String.raw`The largest of $\theta_k + G_k$ is an exact sample of the choice; a softmax with temperature $\tau$ in place of the maximum makes it a smooth function of $\theta$. The noise does not depend on $\theta$, so the gradient passes straight through. As $\tau \to 0$ relaxed samples become hard ones and the bias goes to 0.`,
    fails: String.raw`At a high $\tau$ the samples are mixtures, with the faults of the softmax relaxation: watch the gap. At a low $\tau$ the variance grows without bound and most gradients are nearly 0. $f$ has to make sense between the values, where no hard choice ever is.`,
  },
  examples: [{}],
});
