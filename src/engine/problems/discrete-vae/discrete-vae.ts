/** Problem `discrete-vae`: the parts of this folder as one definition. */
import { onSplits } from '../../../shared/baseline-name.ts';
import { splits } from '../../../shared/split.ts';
import { defineProblem } from '../../core/problem.ts';
import { imagePaths } from '../../images/config.ts';
import type { ImageData } from '../../images/image-data.ts';
import { previewImages } from '../../images/image-panel.ts';
import { independentLogLikelihood } from '../../images/independent-pixels.ts';
import { describeImages, imageFacts, loadImages } from '../../images/load-images.ts';
import { discreteVaeConfigSchema, type DiscreteVaeConfig } from './config.ts';
import { discreteVaeMemory } from './networks.ts';
import { discreteVaeCharts, discreteVaeMetrics } from './metrics.ts';
import { discreteVaePresets } from './presets.ts';
import { discreteVaeExports } from './vae-exports.ts';
import { createVaeInstance } from './vae-model.ts';
import { discreteVaePictures } from './vae-pictures.ts';
import { discreteVaeQuestions } from './vae-questions.ts';

export const discreteVae = defineProblem<DiscreteVaeConfig, ImageData>({
  id: 'discrete-vae',
  label: 'Discrete VAE',
  summary:
    'A variational autoencoder whose code is bits or categories, in one stochastic layer or two, on images: every estimator of discrete choices at work.',
  direction: 'maximize',
  stackable: true,
  choice: ({ latent, layers }) => ({ kind: latent, ...(layers === 2 && { stages: true }) }),
  config: discreteVaeConfigSchema,
  metrics: discreteVaeMetrics,
  charts: discreteVaeCharts,
  baselines: [
    {
      name: 'independent',
      label: 'Independent pixels',
      help: 'Mean log-likelihood of the images of the split with every pixel an independent bit, at its mean over the training images: what a model with an empty code reaches.',
    },
    {
      name: 'entropy',
      label: 'Entropy of the images',
      help: 'Minus the entropy of images whose law is known, ln of the number of patterns of bars and stripes: no model is above it.',
      everySplit: true,
    },
  ],
  presets: discreteVaePresets,
  references: [
    {
      authors: 'Kingma, Welling',
      title: 'Auto-Encoding Variational Bayes',
      venue: 'ICLR 2014',
      url: 'https://arxiv.org/abs/1312.6114',
    },
    {
      authors: 'Mnih, Gregor',
      title: 'Neural Variational Inference and Learning in Belief Networks',
      venue: 'ICML 2014',
      url: 'https://arxiv.org/abs/1402.0030',
    },
    {
      authors: 'Jang, Gu, Poole',
      title: 'Categorical Reparameterization with Gumbel-Softmax',
      venue: 'ICLR 2017, section 4',
      url: 'https://arxiv.org/abs/1611.01144',
    },
    {
      authors: 'Tucker, Mnih, Maddison, Lawson, Sohl-Dickstein',
      title: 'REBAR: Low-variance, unbiased gradient estimates for discrete latent variable models',
      venue: 'NIPS 2017, section 5.2',
      url: 'https://arxiv.org/abs/1703.07370',
    },
    {
      authors: 'Burda, Grosse, Salakhutdinov',
      title: 'Importance Weighted Autoencoders',
      venue: 'ICLR 2016',
      url: 'https://arxiv.org/abs/1509.00519',
    },
  ],
  help: {
    formula: String.raw`\max_{\theta, \phi}\; \mathbb{E}_{z \sim q_\phi(z \mid x)}\left[\log p_\theta(x \mid z)\right] - \beta\, \mathrm{KL}\left(q_\phi(z \mid x) \,\|\, p_\theta(z)\right),\qquad \log p(x \mid z) = \sum_{p} x_p\, l_p(z) - \ln\left(1 + e^{l_p(z)}\right)`,
    intuition: String.raw`An encoder says how likely each value of each latent is for an image, a decoder draws the image from a code. The code is a discrete choice, so the encoder learns only through an estimator of the gradient: this is the model that most of them were made for. At $\beta = 1$ the value is a bound on $\log p(x)$ in nats per image, summed over all pixels and latents.`,
    fails: String.raw`If the training ELBO is above the hard one, the relaxed code carries more than a hard one can: watch the gap, and lower the temperature. If KL goes to 0, the code is empty and the ELBO that of independent pixels: warm $\beta$ up, or lower it. Few active units and a low perplexity say that values have died. Figures with different binarisations of the same images cannot be compared.`,
  },
  valueMetric: 'trainingElbo',
  hardTrainMetric: 'hardTrainElbo',
  selectionMetric: 'hardValidationElbo',
  pictures: discreteVaePictures,
  questions: discreteVaeQuestions,
  exports: discreteVaeExports,
  inputPaths: imagePaths,
  memory: discreteVaeMemory,
  memoryKeys: ['latents', 'classes', 'hiddenUnits', 'batch'],
  load: (config, host) => loadImages(config.data, host),
  describe: describeImages,
  facts: imageFacts,
  preview: previewImages,
  computeBaselines: (_config, data) =>
    Promise.resolve({
      ...onSplits(splits, (split) => ({ independent: independentLogLikelihood(data, split) })),
      ...(data.entropy !== null && { entropy: -data.entropy }),
    }),
  create: createVaeInstance,
});
