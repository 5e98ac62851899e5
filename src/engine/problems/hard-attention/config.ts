/** What a user can set of hard attention. Keys are a contract with scripts. */
import { z } from 'zod';
import { imagesShape } from '../../images/config.ts';
import { picturesShape, trainingShape } from '../training-config.ts';

const attentionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z
        .literal('patch')
        .describe('One patch, chosen by the scores that a network gives to all of them'),
    }),
    z.strictObject({
      kind: z
        .literal('glimpses')
        .describe('Several patches, one after the other: the scores of the next depend on what was seen'),
      glimpses: z.int().min(2).max(16).default(3).describe('Glimpses T, the stages of the choice'),
    }),
    z.strictObject({
      kind: z.literal('mask').describe('Any set of patches: a bit for each says whether it is seen'),
      price: z
        .number()
        .min(0)
        .max(100)
        .default(0.05)
        .describe('Nats that each patch seen adds to the loss; 0: seeing them all costs nothing'),
    }),
    z.strictObject({
      kind: z
        .literal('random')
        .describe('No choice to learn: a patch drawn at random, each equally likely. The lower end'),
    }),
    z.strictObject({
      kind: z.literal('oracle').describe('No choice to learn: the patch that holds most of the digit'),
    }),
    z.strictObject({
      kind: z.literal('whole').describe('No choice to learn: every patch is seen'),
    }),
  ])
  .prefault({ kind: 'patch' });

export const hardAttentionConfigSchema = z.strictObject({
  ...imagesShape({ kind: 'digits', binarize: 'none' }),
  attention: attentionSchema.describe('What is seen of a canvas').meta({ section: 'choice' }),
  cells: z
    .int()
    .min(2)
    .max(8)
    .default(3)
    .describe('Patches along a side of the canvas, each of the size of an image: P is its square'),
  jitter: z
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe(
      'Largest offset of the image from its patch in pixels, across and down; 0: it fills one patch exactly',
    ),
  clutter: z.int().min(0).max(500).default(8).describe('Pieces of other images scattered over the canvas'),
  pieceSide: z
    .number()
    .gt(0)
    .max(1)
    .default(0.5)
    .describe('Side of a piece of clutter, as a share of the side of an image'),
  features: z.int().min(1).max(4096).default(64).describe('Features of a patch, for the classifier'),
  scoreUnits: z
    .int()
    .min(1)
    .max(4096)
    .default(32)
    .describe('Hidden units of the network that scores patches'),
  hiddenUnits: z.int().min(1).max(4096).default(64).describe('Hidden units between features and classes'),
  ...trainingShape,
  ...picturesShape,
  batch: trainingShape.batch.default(64),
  learningRate: trainingShape.learningRate.default(0.003),
});

export type HardAttentionConfig = z.infer<typeof hardAttentionConfigSchema>;

/** P */
export function patchesOf({ cells }: Pick<HardAttentionConfig, 'cells'>): number {
  return cells ** 2;
}
