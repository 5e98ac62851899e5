/** Texts cut into tokens, each with a number: a weight, a probability, a logarithm of one. */
import { z } from 'zod';
import { rangeSchema, refused, textSchema, tooMany, valueSchema, type PanelRows } from './parts.ts';

const MOST_TOKENS = 10_000;

export const tokensPanelSchema = z
  .strictObject({
    kind: z.literal('tokens'),
    title: textSchema,
    /** What the colours stand for. */
    quantity: textSchema,
    texts: z
      .array(
        z.strictObject({
          /** May be empty. */
          caption: z.string().max(200),
          /** In order; a space between two tokens is part of one of them. Null: a token without a number. */
          tokens: z.array(z.strictObject({ text: z.string().max(200), weight: valueSchema })),
        }),
      )
      .min(1)
      .max(500),
    /** Ends of the colours; absent: the least and the largest number. */
    range: rangeSchema.exactOptional(),
  })
  .superRefine(({ texts }, context) => {
    const count = texts.reduce((sum, { tokens }) => sum + tokens.length, 0);
    refused(context, [tooMany('tokens', count, MOST_TOKENS)]);
  });
export type TokensPanel = z.infer<typeof tokensPanelSchema>;

/** One row a token. */
export function tokensRows({ texts, quantity }: TokensPanel): PanelRows {
  return {
    header: ['Text', 'Caption', 'Place', 'Token', quantity],
    rows: texts.flatMap(({ caption, tokens }, text) =>
      tokens.map((token, place) => [text, caption, place, token.text, token.weight]),
    ),
  };
}
