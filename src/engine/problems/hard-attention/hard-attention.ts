/** Problem `hard-attention`: the parts of this folder as one definition. */
import { onSplits } from '../../../shared/baseline-name.ts';
import { splits } from '../../../shared/split.ts';
import { defineProblem } from '../../core/problem.ts';
import { majorityBaselines, majorityDescriptor } from '../../images/classifiers.ts';
import { imagePaths, needLabels } from '../../images/config.ts';
import type { ImageData, ImageSplit } from '../../images/image-data.ts';
import { previewImages } from '../../images/image-panel.ts';
import { describeImages, imageFacts, loadImages } from '../../images/load-images.ts';
import { createAttentionInstance } from './attention-model.ts';
import { drawAttention } from './attention-picture.ts';
import { hardAttentionConfigSchema, type HardAttentionConfig } from './config.ts';
import { attentionMemory } from './attention-networks.ts';
import { hardAttentionCharts, hardAttentionMetrics } from './metrics.ts';
import { hardAttentionPresets } from './presets.ts';

export const hardAttention = defineProblem<HardAttentionConfig, ImageData>({
  id: 'hard-attention',
  label: 'Hard attention',
  summary:
    'A digit somewhere on a canvas of clutter: one network chooses the patches to look at, another says what is on them.',
  direction: 'minimize',
  stackable: true,
  choice({ attention }) {
    switch (attention.kind) {
      case 'patch':
        return { kind: 'categorical' };
      case 'glimpses':
        return { kind: 'categorical', stages: true };
      case 'mask':
        return { kind: 'bernoulli' };
      case 'random':
      case 'oracle':
      case 'whole':
        return { kind: 'none' };
    }
  },
  config: hardAttentionConfigSchema,
  metrics: hardAttentionMetrics,
  charts: hardAttentionCharts,
  baselines: [
    {
      name: 'chance',
      label: 'Classes by their shares',
      help: 'Entropy of the classes in the split, in nats: the loss of a classifier that knows how often each class occurs and sees nothing.',
    },
    majorityDescriptor,
  ],
  presets: hardAttentionPresets,
  references: [
    {
      authors: 'Mnih, Heess, Graves, Kavukcuoglu',
      title: 'Recurrent Models of Visual Attention',
      venue: 'NIPS 2014',
      url: 'https://arxiv.org/abs/1406.6247',
    },
    {
      authors: 'Xu, Ba, Kiros, Cho, Courville, Salakhutdinov, Zemel, Bengio',
      title: 'Show, Attend and Tell: Neural Image Caption Generation with Visual Attention',
      venue: 'ICML 2015, section 4',
      url: 'https://arxiv.org/abs/1502.03044',
    },
    {
      authors: 'Bahdanau, Cho, Bengio',
      title: 'Neural Machine Translation by Jointly Learning to Align and Translate',
      venue: 'ICLR 2015, appendix A.1.2 (the scores)',
      url: 'https://arxiv.org/abs/1409.0473',
    },
  ],
  help: {
    formula: String.raw`\min_{\phi, \theta}\; \mathbb{E}_{z \sim \mathrm{softmax}(s_\phi(x))}\left[-\log p_\theta\Big(y \,\Big|\, \textstyle\sum_p z_p\, a_\theta(x_p)\Big)\right],\qquad z \in \{e_1, \dots, e_P\}`,
    intuition:
      'A network scores the patches of a canvas, one is drawn, and a second network sees that patch alone and names the class; glimpses are such choices one after the other, each with what was seen in mind, and a mask is a bit for each patch. The loss of a patch that was not looked at is unknown, so the scores learn only through an estimator of the gradient. The same networks without a choice to learn (a random patch, the patch of the digit, all patches) show what attention is worth.',
    fails: String.raw`A relaxation mixes the features of all patches and classifies the mixture: its training loss and its soft accuracy can be good while the one patch that is looked at in the end is a wrong one. Compare hard, drawn and soft accuracy, and the share of glimpses on the digit. Averages over drawn glimpses hide a poor policy; the result here is one pass with the most likely choice. If the entropy falls to 0 before the glimpses find the digit, the attention has settled too early.`,
  },
  valueMetric: 'trainingLoss',
  hardTrainMetric: 'hardTrainLoss',
  selectionMetric: 'hardValidationLoss',
  inputPaths: imagePaths,
  pictures: [
    {
      name: 'attention',
      label: 'Attention',
      help: 'Canvases of the validation split, what is seen of them and what the classifier makes of it.',
      async draw(trained) {
        const { parameters } = await trained.instance();
        return drawAttention(trained.config, await trained.data(), parameters);
      },
    },
  ],
  memory: attentionMemory,
  memoryKeys: ['batch', 'cells', 'features', 'scoreUnits'],
  async load(config, host) {
    const data = await loadImages(config.data, host);
    needLabels(data);
    return data;
  },
  describe: describeImages,
  facts: imageFacts,
  preview: previewImages,
  computeBaselines: (_config, data) =>
    Promise.resolve({
      ...majorityBaselines(data),
      ...onSplits(splits, (split) => ({ chance: labelEntropy(data[split]) })),
    }),
  create: createAttentionInstance,
});

/** Entropy of the labels of a split, in nats. */
function labelEntropy({ labels }: ImageSplit): number {
  const counts = [...Map.groupBy(labels!, (label) => label).values()].map((own) => own.length);
  return -counts.reduce((sum, count) => sum + (count / labels!.length) * Math.log(count / labels!.length), 0);
}
