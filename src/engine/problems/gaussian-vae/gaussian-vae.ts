/** Problem `gaussian-vae`: the parts of this folder as one definition. */
import { onSplits } from '../../../shared/baseline-name.ts';
import { splits } from '../../../shared/split.ts';
import { defineProblem } from '../../core/problem.ts';
import { imagePaths } from '../../images/config.ts';
import type { ImageData } from '../../images/image-data.ts';
import { previewImages } from '../../images/image-panel.ts';
import { independentLogLikelihood } from '../../images/independent-pixels.ts';
import { describeImages, imageFacts, loadImages } from '../../images/load-images.ts';
import { gaussianVaeConfigSchema, type GaussianVaeConfig } from './config.ts';
import { drawLatentSpace, latentQuestions } from './latent-view.ts';
import { meanLogLikelihood, probabilisticPca } from './linear-model.ts';
import { gaussianVaeMemory } from './networks.ts';
import { gaussianVaeCharts, gaussianVaeMetrics } from './metrics.ts';
import { gaussianVaePresets } from './presets.ts';
import { createVaeInstance } from './vae-model.ts';

export const gaussianVae = defineProblem<GaussianVaeConfig, ImageData>({
  id: 'gaussian-vae',
  label: 'Gaussian VAE',
  summary:
    'A variational autoencoder whose code is a few real numbers, on images: what the pathwise gradient was made for, with a space of codes to look at.',
  direction: 'maximize',
  stackable: true,
  choice: () => ({ kind: 'continuous' }),
  config: gaussianVaeConfigSchema,
  metrics: gaussianVaeMetrics,
  charts: gaussianVaeCharts,
  baselines: [
    {
      name: 'independent',
      label: 'Independent pixels',
      help: 'Mean log-likelihood of the images of the split with every pixel an independent bit, at its mean over the training images: what a Bernoulli decoder with an empty code reaches.',
    },
    {
      name: 'pca',
      label: 'Probabilistic PCA',
      help: 'Mean log-likelihood of the images of the split under the linear model x = W z + b + s e with as many latents, fitted to the training images in closed form: what a Gaussian decoder without hidden layers can reach. For images of at most 256 pixels, which are not drawn again at every use.',
    },
  ],
  presets: gaussianVaePresets,
  references: [
    {
      authors: 'Kingma, Welling',
      title: 'Auto-Encoding Variational Bayes',
      venue: 'ICLR 2014, section 3',
      url: 'https://arxiv.org/abs/1312.6114',
    },
    {
      authors: 'Rezende, Mohamed, Wierstra',
      title: 'Stochastic Backpropagation and Approximate Inference in Deep Generative Models',
      venue: 'ICML 2014',
      url: 'https://arxiv.org/abs/1401.4082',
    },
    {
      authors: 'Tipping, Bishop',
      title: 'Probabilistic Principal Component Analysis',
      venue: 'Journal of the Royal Statistical Society B 61, 1999, section 3.2',
      url: 'https://doi.org/10.1111/1467-9868.00196',
    },
    {
      authors: 'Lucas, Tucker, Grosse, Norouzi',
      title: "Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse",
      venue: 'NeurIPS 2019, section 4',
      url: 'https://arxiv.org/abs/1911.02469',
    },
    {
      authors: 'Burda, Grosse, Salakhutdinov',
      title: 'Importance Weighted Autoencoders',
      venue: 'ICLR 2016',
      url: 'https://arxiv.org/abs/1509.00519',
    },
  ],
  help: {
    formula: String.raw`\max_{\theta, \phi}\; \mathbb{E}_{z \sim q_\phi(z \mid x)}\left[\log p_\theta(x \mid z)\right] - \beta\, \mathrm{KL}\left(q_\phi(z \mid x) \,\|\, \mathcal{N}(0, I)\right),\qquad q_\phi(z \mid x) = \mathcal{N}\left(\mu_\phi(x),\, L_\phi(x) L_\phi(x)^\top\right)`,
    intuition: String.raw`An encoder turns an image into a Gaussian over codes, a decoder draws the image from a code. The reconstruction term pulls the codes of different images apart, the KL term holds all of them together near $\mathcal{N}(0, I)$: together they make a space without gaps, in which every point can be decoded. The code moves smoothly with the encoder, so the pathwise gradient runs through it, and a score function is shown beside it.`,
    fails: String.raw`Without reconstruction ($a = 0$) every code has the law of the prior, and says nothing: KL and active units go to 0. Without the regulariser ($\beta = 0$) codes drift apart and lose their noise: KL grows without end, the ELBO falls far below that of independent pixels, and points between the codes decode to nothing known. A strong decoder can leave numbers of the code unused: watch the active units, and warm $\beta$ up. A learned deviation of the pixels goes to 0 where images can be drawn exactly, and the ELBO of such densities has no bound. ELBOs of Bernoulli and Gaussian decoders, and of other binarisations, cannot be compared.`,
  },
  valueMetric: 'trainingElbo',
  hardTrainMetric: 'hardTrainElbo',
  selectionMetric: 'hardValidationElbo',
  pictures: [
    {
      name: 'latent-space',
      label: 'Latent space',
      help: 'Codes of validation images by label, what the decoder makes of a grid of codes, images beside their reconstructions, and samples of the prior.',
      async draw(trained) {
        const { parameters } = await trained.instance();
        return drawLatentSpace(trained.config, parameters, await trained.data());
      },
    },
  ],
  questions: latentQuestions,
  inputPaths: imagePaths,
  memory: gaussianVaeMemory,
  memoryKeys: ['latents', 'hiddenUnits', 'batch'],
  load: (config, host) => loadImages(config.data, host),
  describe: describeImages,
  facts: imageFacts,
  preview: previewImages,
  computeBaselines: ({ likelihood, latents }, data) =>
    Promise.resolve(
      likelihood.kind === 'bernoulli'
        ? onSplits(splits, (split) => ({ independent: independentLogLikelihood(data, split) }))
        : linearBaseline(data, latents),
    ),
  create: createVaeInstance,
});

function linearBaseline(data: ImageData, latents: number): Readonly<Record<string, number>> {
  const model = data.binarize === 'stochastic' ? undefined : probabilisticPca(data.train, latents);
  if (model === undefined) return {};
  return onSplits(splits, (split) => ({ pca: meanLogLikelihood(model, data[split], data[split].count) }));
}
