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
  /** Absolute, or `sample:` for what comes with the studio. */
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

export const filesContract = {
  list: procedure
    .input(z.strictObject({ folder: z.string().min(1).max(4096).default('sample:') }))
    .output(listingSchema),
};
