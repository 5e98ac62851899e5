/** Ready-made experiments with hard attention. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

const estimators = ['softmax', 'st-gumbel-softmax', 'reinforce'];

export const hardAttentionPresets: readonly PresetDescriptor[] = [
  {
    id: 'hard-attention-smoke',
    question: 'first',
    label: 'Smoke test',
    help: 'Digits on a grid of 2 x 2 patches, 100 steps: seconds on any machine, and far from trained.',
    config: { cells: 2, clutter: 4, steps: 100, batch: 32, evaluateEvery: 50 },
    estimators: ['st-gumbel-softmax', 'reinforce'],
    seeds: [1],
  },
  {
    id: 'hard-attention-quick',
    question: 'estimators',
    label: 'One patch of nine',
    help: 'Digits on a grid of 3 x 3 patches among clutter: attention by three estimators, beside a random patch, the patch of the digit and the whole canvas. One to two minutes on two cores.',
    config: { steps: 1500, evaluateEvery: 250, picturesEvery: 250 },
    estimators: [...estimators, 'gradient'],
    seeds: [1],
    variants: [
      { name: 'patch', config: { attention: { kind: 'patch' } }, settings: {} },
      { name: 'random', config: { attention: { kind: 'random' } }, settings: {} },
      { name: 'oracle', config: { attention: { kind: 'oracle' } }, settings: {} },
      { name: 'whole', config: { attention: { kind: 'whole' } }, settings: {} },
    ],
  },
  {
    id: 'hard-attention-glimpses',
    question: 'estimators',
    label: 'Three glimpses, one after the other',
    help: 'Digits up to four pixels off their patch, so that one patch rarely holds all of it: three glimpses, each with what was seen in mind, beside a mask and the whole canvas.',
    config: { jitter: 4, steps: 2500, evaluateEvery: 250, picturesEvery: 500 },
    estimators: [...estimators, 'gradient'],
    seeds: [1],
    variants: [
      { name: 'glimpses', config: { attention: { kind: 'glimpses', glimpses: 3 } }, settings: {} },
      { name: 'mask', config: { attention: { kind: 'mask' } }, settings: {} },
      { name: 'whole', config: { attention: { kind: 'whole' } }, settings: {} },
    ],
  },
  {
    id: 'hard-attention-paper',
    question: 'paper',
    label: 'Six glimpses, cluttered and translated',
    help: 'What fits a grid of patches from the cluttered and translated digits of the glimpse paper: six glimpses, REINFORCE with a baseline, minibatches of 20. It is meant for IDX files of MNIST (data.kind=idx); on digits of 8 x 8 pixels it takes about 15 hours per seed, counted from 3.7 steps per second of a busy machine, and several times that on those of 28 x 28.',
    config: {
      attention: { kind: 'glimpses', glimpses: 6 },
      cells: 4,
      jitter: 4,
      batch: 20,
      steps: 200_000,
      evaluateEvery: 5000,
      logEvery: 100,
      learningRate: { kind: 'linear', from: 0.001, to: 0.00001, until: 1 },
    },
    estimators: ['reinforce'],
    seeds: [1, 2, 3],
  },
];
