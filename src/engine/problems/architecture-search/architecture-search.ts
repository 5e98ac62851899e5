/** Problem `architecture-search`: the parts of this folder as one definition. */
import { defineProblem } from '../../core/problem.ts';
import { classifierBaselineDescriptors, classifierBaselines } from '../../images/classifiers.ts';
import { imagePaths, needLabels } from '../../images/config.ts';
import { previewImages } from '../../images/image-panel.ts';
import { describeImages, imageFacts, loadImages } from '../../images/load-images.ts';
import { allCells } from './all-cells.ts';
import { drawCell } from './cell-picture.ts';
import {
  architectureSearchConfigSchema,
  architectureSearchMemory,
  type ArchitectureSearchConfig,
} from './config.ts';
import { architectureSearchCharts, architectureSearchMetrics } from './metrics.ts';
import { architectureSearchPresets } from './presets.ts';
import { createSearchInstance } from './search-model.ts';
import type { SearchData } from './train-cell.ts';

export const architectureSearch = defineProblem<ArchitectureSearchConfig, SearchData>({
  id: 'architecture-search',
  label: 'Architecture search',
  summary:
    'A cell with a choice of operations on every edge, searched while its weights are trained; then the found cell starts again from scratch.',
  direction: 'maximize',
  stackable: true,
  choice: () => ({ kind: 'categorical' }),
  config: architectureSearchConfigSchema,
  metrics: architectureSearchMetrics,
  charts: architectureSearchCharts,
  baselines: classifierBaselineDescriptors,
  presets: architectureSearchPresets,
  references: [
    {
      authors: 'Liu, Simonyan, Yang',
      title: 'DARTS: Differentiable Architecture Search',
      venue: 'ICLR 2019',
      url: 'https://arxiv.org/abs/1806.09055',
    },
    {
      authors: 'Xie, Zheng, Liu, Lin',
      title: 'SNAS: Stochastic Neural Architecture Search',
      venue: 'ICLR 2019',
      url: 'https://arxiv.org/abs/1812.09926',
    },
    {
      authors: 'Dong, Yang',
      title: 'Searching for a Robust Neural Architecture in Four GPU Hours',
      venue: 'CVPR 2019 (GDAS)',
      url: 'https://arxiv.org/abs/1910.04465',
    },
    {
      authors: 'Li, Talwalkar',
      title: 'Random Search and Reproducibility for Neural Architecture Search',
      venue: 'UAI 2019',
      url: 'https://arxiv.org/abs/1902.07638',
    },
  ],
  help: {
    formula: String.raw`\max_{\theta}\; \mathbb{E}_{z \sim p(z;\theta)}\big[L_{2}\big(w + \xi\, \nabla_w L_{1}(w, z),\; z\big)\big],\qquad h_j = \sum_{i<j} \sum_k z_{ijk}\, o_k(h_i)`,
    intuition: String.raw`Every edge of a cell chooses one of $K$ operations, one cell per step for a whole minibatch. The weights $w$ of all operations are trained on one half of the training images and the logits $\theta$ on the other; softmax gives the mixture of DARTS, other estimators draw cells. At the end the likeliest operations are trained again from scratch: that accuracy is the hard one.`,
    fails: String.raw`The accuracy of the mixture says little about the cell: read the hard accuracy beside it. Skips need no weights and so are ahead while the others learn; a search may collapse to them, which the share of skipping edges shows. Every seed finds another cell, and often a random one is as good: the solver trains all cells and gives ranks, and the best of several seeds is no result. REINFORCE sees one number per step and hardly moves.`,
  },
  valueMetric: 'searchLogLikelihood',
  hardTrainMetric: 'inheritedTrainLogLikelihood',
  selectionMetric: 'hardValidationAccuracy',
  pictures: [
    {
      name: 'cell',
      label: 'Cell',
      help: 'The cell as a graph, with the probabilities of the operations on its edges.',
      draw: (trained) => Promise.resolve(drawCell(trained)),
    },
  ],
  solvers: [allCells],
  inputPaths: imagePaths,
  memory: architectureSearchMemory,
  memoryKeys: ['features', 'batch', 'nodes'],
  async load({ data, nodes, operations, features, retrain }, host) {
    const images = await loadImages(data, host);
    needLabels(images);
    return { images, settings: { nodes, operations, features, retrain } };
  },
  describe: ({ images }) => describeImages(images),
  facts: ({ images }) => imageFacts(images),
  preview: ({ images }) => previewImages(images),
  computeBaselines: (_config, { images }) => Promise.resolve(classifierBaselines(images)),
  create: createSearchInstance,
});
