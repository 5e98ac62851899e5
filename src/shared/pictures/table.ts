/** A table of texts and numbers. */
import { z } from 'zod';
import { refused, textSchema, tooMany, type PanelRows } from './parts.ts';

const MOST_CELLS = 100_000;

export const tablePanelSchema = z
  .strictObject({
    kind: z.literal('table'),
    title: textSchema,
    /** Headings. */
    columns: z.array(textSchema).min(1).max(100),
    /** As long as the columns; null: an empty cell. */
    rows: z.array(z.array(z.union([z.string().max(2000), z.number(), z.null()]))),
  })
  .superRefine(({ columns, rows }, context) => {
    const uneven = rows.findIndex((row) => row.length !== columns.length);
    refused(context, [
      tooMany('cells', columns.length * rows.length, MOST_CELLS),
      uneven !== -1 &&
        `row ${uneven}: expected ${columns.length} cells, one per column, got ${rows[uneven]?.length}`,
    ]);
  });
export type TablePanel = z.infer<typeof tablePanelSchema>;

export function tableRows({ columns, rows }: TablePanel): PanelRows {
  return { header: columns, rows };
}
