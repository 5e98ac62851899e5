/** Problem `vq-vae`: the parts of this folder as one definition. */
import { onSplits } from '../../../shared/baseline-name.ts';
import { splits } from '../../../shared/split.ts';
import { defineProblem } from '../../core/problem.ts';
import { imagePaths } from '../../images/config.ts';
import type { ImageData } from '../../images/image-data.ts';
import { previewImages } from '../../images/image-panel.ts';
import { independentLogLikelihood } from '../../images/independent-pixels.ts';
import { describeImages, imageFacts, loadImages } from '../../images/load-images.ts';
import { vqVaeConfigSchema, type VqVaeConfig } from './config.ts';
import { vqVaeExports } from './exports.ts';
import { vqVaeMemory } from './networks.ts';
import { vqVaeCharts, vqVaeMetrics } from './metrics.ts';
import { vqVaePictures } from './pictures.ts';
import { vqVaePresets } from './presets.ts';
import { vqVaeQuestions } from './questions.ts';
import { createVqVaeInstance } from './vq-model.ts';

export const vqVae = defineProblem<VqVaeConfig, ImageData>({
  id: 'vq-vae',
  label: 'VQ-VAE',
  summary:
    'Images as maps of codes from a learned codebook: the nearest code with the copied gradient, or a code drawn at random, through which every estimator can send its gradient.',
  direction: 'maximize',
  stackable: true,
  choice: ({ quantiser }) => ({ kind: quantiser.kind === 'nearest' ? 'none' : 'categorical' }),
  config: vqVaeConfigSchema,
  metrics: vqVaeMetrics,
  charts: vqVaeCharts,
  baselines: [
    {
      name: 'independent',
      label: 'Independent pixels',
      help: 'Mean log-likelihood of the images of the split with every pixel an independent bit, at its mean over the training images: what a model with one code reaches. Left out with a Gaussian likelihood.',
    },
    {
      name: 'entropy',
      label: 'Entropy of the images',
      help: 'Minus the entropy of images whose law is known, ln of the number of patterns of bars and stripes: no model of bits is above it.',
      everySplit: true,
    },
  ],
  presets: vqVaePresets,
  references: [
    {
      authors: 'van den Oord, Vinyals, Kavukcuoglu',
      title: 'Neural Discrete Representation Learning',
      venue: 'NeurIPS 2017',
      url: 'https://arxiv.org/abs/1711.00937',
    },
    {
      authors: 'Takida, Shibuya, Liao, Lai, Ohmura, Uesaka, Murata, Takahashi, Kumakura, Mitsufuji',
      title:
        'SQ-VAE: Variational Bayes on Discrete Representation with Self-annealed Stochastic Quantization',
      venue: 'ICML 2022, section 3',
      url: 'https://arxiv.org/abs/2205.07547',
    },
    {
      authors: 'Germain, Gregor, Murray, Larochelle',
      title: 'MADE: Masked Autoencoder for Distribution Estimation',
      venue: 'ICML 2015 (the prior of the codes)',
      url: 'https://arxiv.org/abs/1502.03509',
    },
  ],
  help: {
    formula: String.raw`\max\; \log p(x \mid e_{k_1} \dots e_{k_M}) - \beta \sum_m \left\|z_m - \mathrm{sg}\, e_{k_m}\right\|^2,\quad k_m = \arg\min_k \left\|z_m - e_k\right\|^2 \qquad\text{or}\qquad k_m \sim \mathrm{softmax}_k\left(-s \left\|z_m - e_k\right\|^2\right)`,
    intuition: String.raw`An encoder turns an image into $M$ vectors, and each is replaced by the nearest code from a codebook that all share, through which VQ-VAE copies the gradient of what the decoder reads to the encoder. Drawn instead, with a probability that falls with the distance, the code is a categorical choice, and every estimator of such choices can stand beside the copied gradient; figures have the nearest code in both cases. A small prior of the codes makes the ELBO complete: what an image costs is its codes plus what they leave unsaid.`,
    fails: String.raw`Codes that are never near stay where they are and are dead: watch used codes and perplexity over a whole split, start from data, restart. Vectors that run away from their codes show in the norms: raise the commitment. A likelihood of the reconstruction alone always gains from more codes; the ELBO says whether they are worth their rate. A stochastic quantiser with a large KL weight stays blurred, and its nearest code is not what was trained: watch the gap; with none it becomes sharp at once, and the estimator has nothing left to explore.`,
  },
  valueMetric: 'trainingObjective',
  hardTrainMetric: 'hardTrainObjective',
  selectionMetric: 'hardValidationElbo',
  pictures: vqVaePictures,
  questions: vqVaeQuestions,
  exports: vqVaeExports,
  inputPaths: imagePaths,
  memory: vqVaeMemory,
  memoryKeys: ['codes', 'positions', 'batch', 'hiddenUnits', 'codeSize', 'prior'],
  load: ({ data }, host) => loadImages(data, host),
  describe: describeImages,
  facts: imageFacts,
  preview: previewImages,
  computeBaselines({ likelihood }, data) {
    if (likelihood === 'gaussian') return Promise.resolve({});
    return Promise.resolve({
      ...onSplits(splits, (split) => ({ independent: independentLogLikelihood(data, split) })),
      ...(data.entropy !== null && { entropy: -data.entropy }),
    });
  },
  create: createVqVaeInstance,
});
