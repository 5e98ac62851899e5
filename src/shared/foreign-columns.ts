/** Files of other programs as runs: what a person may say of their columns and of what is judged. */
import { z } from 'zod';
import { nameSchema } from './contract/texts.ts';

export const columnRoles = ['run', 'name', 'seed', 'step', 'metric', 'value'] as const;
export type ColumnRole = (typeof columnRoles)[number];

export const foreignOptionsSchema = z.object({
  /** The column of a role; absent: the one that is called like it. */
  columns: z.partialRecord(z.enum(columnRoles), z.string().min(1)).default({}),
  /** The metric that ranks, as the file calls it; null: the first. */
  metric: z.string().min(1).nullable().default(null),
  /** Null: less is better of what is called loss, error, regret or the like, else more. */
  direction: z.enum(['maximize', 'minimize']).nullable().default(null),
  /** The comparison that the runs join, of this and earlier files; null: the name of the file. */
  group: nameSchema.nullable().default(null),
});
export type ForeignOptions = z.infer<typeof foreignOptionsSchema>;
