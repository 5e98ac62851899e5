/** Pictures of a run that are kept while it trains: how they travel and rest, and how many of them a run may have. */
import { z } from 'zod';

/** Name of a picture, as its problem declares it. */
const pictureNameSchema = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9-]*$/);

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes');

export const keptPictureSchema = z.object({
  name: pictureNameSchema,
  /** Of the parameters. */
  step: z.int().nonnegative(),
  /** The picture as compressed JSON (`node/picture-content.ts`). */
  content: bytes,
});
export type KeptPicture = z.infer<typeof keptPictureSchema>;

/** Steps of which a run keeps one picture, ascending. */
export const keptStepsSchema = z.strictObject({ name: z.string(), steps: z.array(z.int()) });
export type KeptSteps = z.infer<typeof keptStepsSchema>;

/** What one run may keep: beyond it pictures between the first and the last go, so that the others stay spread evenly. */
export const keptLimits = {
  /** Compressed; pictures that are the same count once. */
  bytes: 16 * 2 ** 20,
  /** Of one picture. */
  steps: 500,
} as const;
