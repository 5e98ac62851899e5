/** What a user can set of a model of words. Keys are a contract with scripts. */
import { z } from 'zod';
import { trainingBytes } from '../../networks/memory.ts';
import { aliceSchema, textFileSchema } from '../../text/config.ts';
import { picturesShape, trainingShape } from '../training-config.ts';
import { generatedSchema } from './generated-corpus.ts';

const losses = [
  z.strictObject({
    kind: z
      .literal('full-softmax')
      .describe('Minus ln softmax of the scores of all words: maximum likelihood, at the cost of all words'),
  }),
  z.strictObject({
    kind: z
      .literal('nce')
      .describe(
        'Noise-contrastive estimation: tells the word of the text from noise words by exp(score) / (exp(score) + k q), so that exp(score) becomes a probability',
      ),
    partition: z
      .enum(['fixed', 'learned'])
      .default('fixed')
      .describe(
        'Z of a context: fixed at 1, or learned, with one ln Z per word (for several words, their mean)',
      ),
  }),
  z.strictObject({
    kind: z
      .literal('negative-sampling')
      .describe(
        'NCE without ln(k q): the scores become PMI - ln k where noise is drawn by the frequencies of the words, and exp(score) is not a probability. Figures use score + ln(k q) as ln p',
      ),
  }),
  z.strictObject({
    kind: z
      .literal('sampled-softmax')
      .describe(
        'Softmax over the word of the text and the noise words, whose scores are reduced by ln(k q) (log q correction); noise that is the word itself is left out',
      ),
  }),
  z.strictObject({
    kind: z
      .literal('importance')
      .describe('Full softmax whose ln Z is estimated by noise words alone, each with the weight 1 / (k q)'),
  }),
  z.strictObject({
    kind: z
      .literal('log-partition')
      .describe(
        "Full softmax whose gradient of ln Z is an expectation over a word that the model itself draws: a categorical choice of all words, for every estimator that supports one. It costs what full softmax costs, and shows the estimators' noise",
      ),
  }),
] as const;

const noises = [
  z.strictObject({
    kind: z.literal('unigram').describe('In proportion to a power of how often the training text has a word'),
    power: z
      .number()
      .min(0)
      .max(2)
      .default(0.75)
      .describe('1: as often as in the text; 0: all words equally often; 0.75: as published'),
  }),
  z.strictObject({ kind: z.literal('uniform').describe('All words equally often') }),
  z.strictObject({
    kind: z
      .literal('bigram')
      .describe(
        'By how often a word follows the word of the context (of several, the one before) in the training text, mixed with the unigram law',
      ),
    smoothing: z
      .number()
      .positive()
      .max(1e6)
      .default(5)
      .describe('Counts that the unigram law stands for in the mixture'),
  }),
] as const;

const judgedFile = (what: string) =>
  z.string().min(1).nullable().default(null).describe(what).meta({ widget: 'file', samples: '' });

const dataSchema = z
  .discriminatedUnion('kind', [aliceSchema, textFileSchema, generatedSchema])
  .prefault({ kind: 'alice' })
  .superRefine(({ validation, test }, context) => {
    if (validation + test < 1) return;
    const message = 'validation and test together must leave something for training';
    context.addIssue({ code: 'custom', path: ['test'], message });
  });

export const noiseContrastiveConfigSchema = z
  .strictObject({
    data: dataSchema.describe('The text'),
    model: z
      .enum(['skip-gram', 'cbow', 'log-bilinear'])
      .default('skip-gram')
      .describe(
        'What is predicted from what: skip-gram, each neighbour of a word from that word; cbow, a word from the mean of its neighbours; log-bilinear, a word from those before it, each weighted by its distance',
      ),
    window: z
      .int()
      .min(1)
      .max(50)
      .default(2)
      .describe('Neighbours on either side (skip-gram, cbow), or words before (log-bilinear)'),
    subsample: z
      .number()
      .gt(0)
      .lt(1)
      .nullable()
      .default(null)
      .describe(
        'Thins out words whose share of the training text is above this number t: one is left out with the probability 1 - sqrt(t / share), and its neighbours become adjacent; validation and test text stay whole, so their likelihood suffers. 0.00001 to 0.001 for large texts; null: none',
      ),
    embeddingSize: z.int().min(1).max(1024).default(32).describe('Size of a vector; a word has two vectors'),
    bias: z
      .boolean()
      .default(true)
      .describe(
        'Whether each word has a bias that is added to its score; at step 0 the biases make the model that of the frequencies. With them, negative sampling learns what NCE does; word2vec has none',
      ),
    loss: z
      .discriminatedUnion('kind', losses)
      .prefault({ kind: 'nce' })
      .describe('Loss that trains the scores')
      .meta({ section: 'training' }),
    noise: z
      .discriminatedUnion('kind', noises)
      .prefault({ kind: 'unigram' })
      .describe(
        'Probability q of a noise word; used by nce, negative-sampling, sampled-softmax and importance',
      )
      .meta({ section: 'training' }),
    noiseWords: z
      .int()
      .min(1)
      .max(100_000)
      .default(10)
      .describe('k, noise words per word of the text, drawn with replacement')
      .meta({ section: 'training' }),
    shareNoise: z
      .boolean()
      .default(false)
      .describe(
        'Whether all rows of a minibatch have the same noise words: faster with many of them, and unbiased, but their noise does not average out. Not with bigram noise',
      )
      .meta({ section: 'training' }),
    similarity: judgedFile(
      'File of word pairs that people have judged, one pair and its score per line (WordSim-353 and the like): the rank correlation of the cosines with the scores is reported; null: none',
    ),
    analogies: judgedFile(
      'File of analogies, four words per line, "a b c d" for a is to b as c is to d (the format of questions-words.txt): the share that is found is reported; null: none',
    ),
    ...trainingShape,
    ...picturesShape,
    batch: trainingShape.batch.default(256),
    learningRate: trainingShape.learningRate.default(0.005),
  })
  .superRefine(({ noise, shareNoise }, context) => {
    if (!shareNoise || noise.kind !== 'bigram') return;
    const message = 'expected false, because bigram noise is drawn for the context of each row';
    context.addIssue({ code: 'custom', path: ['shareNoise'], message });
  });
export type NoiseContrastiveConfig = z.infer<typeof noiseContrastiveConfigSchema>;
export type Loss = NoiseContrastiveConfig['loss'];
export type NoiseConfig = NoiseContrastiveConfig['noise'];

/** Whether exp(score), with what the loss adds to it, is meant to be a probability as it is: its Z is trained to be 1. */
export function selfNormalised({ kind }: Loss): boolean {
  return kind === 'nce' || kind === 'negative-sampling';
}

/** Whether ln Z is a parameter. */
export function learnsPartition(loss: Loss): boolean {
  return loss.kind === 'nce' && loss.partition === 'learned';
}

/** Words of a context, at most. */
export function contextSize({ model, window }: Pick<NoiseContrastiveConfig, 'model' | 'window'>): number {
  if (model === 'skip-gram') return 1;
  return model === 'cbow' ? 2 * window : window;
}

/** `ProblemDefinition.forkIssue` */
export function noiseContrastiveForkIssue(
  before: NoiseContrastiveConfig,
  after: NoiseContrastiveConfig,
): { readonly path: string; readonly message: string } | null {
  if (learnsPartition(before.loss) === learnsPartition(after.loss)) return null;
  return {
    path: 'loss.partition',
    message:
      'expected Z to be learned or not as in the parent, because it is a parameter; start a run of the other instead',
  };
}

/** Config keys that name files of the user. */
export const wordPaths: readonly string[] = ['data.path', 'similarity', 'analogies'];

/** `ProblemDefinition.memory` */
export function noiseContrastiveMemory(config: NoiseContrastiveConfig): number {
  const { data, embeddingSize, loss, noiseWords, batch } = config;
  const words = data.kind === 'generated' ? data.words : data.vocabulary;
  const parameters = words * (2 * embeddingSize + 1);
  const all = loss.kind === 'full-softmax' || loss.kind === 'log-partition';
  const scored = all ? words : (noiseWords + 1) * (embeddingSize + 1);
  const tokens = data.kind === 'generated' ? data.length : 0;
  return trainingBytes(parameters, batch, scored, contextSize(config) * embeddingSize) + 8 * tokens;
}
