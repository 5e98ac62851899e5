/**
 * Input files as the machine of the studio has them: a page may be far away, and never reads a file itself. Only folders below
 * a few roots are listed; any other path can be typed.
 */
import { z } from 'zod';
import { procedure } from './procedure.ts';

const entrySchema = z.strictObject({
  name: z.string(),
  /** As it is put into a config. */
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  /** Of a file. */
  bytes: z.number().nonnegative(),
});
export type FileEntry = z.infer<typeof entrySchema>;

const listingSchema = z.strictObject({
  /** Absolute; empty: the samples. */
  folder: z.string(),
  /** The folder above, where it may be listed. */
  parent: z.string().nullable(),
  roots: z.array(z.strictObject({ label: z.string(), path: z.string() })),
  /** Folders first, each group by name; hidden ones and links are left out. */
  entries: z.array(entrySchema),
  /** True if there are more than are listed. */
  truncated: z.boolean(),
});
export type FileListing = z.infer<typeof listingSchema>;

/** Of a text that a page sends; larger files are put on the studio's machine by other means, and chosen there. */
export const LARGEST_KEPT_TEXT = 768 * 1024;

/** Of a file without its folder. */
const fileNameSchema = z
  .string()
  .regex(
    /^[^\p{Cc}\\/\u202a-\u202e\u2066-\u2069]{1,200}$/u,
    'a file name without folders and control characters',
  );

export const filesContract = {
  list: procedure
    .input(
      z.strictObject({
        /** Empty: the samples, or the first of the roots where there are none. */
        folder: z.string().max(4096).default(''),
        /** Kind of the samples that can be chosen, as the schema of the config key has it. */
        samples: z
          .string()
          .regex(/^[a-z0-9-]{1,64}$/)
          .nullable()
          .default(null),
      }),
    )
    .output(listingSchema),
  /**
   * Keeps a file that was dropped on the page in the data folder, for a config to name; the same content twice is one file.
   * Whether it can be used, only the start of a run says.
   */
  keep: procedure
    .input(
      z.strictObject({
        name: fileNameSchema,
        text: z.string().min(1).max(LARGEST_KEPT_TEXT),
        /** What the text is: the file's own, or its bytes. */
        encoding: z.enum(['utf8', 'base64']).default('utf8'),
      }),
    )
    .output(z.strictObject({ path: z.string() })),
};
