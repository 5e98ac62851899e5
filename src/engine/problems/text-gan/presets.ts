/** Ready-made experiments with text GANs. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

type Config = Readonly<Record<string, unknown>>;

const variant = (name: string, method: Config, settings: Readonly<Record<string, Config>> = {}) => ({
  name,
  config: { method },
  settings: { ...settings },
});

/** Four samples of a row, each compared with the mean of the others. */
const leaveOneOut = { reinforce: { samples: 4, baseline: 'leave-one-out' } };
const movingAverage = { reinforce: { baseline: 'moving-average' } };

const likelihood = variant('likelihood', { kind: 'likelihood' });
const adversarial = (warmSteps: number, further: Config = {}) => ({
  kind: 'adversarial',
  warmSteps,
  ...further,
});

/** A tenth of the step size once the warm start is over. */
const slower = (from: number, every: number) => ({
  kind: 'stepwise',
  from,
  factor: 0.1,
  every,
  to: from / 10,
});

export const textGanPresets: readonly PresetDescriptor[] = [
  {
    id: 'text-gan-smoke',
    question: 'first',
    label: 'Smoke test',
    help: 'Five tokens of a Markov chain of six, 60 steps by maximum likelihood, and 30 of these against a discriminator: seconds on any machine, and far from trained.',
    config: {
      ...{ embeddingSize: 8, hiddenUnits: 16, batch: 32, steps: 60, evaluateEvery: 30 },
      discriminator: { kind: 'convolution', filters: 8 },
      method: adversarial(30),
    },
    estimators: ['gradient', 'reinforce', 'st-gumbel-softmax'],
    seeds: [1],
    variants: [likelihood, variant('adversarial', adversarial(30), leaveOneOut)],
  },
  {
    id: 'text-gan-quick',
    question: 'methods',
    label: 'Likelihood against a discriminator',
    help: 'A Markov chain of which everything is known: maximum likelihood to the end, beside half of it and then REINFORCE (leave-one-out), Gumbel-Softmax and straight-through Gumbel-Softmax against a discriminator, at a tenth of the step size. Look at both divergences from the oracle: adversarial steps lower neither. A minute or two on two cores.',
    config: { steps: 600, evaluateEvery: 100, picturesEvery: 200, learningRate: slower(0.005, 300) },
    estimators: ['gradient', 'reinforce', 'gumbel-softmax', 'st-gumbel-softmax'],
    seeds: [1],
    variants: [likelihood, variant('adversarial', adversarial(300), leaveOneOut)],
  },
  {
    id: 'text-gan-all',
    question: 'estimators',
    label: 'All ways to the generator',
    help: 'The same comparison with SeqGAN beside it: 16 rollouts for each token by a generator that lags behind, 1 - D as the reward, a moving average as the baseline. Rollouts are for REINFORCE: those of the relaxations differ from their other rows by the reward alone.',
    config: { steps: 1000, evaluateEvery: 100, picturesEvery: 250, learningRate: slower(0.005, 500) },
    estimators: ['gradient', 'reinforce', 'gumbel-softmax', 'st-gumbel-softmax'],
    seeds: [1],
    variants: [
      likelihood,
      variant('adversarial', adversarial(500), leaveOneOut),
      variant(
        'SeqGAN',
        adversarial(500, { rollouts: 16, rolloutRate: 0.8, reward: 'probability' }),
        movingAverage,
      ),
    ],
  },
  {
    id: 'text-gan-collapse',
    question: 'collapse',
    label: 'A generator that collapses',
    help: 'Too large a step size against the discriminator: the generator ends up producing only a few sequences. The NLL by the oracle may well improve meanwhile, but the NLL of held-out sequences, the entropy and the number of different sequences say what has happened; the log says it in words.',
    config: { steps: 800, evaluateEvery: 50, picturesEvery: 100, learningRate: 0.02 },
    estimators: ['reinforce'],
    seeds: [1],
    variants: [variant('samples 1', adversarial(200)), variant('samples 4', adversarial(200), leaveOneOut)],
  },
  {
    id: 'text-gan-rollouts',
    question: 'methods',
    label: 'How many rollouts',
    help: 'SeqGAN with 0, 1, 4 and 16 rollouts for each token, with the generator itself completing them: the bias and the variance of the gradient are measured during training.',
    config: {
      data: { kind: 'tabular', symbols: 3 },
      ...{ length: 4, steps: 600, evaluateEvery: 100, learningRate: slower(0.005, 300) },
      diagnostics: { every: 300, samples: 64 },
    },
    estimators: ['reinforce'],
    seeds: [1],
    variants: [0, 1, 4, 16].map((rollouts) =>
      variant(`rollouts ${rollouts}`, adversarial(300, { rollouts }), movingAverage),
    ),
  },
  {
    id: 'text-gan-text',
    question: 'data',
    label: 'Characters of a book',
    help: "Alice's Adventures in Wonderland, twenty characters at a time: what the generator writes while it is trained, by maximum likelihood and against a discriminator. About ten minutes on two cores, counted from 0.1 to 0.4 seconds per step of a busy machine.",
    config: {
      data: { kind: 'alice' },
      ...{ hiddenUnits: 128, embeddingSize: 32, steps: 2000, evaluateEvery: 250, picturesEvery: 250 },
      learningRate: slower(0.005, 1500),
    },
    estimators: ['gradient', 'reinforce', 'st-gumbel-softmax'],
    seeds: [1],
    variants: [likelihood, variant('adversarial', adversarial(1500), leaveOneOut)],
  },
  {
    id: 'text-gan-paper',
    question: 'paper',
    label: 'The synthetic data of SeqGAN',
    help: 'An LSTM oracle with 5000 tokens and sequences of 20, generator and oracle of 32 units, 10 000 sequences, 16 rollouts at the rate 0.8; minibatches of 64. The oracle has other random weights than that of the paper, so its figures (8.74 nats per token, 9.04 by maximum likelihood) are no reference. A step with rollouts makes about 30 billion multiplications: it is meant for a GPU.',
    config: {
      data: { kind: 'oracle', symbols: 5000, count: 12_500 },
      ...{ cell: 'lstm', embeddingSize: 32, hiddenUnits: 32, steps: 30_000, evaluateEvery: 1500 },
      learningRate: slower(0.01, 18_840),
      discriminator: { kind: 'convolution', widths: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20], filters: 100 },
    },
    estimators: ['gradient', 'reinforce'],
    seeds: [1],
    variants: [
      likelihood,
      variant(
        'SeqGAN',
        adversarial(18_840, { rollouts: 16, rolloutRate: 0.8, reward: 'probability' }),
        movingAverage,
      ),
    ],
  },
];
