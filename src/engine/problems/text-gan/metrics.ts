/** Names, meaning and direction of what text GANs report. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import { splits, splitWords } from '../../../shared/split.ts';
import { heldOut, metric, splitName } from '../metric-descriptors.ts';

const nllLines = ['unigram', 'oracle'];

const nllColumns = { train: 'train NLL', validation: 'validation NLL', test: 'test NLL' };
const nllWhen = {
  train: ' During training, at most 500.',
  validation: ' Used for early stopping and restarts.',
  test: ' At the end.',
};

const EXACT = 'Summed over all sequences, where there are at most 20 000 and their law is known.';

export const textGanMetrics: readonly MetricDescriptor[] = [
  metric(
    'trainingLoss',
    'Training loss',
    'Mean over the minibatches since the last logged point (logEvery steps). While the generator is trained by maximum likelihood, NLL of training sequences in nats per token; then what it lowers against the discriminator, -ln D(x) or 1 - D(x) (method.reward), as the estimator believes it to be.',
    'lower',
    { column: 'training', split: 'train' },
  ),
  metric(
    'hardTrainLoss',
    'Hard loss',
    'For adversarial training, -ln D(x) or 1 - D(x) of sequences that the generator draws, nothing relaxed, from the first step on; for maximum likelihood, the NLL of training sequences.',
    'lower',
    { column: 'hard train', split: 'train' },
  ),
  ...splits.map((split) =>
    metric(
      splitName('hard', split, 'Nll'),
      `NLL, ${splitWords[split]} sequences`,
      `Mean of -ln p(x) by the generator over ${splitWords[split]} sequences, in nats per token: high where it leaves out what the data have. Over at most 2000 evenly spaced sequences, fewer for large models.${nllWhen[split]}`,
      'lower',
      { split, baselines: nllLines, column: nllColumns[split] },
    ),
  ),
  metric(
    'oracleNll',
    'NLL by the oracle',
    `Mean of -ln p(x) by the law of the data over sequences that the generator draws, in nats per token (NLL_oracle of SeqGAN): high where it produces what the data do not have. Below the entropy of the law, it has left out what is less likely: read it together with the NLL of held-out sequences. Exact for few sequences.`,
    'lower',
    { column: 'oracle NLL', baselines: ['entropyRate'] },
  ),
  metric(
    'generatorEntropy',
    'Entropy of the generator',
    'Nats per token; near 0 it always produces the same. Exact for few sequences of a known law, otherwise over drawn sequences.',
    'neither',
    { column: 'entropy', baselines: ['entropyRate'], health: 'entropy' },
  ),
  metric(
    'klFromOracle',
    'KL(oracle || generator)',
    `In nats per sequence: the cost of leaving sequences out. ${EXACT}`,
    'lower',
    {
      column: 'KL from oracle',
    },
  ),
  metric(
    'klToOracle',
    'KL(generator || oracle)',
    `In nats per sequence: the cost of making sequences up. ${EXACT}`,
    'lower',
    {
      column: 'KL to oracle',
    },
  ),
  metric(
    'jensenShannon',
    'Jensen-Shannon divergence',
    `Jensen-Shannon divergence of the laws of oracle and generator, in nats per sequence, at most ln 2: what a perfect discriminator would measure. ${EXACT}`,
    'lower',
  ),
  metric(
    'totalVariation',
    'Total variation',
    `Half the sum of |p - q| over all sequences, 0 to 1: a discriminator is right with a probability of at most (1 + total variation) / 2. ${EXACT}`,
    'lower',
  ),
  ...heldOut(
    metric(
      'discriminatorAccuracy',
      'Accuracy of the discriminator',
      'Share of sequences that it classifies correctly, half of them from the data and half generated: near 1/2 where it cannot tell them apart.',
      'neither',
    ),
    'sequences',
  ),
  ...heldOut(
    metric(
      'bleu',
      'BLEU',
      'Mean BLEU of generated sequences against all held-out ones (n-grams up to 4, method 1 of Chen and Cherry for those that are missing), at most 1. A generator that produces only one good sequence has a high one: read it together with self-BLEU.',
      'higher',
    ),
    'sequences',
    { validation: 'BLEU' },
  ),
  metric(
    'selfBleu',
    'Self-BLEU',
    'Mean BLEU of each generated sequence against all others: near 1 where they repeat each other. It grows with the number of sequences, so compare it at the same size.',
    'lower',
    { column: 'self-BLEU' },
  ),
  ...[1, 2, 3].map((n) =>
    metric(
      `distinct${n}`,
      `Distinct-${n}`,
      `Different ${['tokens', 'pairs of neighbours', 'runs of three tokens'][n - 1]!} of all generated sequences together, as a share of all.`,
      'higher',
    ),
  ),
  metric(
    'different',
    'Different sequences',
    'Different ones among the generated sequences, as a share.',
    'higher',
    { column: 'different', health: 'alive-share' },
  ),
  metric(
    'collapsed',
    'Collapsed',
    '1 where the generator has less than half as many different sequences, or different pairs of neighbours, as equally many training sequences have, or its self-BLEU is less than half as far below 1 as theirs; else 0. The log says it in words.',
    'lower',
    { column: 'collapsed' },
  ),
  metric(
    'gap',
    'Gap',
    'Training loss minus hard loss: below 0 where a relaxation believes that it fools the discriminator better than its hard sequences do. It means nothing while an adversarial run is trained by maximum likelihood.',
    'neither',
    { column: 'gap train', split: 'train' },
  ),
];

export const textGanCharts: readonly ChartDescriptor[] = [
  { title: 'NLL, validation sequences', metrics: ['hardValidationNll'] },
  { title: 'NLL by the oracle', metrics: ['oracleNll'] },
  { title: 'Divergence from the oracle', metrics: ['klFromOracle', 'klToOracle', 'jensenShannon'] },
  { title: 'Total variation', metrics: ['totalVariation'] },
  { title: 'Entropy of the generator', metrics: ['generatorEntropy'] },
  { title: 'Self-BLEU', metrics: ['selfBleu'] },
  { title: 'BLEU, validation sequences', metrics: ['validationBleu'] },
  { title: 'Different sequences', metrics: ['different', 'collapsed'] },
  { title: 'Distinct n-grams', metrics: ['distinct2', 'distinct1', 'distinct3'] },
  { title: 'Accuracy of the discriminator', metrics: ['validationDiscriminatorAccuracy'] },
  { title: 'Loss against the discriminator', metrics: ['hardTrainLoss', 'trainingLoss'] },
  { title: 'NLL, training sequences', metrics: ['hardTrainNll'] },
  { title: 'Gap', metrics: ['gap'] },
];
