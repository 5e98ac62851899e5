/** Problem `confident-classifier`: the parts of this folder as one definition. */
import { defineProblem } from '../../core/problem.ts';
import { majorityBaselines, majorityDescriptor } from '../../images/classifiers.ts';
import { previewImages } from '../../images/image-panel.ts';
import { createConfidentInstance } from './classifier-model.ts';
import { confidentConfigSchema, confidentPaths, refuseMixtures, type ConfidentConfig } from './config.ts';
import { confidentFacts, describeConfident, loadConfident, type ConfidentData } from './confident-data.ts';
import { confidentExports } from './exports.ts';
import { confidentCharts, confidentMetrics } from './metrics.ts';
import { confidentMemory } from './networks.ts';
import { confidentPictures } from './pictures.ts';
import { bayesBaselines } from './plane.ts';
import { planePreview } from './plane-picture.ts';
import { confidentPresets } from './presets.ts';
import { confidentQuestions } from './questions.ts';

export const confidentClassifier = defineProblem<ConfidentConfig, ConfidentData>({
  id: 'confident-classifier',
  label: 'Confident classifier',
  summary:
    'A classifier that should be sure only of what it knows: outliers that it is trained to be unsure of, scores that tell what belongs to no class, and calibration.',
  direction: 'minimize',
  stackable: true,
  choice: () => ({ kind: 'none' }),
  config: confidentConfigSchema,
  metrics: confidentMetrics,
  charts: confidentCharts,
  baselines: [
    majorityDescriptor,
    {
      name: 'bayes',
      label: "Bayes' rule, accuracy",
      help: "Accuracy of Bayes' rule with the Gaussians that the points of the plane come from.",
    },
    {
      name: 'bayesNll',
      label: "Bayes' rule, NLL",
      help: "Negative log-likelihood of Bayes' rule with the Gaussians that the points of the plane come from.",
    },
  ],
  presets: confidentPresets,
  references: [
    {
      authors: 'Lee, Lee, Lee, Shin',
      title: 'Training Confidence-calibrated Classifiers for Detecting Out-of-Distribution Samples',
      venue: 'ICLR 2018, equations 1, 3, 4 and algorithm 1',
      url: 'https://arxiv.org/abs/1711.09325',
    },
    {
      authors: 'Hendrycks, Gimpel',
      title: 'A Baseline for Detecting Misclassified and Out-of-Distribution Examples in Neural Networks',
      venue: 'ICLR 2017',
      url: 'https://arxiv.org/abs/1610.02136',
    },
    {
      authors: 'Guo, Pleiss, Sun, Weinberger',
      title: 'On Calibration of Modern Neural Networks',
      venue: 'ICML 2017',
      url: 'https://arxiv.org/abs/1706.04599',
    },
    {
      authors: 'Liang, Li, Srikant',
      title: 'Enhancing the Reliability of Out-of-distribution Image Detection in Neural Networks',
      venue: 'ICLR 2018 (ODIN)',
      url: 'https://arxiv.org/abs/1706.02690',
    },
    {
      authors: 'Liu, Wang, Owens, Li',
      title: 'Energy-based Out-of-distribution Detection',
      venue: 'NeurIPS 2020',
      url: 'https://arxiv.org/abs/2010.03759',
    },
    {
      authors: 'Vernekar, Gaurav, Denouden, Phan, Abdelzad, Salay, Czarnecki',
      title: 'Analysis of Confident-Classifiers for Out-of-Distribution Detection',
      venue: 'ICLR 2019 workshop on safe machine learning (how it fails)',
      url: 'https://arxiv.org/abs/1904.12220',
    },
  ],
  help: {
    formula: String.raw`\min_{G}\, \max_{D}\, \min_{\theta}\; \mathbb{E}_{x, y}\left[-\log p_\theta(y \mid x)\right] + \beta\, \mathbb{E}_{\tilde x \sim G}\left[\mathrm{KL}\left(\mathcal{U} \,\|\, p_\theta(\cdot \mid \tilde x)\right)\right] + \mathbb{E}_{x}\left[\log D(x)\right] + \mathbb{E}_{\tilde x \sim G}\left[\log\left(1 - D(\tilde x)\right)\right]`,
    intuition: String.raw`Cross-entropy says nothing about points far from the data, and networks are sure there of some class. A second term asks for the uniform law on outliers $\tilde x$, and which outliers these are is what decides: points from anywhere leave most of the space near the data alone, so a generator is trained to make them where the data end. One trained network has several scores (largest probability, largest logit, energy, ODIN) by which to tell what belongs to no class, and a temperature that makes its mean confidence right.`,
    fails: String.raw`AUROC can be near 1 with a classifier that is sure everywhere, and just a little less so outside: look at confidence out of distribution, and at the plane. Outliers on the data cost accuracy. The generator can come to rest in one place (look at its points), and then it protects one side only; far from all outliers nothing holds the confidence down. Scores are judged on one law of outliers, and rank otherwise on another. A fitted temperature at its limit says that no validation row was wrong, not that the classifier is calibrated.`,
  },
  valueMetric: 'trainingLoss',
  hardTrainMetric: 'hardTrainLoss',
  selectionMetric: 'hardValidationNll',
  inputPaths: confidentPaths,
  pictures: confidentPictures,
  questions: confidentQuestions,
  exports: confidentExports,
  memory: confidentMemory,
  memoryKeys: ['batch', 'hiddenUnits', 'hiddenLayers'],
  check: (config) => Promise.resolve().then(() => refuseMixtures(config)),
  load: loadConfident,
  describe: describeConfident,
  facts: confidentFacts,
  preview: (data) => (data.inside.height === 1 ? planePreview(data) : previewImages(data.inside)),
  computeBaselines: ({ data: { kind } }, { inside, ground }) =>
    Promise.resolve({
      ...majorityBaselines(inside),
      ...(kind === 'plane' && bayesBaselines(inside, ground)),
    }),
  create: createConfidentInstance,
});
