/** Problem `bundle-flow`: the parts of this folder as one definition. */
import { onSplits } from '../../../shared/baseline-name.ts';
import { counted } from '../../../shared/counted.ts';
import { splits } from '../../../shared/split.ts';
import { defineProblem } from '../../core/problem.ts';
import { flowArtefact } from '../../flows/flow-artefact.ts';
import { flowWeightShapes } from '../../flows/flow-shape.ts';
import { fold, rootKey } from '../../random/key.ts';
import { bundleFlowConfigSchema, flowShapeOf, type BundleFlowConfig } from './config.ts';
import { lossOfStandingStill } from './evaluate.ts';
import { drawFlow, journeysQuestion, trainedFlow } from './flow-view.ts';
import { createFlowInstance, type FlowData } from './flow-model.ts';
import { bundleFlowCharts, bundleFlowMetrics } from './metrics.ts';
import { drawMeans, drawPairs } from './pairs.ts';
import { bundleFlowPresets } from './presets.ts';

const FLOAT_BYTES = 4;
/** Tensors of the weights' shape: values, gradient, two moments of Adam, two intermediate ones. */
const WEIGHT_COPIES = 6;
/** Tensors of one step that are as large as a layer's output. */
const LAYER_COPIES = 4;

export const bundleFlow = defineProblem<BundleFlowConfig, FlowData>({
  id: 'bundle-flow',
  label: 'Bundle flow',
  summary:
    'A flow that carries points close to one half to bundles of m items: the first stage of BundleFlow, whose menus then use it.',
  direction: 'minimize',
  stackable: true,
  choice: () => ({ kind: 'bernoulli' }),
  config: bundleFlowConfigSchema,
  metrics: bundleFlowMetrics,
  charts: bundleFlowCharts,
  baselines: [
    {
      name: 'still',
      label: 'No flow',
      help: 'Mean of |s_T - s_0|^2 at the points of the split: the loss of a field of 0.',
    },
  ],
  presets: bundleFlowPresets,
  references: [
    {
      authors: 'Wang, Jiang, Parkes',
      title: 'BundleFlow: Deep Menus for Combinatorial Auctions by Diffusion-Based Optimization',
      venue: 'NeurIPS 2025, equations 9 to 17',
      url: 'https://arxiv.org/abs/2502.15283',
    },
  ],
  help: {
    formula: String.raw`\min_{\eta, Q}\; \mathbb{E}\left\|(s_T - s_0) - \eta(t)\, Q(s_0)\, s_t\right\|^2,\qquad s_T \sim \mathcal{N}\!\left(\mathbf{1}[s_0 > \tfrac12],\, \sigma_z^2 I\right),\quad s_t = t\, s_T + (1 - t)\, s_0`,
    intuition: String.raw`Points $s_0$ close to $\tfrac12$ are carried to the bundle that they round to. Because the field is linear in $s_t$, the change of the density along the way is known exactly, $-\eta\,\operatorname{tr} Q(s_0)$, so a menu can say how likely each bundle is. The bundle of a point is one choice per item, in or out, by rounding $s_T$.`,
    fails: String.raw`What is small on average can still be wrong where it counts: points that start next to $\tfrac12$ end in another bundle than they should; watch the share of decisions changed, not the loss. A linear field keeps the sign of each coordinate and never leaves $0$. Rounding has no gradient of its own; with a weight on changed decisions the gradient is the estimator's.`,
  },
  valueMetric: 'trainingLoss',
  hardTrainMetric: 'hardTrainLoss',
  selectionMetric: 'hardValidationLoss',
  pictures: [
    {
      name: 'flow',
      label: 'Flow',
      help: 'Where the flow carries points of the validation split, seen in the plane of two items.',
      draw: async (trained) =>
        drawFlow(
          trainedFlow(trained),
          (await trained.data()).points.validation,
          0,
          Math.min(1, trained.config.items - 1),
        ),
    },
  ],
  questions: [journeysQuestion],
  memoryKeys: ['batch', 'width', 'items', 'eulerSteps', 'evaluationPoints'],
  memory(config) {
    const shape = flowShapeOf(config);
    const sizes = Object.values(flowWeightShapes(shape)).map((sides) => sides.reduce((a, b) => a * b, 1));
    const weights = sizes.reduce((a, b) => a + b, 0);
    const outputs = shape.field === 'full' ? shape.items ** 2 : shape.items;
    const step = config.batch * LAYER_COPIES * (2 * shape.width + outputs + shape.items * shape.eulerSteps);
    const evaluated = 3 * 3 * config.evaluationPoints * shape.items;
    return FLOAT_BYTES * (WEIGHT_COPIES * weights + step + evaluated);
  },
  load(config) {
    const key = rootKey(config.seed);
    const means = drawMeans(config, fold(key, 'means'));
    const points = (split: string) => drawPairs(config, means, config.evaluationPoints, fold(key, split));
    return Promise.resolve({
      means,
      points: { train: points('train'), validation: points('validation'), test: points('test') },
    });
  },
  describe: ({ means, points: { test } }) => {
    const items = test.ends.length / test.count;
    return `points near one half for ${counted(items, 'item')}, from ${counted(means.length / items, 'Gaussian')}; ${test.count} evaluated for each split.`;
  },
  computeBaselines: (_config, { points }) =>
    Promise.resolve(onSplits(splits, (split) => ({ still: lossOfStandingStill(points[split]) }))),
  artefact: (config, parameters) => flowArtefact(flowShapeOf(config), parameters),
  create: createFlowInstance,
});
