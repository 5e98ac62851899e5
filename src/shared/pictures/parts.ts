/** What the kinds of panels have in common: texts, numbers, axes, names, limits, and rows. */
import { z } from 'zod';

/** Numbers of one panel. */
export const MOST_NUMBERS = 300_000;

/** A title, a caption, a name on an axis. */
export const textSchema = z.string().min(1).max(200);

/** Null where there is no finite value: JSON has neither NaN nor Infinity. */
export const valueSchema = z.number().nullable();

export const pairSchema = z.tuple([z.number(), z.number()]);

export const rangeSchema = z
  .strictObject({ from: z.number(), to: z.number() })
  .refine(({ from, to }) => from < to, 'from is not below to');

/** An axis reaches as far as what is on it, or to the ends that are given. */
const axisSchema = z.strictObject({
  label: textSchema,
  from: z.number().exactOptional(),
  to: z.number().exactOptional(),
  /** Absent: linear. On a logarithmic axis, what is not above 0 has no place. */
  scale: z.literal('log').exactOptional(),
});
export type PanelAxis = z.infer<typeof axisSchema>;

/** A series, a class or a group of bars. */
export const nameSchema = z.strictObject({
  label: textSchema,
  /** Id of the estimator that it stands for: it is drawn in that estimator's colour. */
  estimator: z.string().max(100).exactOptional(),
});
export type PanelName = z.infer<typeof nameSchema>;

/** A dashed line across the plot. */
const thresholdSchema = z.strictObject({
  axis: z.enum(['x', 'y']),
  at: z.number(),
  label: textSchema,
});
export type Threshold = z.infer<typeof thresholdSchema>;

/** What panels with two axes begin with, and their lines across. */
export const plotHead = { title: textSchema, x: axisSchema, y: axisSchema };
export const thresholdsSchema = z.array(thresholdSchema).max(20).exactOptional();

export type Cell = string | number | null;

/** The numbers of a panel as a table: what "Show data" and CSV have. */
export interface PanelRows {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** True of a column that holds numbers and nothing else: it is set to the right. */
export function isNumeric({ rows }: PanelRows, column: number): boolean {
  const cells = rows.map((row) => row[column] ?? null).filter((cell) => cell !== null);
  return cells.length > 0 && cells.every((cell) => typeof cell === 'number');
}

/** The sentence for more numbers than a panel takes; undefined where they are few enough. */
export function tooMany(what: string, count: number, most: number): string | undefined {
  if (count <= most) return undefined;
  return `${what}: at most ${most} fit into one panel, got ${count}; show fewer`;
}

/** A check of a whole panel: tells each sentence that is one. */
export function refused(
  context: { addIssue(issue: { code: 'custom'; message: string }): void },
  sentences: readonly (string | false | undefined)[],
): void {
  for (const message of sentences) {
    if (typeof message === 'string') context.addIssue({ code: 'custom', message });
  }
}
