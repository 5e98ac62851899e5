/** Problem `binarized-net`: the parts of this folder as one definition. */
import { classifierBaselineDescriptors, classifierBaselines } from '../../images/classifiers.ts';
import { imagePaths, needLabels } from '../../images/config.ts';
import { previewImages } from '../../images/image-panel.ts';
import { describeImages, imageFacts, loadImages } from '../../images/load-images.ts';
import type { ImageData } from '../../images/image-data.ts';
import { defineProblem } from '../../core/problem.ts';
import { createBinarizedInstance } from './binarized-model.ts';
import { binarizedNetConfigSchema, binarizedNetMemory, type BinarizedNetConfig } from './config.ts';
import { binarizedNetCharts, binarizedNetMetrics } from './metrics.ts';
import { packedFile, packNetwork } from './packed.ts';
import { binarizedNetPictures, keptNetwork } from './pictures.ts';
import { binarizedNetPresets } from './presets.ts';

export const binarizedNet = defineProblem<BinarizedNetConfig, ImageData>({
  id: 'binarized-net',
  label: 'Binarised network',
  summary:
    'A classifier of images whose weights and hidden units are signs, trained through slopes that the sign does not have.',
  direction: 'maximize',
  stackable: true,
  choice: ({ stochastic, hiddenLayers }) => {
    if (stochastic === 'none') return { kind: 'none' };
    if (stochastic === 'activations' && hiddenLayers > 1) return { kind: 'bernoulli', stages: true };
    return { kind: 'bernoulli' };
  },
  config: binarizedNetConfigSchema,
  metrics: binarizedNetMetrics,
  charts: binarizedNetCharts,
  baselines: classifierBaselineDescriptors,
  presets: binarizedNetPresets,
  references: [
    {
      authors: 'Hubara, Courbariaux, Soudry, El-Yaniv, Bengio',
      title: 'Binarized Neural Networks',
      venue: 'NIPS 2016',
      url: 'https://arxiv.org/abs/1602.02830',
    },
    {
      authors: 'Rastegari, Ordonez, Redmon, Farhadi',
      title: 'XNOR-Net: ImageNet Classification Using Binary Convolutional Neural Networks',
      venue: 'ECCV 2016',
      url: 'https://arxiv.org/abs/1603.05279',
    },
    {
      authors: 'Liu, Wu, Luo, Yang, Liu, Cheng',
      title: 'Bi-Real Net: Enhancing the Performance of 1-bit CNNs',
      venue: 'ECCV 2018, equation 5',
      url: 'https://arxiv.org/abs/1808.00278',
    },
    {
      authors: 'Bengio, Léonard, Courville',
      title: 'Estimating or Propagating Gradients Through Stochastic Neurons for Conditional Computation',
      venue: 'arXiv 2013',
      url: 'https://arxiv.org/abs/1308.3432',
    },
  ],
  help: {
    formula: String.raw`h_l = \operatorname{sign}\!\big(\gamma_l\, \tfrac{\operatorname{sign}(W_l)^\top h_{l-1} - \mu_l}{\sigma_l} + \beta_l\big),\qquad \tfrac{\partial \operatorname{sign}(y)}{\partial y} := 1[|y| \le 1]`,
    intuition: String.raw`Training keeps latent weights $W$ in $[-1, 1]$ and uses their signs, so that small steps add up until a sign flips. The slope of a sign is 0, and another stands for it. The exported network has one bit per weight and one integer threshold per unit: sums of signs are counts of equal bits.`,
    fails: String.raw`Accuracy belongs to the signs and thresholds, not to the latent weights: the hard figures here are those of the exported file, prediction by prediction. Without batch normalisation published results are not reached, though small digits lose little by it. With the identity as slope, units far from 0 get gradients that cannot change their sign. Signs that keep flipping at the end ask for a smaller learning rate. Thresholds, scales and the header keep small networks far from 32 times smaller. Training is no faster than with numbers.`,
  },
  valueMetric: 'trainLogLikelihood',
  hardTrainMetric: 'hardTrainLogLikelihood',
  selectionMetric: 'hardValidationAccuracy',
  pictures: binarizedNetPictures,
  exports: [
    {
      name: 'packed',
      label: 'Packed bits',
      help: 'Weights as bits in 32-bit words, thresholds as integers, scores of the classes in float32 (safetensors): a network of XNOR and popcount with the predictions of the evaluation. For networks whose weights and units are signs.',
      extension: 'safetensors',
      write: (trained, host) =>
        Promise.resolve(packedFile(packNetwork(keptNetwork(trained)), (bytes) => host.sha256(bytes))),
    },
  ],
  inputPaths: imagePaths,
  memory: binarizedNetMemory,
  memoryKeys: ['hiddenUnits', 'hiddenLayers', 'batch'],
  async load(config, host) {
    const data = await loadImages(config.data, host);
    needLabels(data);
    return data;
  },
  describe: describeImages,
  facts: imageFacts,
  preview: previewImages,
  computeBaselines: (_config, data) => Promise.resolve(classifierBaselines(data)),
  create: createBinarizedInstance,
});
