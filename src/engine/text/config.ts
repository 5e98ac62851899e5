/** What a user can say of a text. Keys are a contract with scripts, the same for all problems that read text. */
import { z } from 'zod';

/** Kind of the samples that `sample:<name>` stands for where a text is read. */
export const TEXT_SAMPLES = 'texts';

const tokenKinds = ['words', 'characters', 'bytes'] as const;

/** How a text becomes tokens. */
const tokenShape = {
  tokens: z
    .enum(tokenKinds)
    .default('words')
    .describe(
      'What the text is cut into: words (letters, marks and digits of any script, apostrophes inside), characters, or bytes, which any file has',
    ),
  lowercase: z.boolean().default(true).describe('Whether capitals count as small letters; of bytes, never'),
  limit: z
    .int()
    .min(100)
    .max(2 ** 26)
    .default(5_000_000)
    .describe('Tokens that are read, from the beginning of the text; a larger file is not read to its end'),
};

const vocabularyShape = {
  minCount: z
    .int()
    .min(1)
    .default(5)
    .describe('A token that the training part has less often than this is not in the vocabulary'),
  vocabulary: z
    .int()
    .min(2)
    .max(2 ** 21)
    .default(10_000)
    .describe('Largest size of the vocabulary: the commonest tokens of the training part'),
  unknown: z
    .enum(['token', 'drop'])
    .default('token')
    .describe(
      'What becomes of tokens outside of the vocabulary: all of them count as one word, <unk>, or they are left out, so that their neighbours move together',
    ),
};

const share = z.number().gt(0).lt(1);

/** How tokens become splits. */
export const shareShape = {
  validation: share.default(0.1).describe('Share of the tokens that early stopping and restarts go by'),
  test: share.default(0.1).describe('Share of the tokens that only the reported figures see'),
  seed: z
    .int()
    .min(0)
    .default(1)
    .describe(
      'Seed of the splits, stretch by stretch, and of whatever is drawn of the data; all runs of a comparison share it, whatever their own seed',
    ),
};

/** What a text has beside where it is. */
const textShape = { ...tokenShape, ...vocabularyShape, ...shareShape };

/** A text file or a folder of them: one kind of `data`. */
export const textFileSchema = z.strictObject({
  kind: z.literal('text').describe('Text files in UTF-8, of any size and in any script'),
  path: z
    .string()
    .min(1, 'expected the path of a text file or a folder')
    .describe('Text file, or folder of text files, which are read by name')
    .meta({ widget: 'file', samples: TEXT_SAMPLES }),
  ...textShape,
});

/** The text that comes with the studio: one kind of `data`. */
export const aliceSchema = z.strictObject({
  kind: z
    .literal('alice')
    .describe(
      "Lewis Carroll, Alice's Adventures in Wonderland, 1865: some 27 000 words, which come with the studio",
    ),
  ...textShape,
});

export type TextConfig = z.infer<typeof textFileSchema> | z.infer<typeof aliceSchema>;
