/** Ready-made experiments with models of words. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

const variant = (name: string, config: Readonly<Record<string, unknown>>) => ({
  name,
  config: { ...config },
  settings: {},
});

const lossVariants = [
  variant('full softmax', { loss: { kind: 'full-softmax' } }),
  variant('NCE', { loss: { kind: 'nce' } }),
  variant('NCE, learned Z', { loss: { kind: 'nce', partition: 'learned' } }),
  // As word2vec has it: with biases it would be NCE again.
  variant('negative sampling', { loss: { kind: 'negative-sampling' }, bias: false }),
  variant('sampled softmax', { loss: { kind: 'sampled-softmax' } }),
  variant('importance', { loss: { kind: 'importance' } }),
];

export const wordPresets: readonly PresetDescriptor[] = [
  {
    id: 'noise-contrastive-smoke',
    question: 'first',
    label: 'Smoke test',
    help: 'A generated text of 20 words, 60 steps of NCE and of the gradient of ln Z by words that the model draws: seconds on any machine.',
    config: {
      data: { kind: 'generated', words: 20, length: 5000 },
      embeddingSize: 8,
      batch: 64,
      steps: 60,
      evaluateEvery: 30,
    },
    estimators: ['gradient', 'reinforce'],
    seeds: [1],
    variants: [
      variant('NCE', { loss: { kind: 'nce' } }),
      variant('ln Z by the model', { loss: { kind: 'log-partition' } }),
    ],
  },
  {
    id: 'noise-contrastive-quick',
    question: 'methods',
    label: 'Losses on a book',
    help: "Skip-gram on Alice's Adventures in Wonderland: full softmax beside NCE, negative sampling and sampled softmax with ten noise words, by the exact likelihood of held-out words; negative sampling without biases, as in word2vec, because with them it is NCE. Is Z learned to be 1? A minute or two on two cores.",
    config: { steps: 1500, evaluateEvery: 250, picturesEvery: 750 },
    estimators: ['gradient'],
    seeds: [1],
    variants: lossVariants.filter(({ name }) => !['importance', 'NCE, learned Z'].includes(name)),
  },
  {
    id: 'noise-contrastive-known',
    question: 'optimum',
    label: 'A text whose law is known',
    help: 'All losses on a generated text of 50 words, beside the likelihood of the law that drew it: what each loses to its noise, and whether scores become PMI.',
    config: { data: { kind: 'generated' }, embeddingSize: 8, steps: 2000, evaluateEvery: 200 },
    estimators: ['gradient'],
    seeds: [1],
    variants: lossVariants,
  },
  {
    id: 'noise-contrastive-noise',
    question: 'methods',
    label: 'How much noise, and which',
    help: 'NCE on a generated text with 1, 10 and 100 noise words, drawn evenly, by frequency or by what follows a word: with more of them, and with noise like the text, it comes near maximum likelihood.',
    config: { data: { kind: 'generated' }, embeddingSize: 8, steps: 2000, evaluateEvery: 200 },
    estimators: ['gradient'],
    seeds: [1],
    variants: [
      variant('k 1', { noiseWords: 1 }),
      variant('k 10', { noiseWords: 10 }),
      variant('k 100', { noiseWords: 100 }),
      variant('k 10, uniform', { noise: { kind: 'uniform' } }),
      variant('k 10, bigram', { noise: { kind: 'bigram' } }),
    ],
  },
  {
    id: 'noise-contrastive-estimators',
    question: 'estimators',
    label: 'Estimators of the gradient of ln Z',
    help: 'Maximum likelihood on a generated text, where the gradient of ln Z is an expectation over a word that the model draws: the exact sum, one drawn word, relaxations. Straight-through estimators draw a word too, and are unbiased here; a relaxed word mixes all, and is not.',
    config: {
      data: { kind: 'generated' },
      embeddingSize: 8,
      loss: { kind: 'log-partition' },
      steps: 1000,
      evaluateEvery: 100,
      diagnostics: { every: 250, samples: 64 },
    },
    estimators: ['exact', 'reinforce', 'st-gumbel-softmax', 'gumbel-softmax'],
    seeds: [1],
  },
  {
    id: 'noise-contrastive-language',
    question: 'data',
    label: 'A log-bilinear language model',
    help: 'The model for which NCE was taken to language: a word from the three before it, on the book. Full softmax, NCE with 25 noise words by frequency and by bigrams.',
    config: {
      model: 'log-bilinear',
      window: 3,
      embeddingSize: 50,
      noiseWords: 25,
      noise: { kind: 'unigram', power: 1 },
      steps: 3000,
      evaluateEvery: 250,
    },
    estimators: ['gradient'],
    seeds: [1],
    variants: [
      variant('full softmax', { loss: { kind: 'full-softmax' } }),
      variant('NCE', { loss: { kind: 'nce' } }),
      variant('NCE, bigram noise', { loss: { kind: 'nce' }, noise: { kind: 'bigram' } }),
    ],
  },
];
