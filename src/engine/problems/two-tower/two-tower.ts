/** Problem `two-tower`: the parts of this folder as one definition. */
import { defineProblem } from '../../core/problem.ts';
import {
  hasChoice,
  logPaths,
  twoTowerConfigSchema,
  twoTowerForkIssue,
  twoTowerMemory,
  type TwoTowerConfig,
} from './config.ts';
import { twoTowerCharts, twoTowerMetrics } from './metrics.ts';
import { twoTowerExports } from './exports.ts';
import { previewLog, twoTowerPictures } from './pictures.ts';
import { twoTowerQuestions } from './questions.ts';
import { twoTowerPresets } from './presets.ts';
import {
  describeTowerData,
  loadTowerData,
  towerBaselines,
  towerFacts,
  type TowerData,
} from './tower-data.ts';
import { learnedPolicy } from './trained-towers.ts';
import { createTwoTowerInstance } from './two-tower-model.ts';

export const twoTower = defineProblem<TwoTowerConfig, TowerData>({
  id: 'two-tower',
  label: 'Two-tower recommender',
  summary:
    'Users and items as vectors whose products say what to show, learned from a log of what another policy showed and what came of it.',
  direction: 'maximize',
  stackable: true,
  choice: ({ learning }) => (hasChoice(learning) ? { kind: 'categorical' } : { kind: 'none' }),
  config: twoTowerConfigSchema,
  metrics: twoTowerMetrics,
  charts: twoTowerCharts,
  baselines: [
    {
      name: 'uniformPolicy',
      label: 'Uniform policy',
      help: 'True value of showing every item equally often; for generated logs.',
    },
    {
      name: 'behaviourPolicy',
      label: 'Logging policy',
      help: 'Value of the policy that made the log: the true one for generated logs, the mean reward for others.',
    },
    {
      name: 'bestPolicy',
      label: 'Best policy',
      help: 'True value of showing the item of the largest expected reward in every context; for generated logs.',
    },
  ],
  presets: twoTowerPresets,
  references: [
    {
      authors: 'Saito, Aihara, Matsutani, Narita',
      title: 'Open Bandit Dataset and Pipeline: Towards Realistic and Reproducible Off-Policy Evaluation',
      venue: 'NeurIPS 2021 Datasets and Benchmarks',
      url: 'https://arxiv.org/abs/2008.07146',
    },
    {
      authors: 'Covington, Adams, Sargin',
      title: 'Deep Neural Networks for YouTube Recommendations',
      venue: 'RecSys 2016',
      url: 'https://doi.org/10.1145/2959100.2959190',
    },
    {
      authors: 'Joachims, Swaminathan, de Rijke',
      title: 'Deep Learning with Logged Bandit Feedback',
      venue: 'ICLR 2018',
      url: 'https://openreview.net/forum?id=SJaP_-xAb',
    },
    {
      authors: 'Swaminathan, Joachims',
      title: 'Counterfactual Risk Minimization: Learning from Logged Bandit Feedback',
      venue: 'ICML 2015',
      url: 'https://arxiv.org/abs/1502.02362',
    },
    {
      authors: 'Dudík, Erhan, Langford, Li',
      title: 'Doubly Robust Policy Evaluation and Optimization',
      venue: 'Statistical Science 29, 2014',
      url: 'https://arxiv.org/abs/1503.02834',
    },
  ],
  help: {
    formula: String.raw`\max_\theta\; V(\pi_\theta) = \mathbb{E}_x \sum_a \pi_\theta(a \mid x)\, q(x, a),\qquad \pi_\theta(\cdot \mid x) = \mathrm{softmax}\big(u_\theta(x) \cdot v_\theta(\cdot) / \tau\big),\qquad \hat V_{IPS} = \frac{1}{n} \sum_{i} \frac{\pi_\theta(a_i \mid x_i)}{p_i}\, r_i`,
    intuition: String.raw`The log says what was shown, with which probability, and what came of it: weighting a round by how much more often the new policy would have shown its item estimates that policy's value without bias, and the gradient trains the towers. A reward model $\hat q$ says something of every item, right or wrong; the doubly robust method takes it for all items and corrects it where the log knows better. Regression fits the rewards and acts by the fit, most exactly where the logging policy was most often.`,
    fails: String.raw`Weights are large where the logging policy hardly ever showed an item: a few rounds then decide, the effective sample size falls, and the training value rises far above the true one. Clipping and shrinkage buy calm with bias. Where rewards are never negative, IPS gains by raising the weights of rewarded rounds and loses nothing by it, until the mean weight is far from 1 (propensity overfitting); the shift of SNIPS is there against it. What the log never shows (support deficiency) nobody can learn but from features. Compare policies by the estimate with its standard error, not by the training value.`,
  },
  valueMetric: 'trainingValue',
  hardTrainMetric: 'hardTrainEstimate',
  hasGap: ({ learning }) => learning.kind !== 'regression',
  selectionMetric: 'hardValidationEstimate',
  inputPaths: logPaths,
  forkIssue: twoTowerForkIssue,
  pictures: twoTowerPictures,
  questions: twoTowerQuestions,
  exports: twoTowerExports,
  policy: { log: ({ data }) => data, learned: learnedPolicy },
  preview: previewLog,
  memory: twoTowerMemory,
  memoryKeys: ['data.rounds', 'data.actions', 'batch', 'hiddenUnits'],
  load: loadTowerData,
  describe: describeTowerData,
  facts: towerFacts,
  computeBaselines: (_config, data) => Promise.resolve(towerBaselines(data)),
  create: createTwoTowerInstance,
});
