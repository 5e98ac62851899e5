/** Maps over two numbers, side by side, each with what its labels stand for: data that the page draws. */
import { z } from 'zod';
import { regionMapSchema } from './region-map.ts';

const labelledMapSchema = z.strictObject({
  title: z.string(),
  map: regionMapSchema,
  /** What the labels tell: the heading of their column. */
  meaning: z.string(),
  /** What is ordered: the labels are this many equal bands of it, the lowest is 0. Null: labels have no order. */
  bands: z.strictObject({ count: z.int().min(1).max(256), from: z.number(), to: z.number() }).nullable(),
  /** Of every label that the map has, its text; in the order of a table. */
  labels: z.array(z.strictObject({ label: z.int(), text: z.string() })),
});
export type LabelledMap = z.infer<typeof labelledMapSchema>;

export const mapsViewSchema = z.strictObject({
  kind: z.literal('maps'),
  /** What is said of all maps, in a sentence or two. */
  note: z.string(),
  maps: z.array(labelledMapSchema),
});
export type MapsView = z.infer<typeof mapsViewSchema>;
