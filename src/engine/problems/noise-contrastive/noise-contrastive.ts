/** Problem `noise-contrastive`: the parts of this folder as one definition. */
import { defineProblem } from '../../core/problem.ts';
import {
  noiseContrastiveConfigSchema,
  noiseContrastiveForkIssue,
  noiseContrastiveMemory,
  selfNormalised,
  wordPaths,
  type NoiseContrastiveConfig,
} from './config.ts';
import { wordExports } from './exports.ts';
import { wordCharts, wordMetrics } from './metrics.ts';
import { wordPictures } from './pictures.ts';
import { wordPresets } from './presets.ts';
import { wordQuestions } from './questions.ts';
import {
  describeWordData,
  loadWordData,
  previewWords,
  wordBaselines,
  wordFacts,
  type WordData,
} from './word-data.ts';
import { createWordInstance } from './word-model.ts';

export const noiseContrastive = defineProblem<NoiseContrastiveConfig, WordData>({
  id: 'noise-contrastive',
  label: 'Noise-contrastive word models',
  summary:
    'Words predicted from their neighbours, by losses that go over the whole vocabulary or compare with a few noise words: likelihood, Z and PMI say what each learns.',
  direction: 'minimize',
  choice: ({ loss }) => ({ kind: loss.kind === 'log-partition' ? 'categorical' : 'none' }),
  config: noiseContrastiveConfigSchema,
  metrics: wordMetrics,
  charts: wordCharts,
  baselines: [
    {
      name: 'unigram',
      label: 'Frequencies alone',
      help: 'Exact NLL of a model that knows how often the training text has each word, and no context.',
    },
    {
      name: 'truth',
      label: 'Law of the text',
      help: 'NLL of the law that drew the text, in the contexts that the model has: a model is below it only by chance. For generated texts.',
    },
  ],
  presets: wordPresets,
  references: [
    {
      authors: 'Gutmann, Hyvärinen',
      title:
        'Noise-Contrastive Estimation of Unnormalized Statistical Models, with Applications to Natural Image Statistics',
      venue: 'JMLR 13, 2012',
      url: 'https://jmlr.org/papers/v13/gutmann12a.html',
    },
    {
      authors: 'Mnih, Teh',
      title: 'A fast and simple algorithm for training neural probabilistic language models',
      venue: 'ICML 2012',
      url: 'https://arxiv.org/abs/1206.6426',
    },
    {
      authors: 'Mikolov, Sutskever, Chen, Corrado, Dean',
      title: 'Distributed Representations of Words and Phrases and their Compositionality',
      venue: 'NIPS 2013',
      url: 'https://arxiv.org/abs/1310.4546',
    },
    {
      authors: 'Levy, Goldberg',
      title: 'Neural Word Embedding as Implicit Matrix Factorization',
      venue: 'NIPS 2014',
      url: 'https://papers.nips.cc/paper/5477-neural-word-embedding-as-implicit-matrix-factorization',
    },
  ],
  help: {
    formula: String.raw`s_\theta(w, h) = q_h \cdot v_w + b_w,\qquad P(D = 1 \mid w, h) = \frac{p_\theta(w \mid h)}{p_\theta(w \mid h) + k\, q(w)},\qquad J_{NCE} = -\ln \sigma\big(s_\theta(w, h) - \ln k q(w)\big) - \sum_{i=1}^{k} \ln \sigma\big({-s_\theta(n_i, h)} + \ln k q(n_i)\big),\quad n_i \sim q`,
    intuition: String.raw`Maximum likelihood divides by a sum $Z$ over the whole vocabulary in every step. NCE asks another question: is this word from the text, or one of $k$ noise words? A model that answers it best has learned $s = \ln p(w \mid h)$, with $Z = 1$ without dividing by it. Negative sampling leaves $\ln k q$ out and learns $\mathrm{PMI}(w, h) - \ln k$; sampled softmax divides by a sum over a few words, corrected by how often each is drawn.`,
    fails: String.raw`With few noise words, or noise unlike the text, NCE learns slowly: its gradient is that of maximum likelihood only as $k$ grows. $Z = 1$ holds at the optimum of a model that can hold it; watch mean and deviation of $\ln Z$, and trust the exact NLL, not the training loss, which is another quantity for every loss and every $k$. With a bias for each word, negative sampling is NCE with other names for the biases. Correlation with counted PMI rises as a model learns the training text by heart: the held-out likelihood says whether it does.`,
  },
  valueMetric: 'trainingLoss',
  hardTrainMetric: 'hardTrainNll',
  // NCE and negative sampling are trained by how well a word of the text is told from noise.
  hasGap: ({ loss }) => !selfNormalised(loss),
  selectionMetric: 'hardValidationNll',
  pictures: wordPictures,
  questions: wordQuestions,
  exports: wordExports,
  inputPaths: wordPaths,
  forkIssue: noiseContrastiveForkIssue,
  memory: noiseContrastiveMemory,
  memoryKeys: ['data.vocabulary', 'embeddingSize', 'batch', 'noiseWords'],
  load: loadWordData,
  describe: describeWordData,
  facts: wordFacts,
  preview: previewWords,
  computeBaselines: (config, data) => Promise.resolve(wordBaselines(config, data)),
  create: createWordInstance,
});
