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
      'Units of the text: words (letters, marks and digits of any script, apostrophes inside), characters, or bytes, which any file has',
    ),
  lowercase: z
    .boolean()
    .default(true)
    .describe('Whether capitals count as lower-case letters; never for bytes'),
  limit: z
    .int()
    .min(100)
    .max(2 ** 26)
    .default(5_000_000)
    .describe(
      'How many tokens to read, from the beginning of the text; the rest of a larger file is not read',
    ),
};

const vocabularyShape = {
  minCount: z
    .int()
    .min(1)
    .default(5)
    .describe('Tokens that occur less often than this in the training part are not in the vocabulary'),
  vocabulary: z
    .int()
    .min(2)
    .max(2 ** 21)
    .default(10_000)
    .describe('Largest size of the vocabulary: the most common tokens of the training part'),
  unknown: z
    .enum(['token', 'drop'])
    .default('token')
    .describe(
      'How tokens outside the vocabulary are treated: all of them count as one word, <unk>, or they are left out, so that their neighbours become adjacent',
    ),
};

const share = z.number().gt(0).lt(1);

/** How tokens become splits. */
export const shareShape = {
  validation: share.default(0.1).describe('Share of the tokens used for early stopping and restarts'),
  test: share.default(0.1).describe('Share of the tokens kept for the reported figures'),
  seed: z
    .int()
    .min(0)
    .default(1)
    .describe(
      'Seed of the splits, stretch by stretch, and of everything drawn from the data; all runs of a comparison share it, whatever their own seed',
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
    .describe('Text file, or folder of text files, which are read in the order of their names')
    .meta({ widget: 'file', samples: TEXT_SAMPLES }),
  ...textShape,
});

/** The text that comes with the studio: one kind of `data`. */
export const aliceSchema = z.strictObject({
  kind: z
    .literal('alice')
    .describe(
      "Lewis Carroll, Alice's Adventures in Wonderland, 1865: about 27 000 words, which come with the studio",
    ),
  ...textShape,
});

export type TextConfig = z.infer<typeof textFileSchema> | z.infer<typeof aliceSchema>;
