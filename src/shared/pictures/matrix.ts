/** A quantity for every row and column of two lists of names: a confusion matrix, weights between units, attention. */
import { z } from 'zod';
import { rangeSchema, refused, textSchema, tooMany, valueSchema, type PanelRows } from './parts.ts';

const MOST_CELLS = 40_000;

const sideSchema = z.strictObject({
  /** What the names are: true classes, predicted ones. */
  label: textSchema,
  names: z.array(textSchema).min(1),
});

export const matrixPanelSchema = z
  .strictObject({
    kind: z.literal('matrix'),
    title: textSchema,
    rows: sideSchema,
    columns: sideSchema,
    /** What the colours stand for. */
    quantity: textSchema,
    /** An array for each row, from the top. */
    values: z.array(z.array(valueSchema)),
    /** Ends of the colours; absent: the least and the largest value. */
    range: rangeSchema.exactOptional(),
  })
  .superRefine(({ rows, columns, values }, context) => {
    const [high, wide] = [rows.names.length, columns.names.length];
    const uneven = values.findIndex((row) => row.length !== wide);
    refused(context, [
      tooMany('cells', high * wide, MOST_CELLS),
      values.length !== high && `expected ${high} rows, one per name, got ${values.length}`,
      uneven !== -1 &&
        `row ${uneven}: expected ${wide} values, one per column, got ${values[uneven]?.length}`,
    ]);
  });
export type MatrixPanel = z.infer<typeof matrixPanelSchema>;

/** As it is drawn: the names of the rows, and a column for each column. */
export function matrixRows({ rows, columns, values }: MatrixPanel): PanelRows {
  return {
    header: [rows.label, ...columns.names.map((name) => `${columns.label} ${name}`)],
    rows: values.map((row, i) => [rows.names[i] ?? '', ...row]),
  };
}
