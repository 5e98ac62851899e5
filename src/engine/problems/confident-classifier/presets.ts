/** Ready-made experiments with confident classifiers. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

const estimators = ['gradient'];
const variant = (name: string, outliers: object) => ({ name, config: { outliers }, settings: {} });

/** Outliers of five kinds: the same comparison in the plane and on images. */
const fiveKinds = [
  variant('none', { kind: 'none' }),
  variant('whole box', { kind: 'box' }),
  variant('near box', { kind: 'near' }),
  variant('gan', { kind: 'gan' }),
  variant('second set', { kind: 'second' }),
];

export const confidentPresets: readonly PresetDescriptor[] = [
  {
    id: 'confident-classifier-smoke',
    question: 'first',
    label: 'Smoke test',
    help: 'Points of a plane, outliers of a generator, 100 steps: seconds on any machine, and far from trained.',
    config: { outliers: { kind: 'gan' }, hiddenUnits: 32, steps: 100, batch: 32, evaluateEvery: 50 },
    estimators,
    seeds: [1],
  },
  {
    id: 'confident-classifier-quick',
    question: 'methods',
    label: 'Outliers of five kinds, in the plane',
    help: 'Two Gaussian classes: cross-entropy alone, and trained to be unsure of 100 points of the whole box, of 100 points near the data, of what a generator makes, and of the very law that is tested. One to two minutes on two cores.',
    config: { steps: 2000, evaluateEvery: 200, picturesEvery: 200 },
    estimators,
    seeds: [1],
    variants: fiveKinds,
  },
  {
    id: 'confident-classifier-digits',
    question: 'data',
    label: 'Digits, one of them left out',
    help: 'Digits 0 to 8, judged by whether 9 is told from them: outliers of five kinds, the last of which are the left-out digits of the training split.',
    config: {
      data: { kind: 'digits' },
      unseen: { kind: 'classes', classes: [9] },
      ...{ steps: 1500, evaluateEvery: 250, picturesEvery: 500 },
    },
    estimators,
    seeds: [1],
    variants: [...fiveKinds, variant('shapes', { kind: 'second', set: { kind: 'shapes' } })],
  },
  {
    id: 'confident-classifier-calibration',
    question: 'methods',
    label: 'Classes that overlap',
    help: 'Four classes that no classifier can tell apart for sure, and few points of them: a network that learns them by heart is too sure of itself, and a temperature corrects that.',
    config: {
      data: { kind: 'plane', classes: 4, deviation: 7, halfSide: 50, count: 1200 },
      ...{ steps: 3000, evaluateEvery: 200, picturesEvery: 500 },
    },
    estimators,
    seeds: [1],
    variants: [fiveKinds[0]!, fiveKinds[4]!],
  },
  {
    id: 'confident-classifier-paper',
    question: 'paper',
    label: 'The toy of the paper',
    help: "Two layers of 500 units and 100 outliers from the box [-50, 50] x [-50, 50], from [-20, 20] x [-20, 20], or none; where the two classes lie is the studio's choice. A few minutes on two cores.",
    config: { hiddenUnits: 500, steps: 3000, evaluateEvery: 300, picturesEvery: 500 },
    estimators,
    seeds: [1],
    variants: fiveKinds.slice(0, 3),
  },
];
