/** Ready-made experiments with two towers. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

const variant = (name: string, learning: Readonly<Record<string, unknown>>) => ({
  name,
  config: { learning: { ...learning } },
  settings: {},
});

export const twoTowerPresets: readonly PresetDescriptor[] = [
  {
    id: 'two-tower-smoke',
    question: 'first',
    label: 'Smoke test',
    help: 'A generated log of 1000 rounds with 10 items, 60 steps of IPS and of doubly robust learning: seconds on any machine.',
    config: { data: { kind: 'obp-synthetic', rounds: 1000 }, steps: 60, batch: 64, evaluateEvery: 30 },
    estimators: ['exact', 'gradient'],
    seeds: [1],
    variants: [variant('ips', { kind: 'ips' }), variant('dr', { kind: 'dr' })],
  },
  {
    id: 'two-tower-quick',
    question: 'methods',
    label: 'Methods on a generated log',
    help: 'A log of 10 000 rounds whose policy prefers items of low value: IPS, SNIPS and doubly robust learning beside regression, each held against the true value. A minute or two on two cores.',
    config: { steps: 1500, evaluateEvery: 100, picturesEvery: 500 },
    estimators: ['exact', 'gradient'],
    seeds: [1],
    variants: [
      variant('ips', { kind: 'ips' }),
      variant('snips', { kind: 'snips' }),
      variant('dr', { kind: 'dr' }),
      variant('regression', { kind: 'regression' }),
    ],
  },
  {
    id: 'two-tower-estimators',
    question: 'estimators',
    label: 'Estimators of the direct term',
    help: 'Doubly robust learning with 50 items: the gradient of the mean of q over the policy by the exact sum, REINFORCE and relaxations, which see one item or mix them.',
    config: {
      data: { kind: 'obp-synthetic', actions: 50 },
      learning: { kind: 'dr' },
      steps: 1500,
      evaluateEvery: 100,
    },
    estimators: ['exact', 'reinforce', 'gumbel-softmax', 'st-gumbel-softmax'],
    seeds: [1],
  },
  {
    id: 'two-tower-open-bandit',
    question: 'data',
    label: 'A real log: the Open Bandit Dataset',
    help: '1000 rows of a shop that showed 34 items at random, four clicks in all: what a policy is worth has to be estimated, and with so few clicks standard errors say more than means; a penalty keeps the policy near that of the log. Name the whole log in data.path for reliable figures.',
    config: {
      data: { kind: 'open-bandit' },
      itemInput: 'both',
      embeddingSize: 8,
      userTower: 'linear',
      imitation: 0.1,
      steps: 300,
      evaluateEvery: 50,
    },
    estimators: ['exact', 'gradient'],
    seeds: [1],
    variants: [
      variant('ips', { kind: 'ips', clip: 10 }),
      variant('snips', { kind: 'snips' }),
      variant('dr', { kind: 'dr' }),
    ],
  },
  {
    id: 'two-tower-paper',
    question: 'paper',
    label: 'The published study of learners',
    help: 'The generated log of the Open Bandit Pipeline (10 000 rounds, 10 items, 5 features, beta -3, seed 12345) and the constants of its NNPolicyLearner: one hidden layer of 100 rectified units, Adam with a step of 0.0001, minibatches of 200, for 200 passes over the log. Its figures depend on a stopping rule that counts progress as none, which is not imitated. About two hours in all, counted from 40 steps per second of a busy machine.',
    config: {
      data: { kind: 'obp-synthetic', beta: -3 },
      hiddenUnits: 100,
      embeddingSize: 10,
      batch: 200,
      learningRate: 0.0001,
      steps: 10_000,
      evaluateEvery: 500,
      logEvery: 50,
    },
    estimators: ['exact', 'gradient'],
    seeds: [1, 2, 3, 4, 5],
    variants: [
      variant('ips', { kind: 'ips' }),
      variant('snips', { kind: 'snips' }),
      variant('dr', { kind: 'dr' }),
      variant('direct', { kind: 'direct' }),
      variant('regression', { kind: 'regression' }),
    ],
  },
];
