/** Problem `text-gan`: the parts of this folder as one definition. */
import { defineProblem } from '../../core/problem.ts';
import { textGanConfigSchema, textGanForkIssue, textGanMemory, type TextGanConfig } from './config.ts';
import { textGanExports } from './exports.ts';
import { textGanCharts, textGanMetrics } from './metrics.ts';
import { textGanPictures } from './pictures.ts';
import { textGanPresets } from './presets.ts';
import { textGanQuestions } from './questions.ts';
import {
  describeSequences,
  loadSequences,
  previewSequences,
  sequenceBaselines,
  sequenceFacts,
  type SequenceData,
} from './sequence-data.ts';
import { createTextGan } from './text-gan-model.ts';

export const textGan = defineProblem<TextGanConfig, SequenceData>({
  id: 'text-gan',
  label: 'Text GAN',
  summary:
    'A recurrent network that writes sequences token by token, by maximum likelihood and against a discriminator: likelihoods in both directions and the variety of what it writes say what each is worth.',
  direction: 'minimize',
  stackable: true,
  choice: ({ method }) =>
    method.kind === 'likelihood' ? { kind: 'none' } : { kind: 'categorical', stages: true },
  config: textGanConfigSchema,
  metrics: textGanMetrics,
  charts: textGanCharts,
  baselines: [
    {
      name: 'unigram',
      label: 'Frequencies alone',
      help: 'NLL of a law that knows how often the training part has each token (one more of each counted) and nothing of those before, in nats per token.',
    },
    {
      name: 'oracle',
      label: 'Law of the data',
      help: 'NLL of the sequences by the law that they were drawn from: a generator is below it only by chance. For drawn sequences.',
    },
    {
      name: 'entropyRate',
      label: 'Entropy of the law',
      help: 'Exact entropy of the chain in nats per token: what oracle NLL and entropy of a perfect generator are.',
    },
  ],
  presets: textGanPresets,
  references: [
    {
      authors: 'Yu, Zhang, Wang, Yu',
      title: 'SeqGAN: Sequence Generative Adversarial Nets with Policy Gradient',
      venue: 'AAAI 2017',
      url: 'https://arxiv.org/abs/1609.05473',
    },
    {
      authors: 'Kusner, Hernández-Lobato',
      title: 'GANS for Sequences of Discrete Elements with the Gumbel-softmax Distribution',
      venue: 'arXiv 2016',
      url: 'https://arxiv.org/abs/1611.04051',
    },
    {
      authors: 'Caccia, Caccia, Fedus, Larochelle, Pineau, Charlin',
      title: 'Language GANs Falling Short',
      venue: 'ICLR 2020 (maximum likelihood against GANs)',
      url: 'https://arxiv.org/abs/1811.02549',
    },
    {
      authors: 'Zhu, Lu, Zheng, Guo, Zhang, Wang, Yu',
      title: 'Texygen: A Benchmarking Platform for Text Generation Models',
      venue: 'SIGIR 2018 (self-BLEU)',
      url: 'https://arxiv.org/abs/1802.01886',
    },
    {
      authors: 'Kool, van Hoof, Welling',
      title: 'Stochastic Beams and Where to Find Them',
      venue: 'ICML 2019',
      url: 'https://arxiv.org/abs/1903.06059',
    },
  ],
  help: {
    formula: String.raw`\min_{\theta}\; \mathbb{E}_{z \sim p_\theta}\left[-\log D_\phi(z)\right],\quad p_\theta(z) = \prod_{t=1}^{T} p_\theta(z_t \mid z_{<t}),\qquad \max_{\phi}\; \mathbb{E}_{x}\left[\log D_\phi(x)\right] + \mathbb{E}_{z \sim p_\theta}\left[\log\left(1 - D_\phi(z)\right)\right]`,
    intuition: String.raw`A discriminator tells written sequences from those of the data, and the generator is trained to be taken for the data. Between them stands a choice for every token, through which no gradient passes: REINFORCE weighs tokens by what came of them, or by $N$ rollouts from each (SeqGAN), and relaxations let the discriminator see mixtures of tokens. Maximum likelihood needs neither, and is the first thing to compare with.`,
    fails: String.raw`Read NLL in both directions. The oracle's NLL of generated sequences improves when the generator leaves out all but the likeliest, down to below the entropy of the law; NLL of held-out sequences, entropy, self-BLEU and the number of different sequences show that at once. Smaller adversarial steps lose less. A sure discriminator leaves 1 - D without a slope, and a relaxed generator can fool it with mixtures that no text has: watch the gap.`,
  },
  valueMetric: 'trainingLoss',
  hardTrainMetric: 'hardTrainLoss',
  selectionMetric: 'hardValidationNll',
  pictures: textGanPictures,
  questions: textGanQuestions,
  exports: textGanExports,
  inputPaths: ['data.path'],
  forkIssue: textGanForkIssue,
  memory: textGanMemory,
  memoryKeys: ['batch', 'length', 'data.vocabulary', 'data.symbols', 'hiddenUnits'],
  load: loadSequences,
  describe: describeSequences,
  facts: sequenceFacts,
  preview: previewSequences,
  computeBaselines: sequenceBaselines,
  create: createTextGan,
});
