/** What a user can set of text GANs. Keys are a contract with scripts. */
import { z } from 'zod';
import { cells, gatesOf, type Cell } from '../../networks/recurrent.ts';
import { trainingBytes } from '../../networks/memory.ts';
import { aliceSchema, textFileSchema } from '../../text/config.ts';
import { picturesShape, trainingShape } from '../training-config.ts';
import { oracleSchema, tabularSchema } from './oracles.ts';

/** As for all texts, but for what a generator of sequences can take. */
const textDefaults = {
  tokens: textFileSchema.shape.tokens
    .unwrap()
    .default('characters')
    .describe(textFileSchema.shape.tokens.description!),
  vocabulary: z
    .int()
    .min(2)
    .max(20_000)
    .default(1000)
    .describe(
      'Largest size of the vocabulary: the most common tokens of the training part. Every step gives a chance to each of them',
    ),
};

const dataSchema = z
  .discriminatedUnion('kind', [
    tabularSchema,
    oracleSchema,
    aliceSchema.extend(textDefaults),
    textFileSchema.extend(textDefaults),
  ])
  .prefault({ kind: 'tabular' })
  .superRefine(({ validation, test }, context) => {
    if (validation + test < 1) return;
    const message = 'validation and test together must leave something for training';
    context.addIssue({ code: 'custom', path: ['test'], message });
  });

const discriminators = [
  z.strictObject({
    kind: z
      .literal('convolution')
      .describe(
        'Windows of several widths over the tokens, for each filter the largest value over the places',
      ),
    widths: z
      .array(z.int().min(1).max(50))
      .min(1)
      .max(20)
      .default([1, 2, 3, 4])
      .describe('Tokens of a window; a window wider than the sequence becomes as wide as the sequence'),
    filters: z.int().min(1).max(1024).default(32).describe('Filters of each width'),
  }),
  z.strictObject({
    kind: z
      .literal('recurrent')
      .describe('A recurrent network that reads the tokens, judged by its last state'),
    units: z.int().min(1).max(1024).default(32).describe('Units of the network'),
  }),
] as const;

const methods = [
  z.strictObject({
    kind: z
      .literal('likelihood')
      .describe('Maximum likelihood alone, from the first step to the last: no choice, and no discriminator'),
  }),
  z.strictObject({
    kind: z
      .literal('adversarial')
      .describe(
        'Maximum likelihood for the first steps, then against a discriminator, whose verdict reaches the generator through the choice of every token',
      ),
    warmSteps: z
      .int()
      .min(0)
      .max(100_000_000)
      .default(500)
      .describe(
        'Steps of maximum likelihood at the beginning; the discriminator learns from the first step on',
      ),
    reward: z
      .enum(['log', 'probability'])
      .default('log')
      .describe(
        'What the generator lowers: log, -ln D(x), whose gradient lasts while the discriminator is sure; probability, 1 - D(x), the reward of SeqGAN',
      ),
    rollouts: z
      .int()
      .min(0)
      .max(256)
      .default(0)
      .describe(
        'N of SeqGAN: a token is judged by the mean verdict on N sequences that continue from it; 0: by the verdict on the sequence that was drawn. For estimators that use the value of a sample (REINFORCE)',
      ),
    rolloutRate: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .describe(
        'How slowly the network that completes rollouts follows the generator: after each adversarial step it keeps this share of itself and takes the rest from the generator; 0: it is the generator, and the estimate is unbiased. SeqGAN uses 0.8',
      ),
  }),
] as const;

export const textGanConfigSchema = z.strictObject({
  data: dataSchema.describe('What the generator should produce: sequences of a known law, or a text'),
  length: z
    .int()
    .min(2)
    .max(1000)
    .nullable()
    .default(null)
    .describe(
      'Tokens of a sequence, T, the stages of the choice; a text is cut into windows of this length. null: 5 for a chain, otherwise 20, or as many as the stretches of a short text have',
    ),
  cell: z
    .enum(cells)
    .default('gru')
    .describe('Recurrent cell of the generator, and of a recurrent discriminator'),
  embeddingSize: z.int().min(1).max(1024).default(16).describe("Size of a token's vector, in both networks"),
  hiddenUnits: z.int().min(1).max(2048).default(32).describe('Units of the generator'),
  discriminator: z
    .discriminatedUnion('kind', discriminators)
    .prefault({ kind: 'convolution' })
    .describe('The network that tells sequences of the data from generated ones'),
  method: z
    .discriminatedUnion('kind', methods)
    .prefault({ kind: 'adversarial' })
    .describe('How the generator is trained')
    .meta({ section: 'training' }),
  ...trainingShape,
  ...picturesShape,
  batch: trainingShape.batch.default(64),
  learningRate: trainingShape.learningRate.default(0.005),
});
export type TextGanConfig = z.infer<typeof textGanConfigSchema>;
export type Adversarial = Extract<TextGanConfig['method'], { kind: 'adversarial' }>;

/** `ProblemDefinition.forkIssue` */
export function textGanForkIssue(
  before: TextGanConfig,
  after: TextGanConfig,
): { readonly path: string; readonly message: string } | null {
  if (before.method.kind === after.method.kind || after.method.kind === 'likelihood') return null;
  return {
    path: 'method.kind',
    message:
      'expected the method of the parent, likelihood, which has no discriminator to continue with; start a run with method.warmSteps instead',
  };
}

/** T where nobody has set it, unless a text is too short. */
export function usualLength({ data, length }: Pick<TextGanConfig, 'data' | 'length'>): number {
  return length ?? (data.kind === 'tabular' ? 5 : 20);
}

/** `ProblemDefinition.memory` */
export function textGanMemory(config: TextGanConfig): number {
  const { data, cell, embeddingSize, hiddenUnits, discriminator, method, batch } = config;
  const symbols =
    data.kind === 'tabular' || data.kind === 'oracle' ? data.symbols : Math.min(data.vocabulary, 100);
  const length = usualLength(config);
  const recurrent = (of: Cell, inputs: number, units: number) => gatesOf[of] * units * (inputs + units + 1);
  const generator = symbols * (embeddingSize + hiddenUnits + 1) + recurrent(cell, embeddingSize, hiddenUnits);
  const judge =
    symbols * embeddingSize +
    (discriminator.kind === 'recurrent'
      ? recurrent(cell, embeddingSize, discriminator.units)
      : discriminator.widths.reduce((sum, width) => sum + width * embeddingSize * discriminator.filters, 0));
  const outputs = length * (2 * symbols + gatesOf[cell] * hiddenUnits);
  const adversarial = method.kind === 'adversarial';
  const rolled = adversarial ? method.rollouts * length * embeddingSize : 0;
  return trainingBytes(generator + (adversarial ? judge : 0), batch, outputs, rolled);
}
