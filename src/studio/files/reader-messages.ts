/** Messages between the studio and a process that reads files of others for it, one after the other (Node IPC channel, structured clone). */
import { z } from 'zod';
import { foreignOptionsSchema } from '../../shared/foreign-columns.ts';
import { wireErrorSchema } from '../../shared/errors.ts';
import { keptPictureSchema } from '../../shared/pictures/kept.ts';
import { comparisonRecordSchema, runRecordSchema } from '../../shared/run.ts';
import { seriesNameSchema } from '../../shared/series.ts';

const doubles = z.custom<Float64Array>((value) => value instanceof Float64Array, 'expected a Float64Array');

export const toReaderSchema = z.discriminatedUnion('type', [
  /** @param folder a new one, for the file of its parameters */
  z.object({ type: z.literal('read'), path: z.string(), folder: z.string() }),
  /** A file or folder of another program: run files are made of it. @param folder a new one, for these */
  z.object({
    type: z.literal('convert'),
    path: z.string(),
    /** Where it comes from, as the sender knows it. */
    name: z.string(),
    folder: z.string(),
    options: foreignOptionsSchema,
  }),
  /** The last message was taken: go on. */
  z.object({ type: z.literal('next') }),
]);
export type ToReader = z.infer<typeof toReaderSchema>;

export const fromReaderSchema = z.discriminatedUnion('type', [
  /** A part of the checks is done. */
  z.object({ type: z.literal('checked'), share: z.number().min(0).max(1) }),
  /** The file is whole, to the last number; its parameters are in the folder. Waits for `next`. */
  z.object({
    type: z.literal('records'),
    run: runRecordSchema,
    comparison: comparisonRecordSchema,
    /** Points of all series together. */
    points: z.int().nonnegative(),
  }),
  /** Of one series after the other, in step order. Waits for `next`. */
  z.object({ type: z.literal('points'), series: seriesNameSchema, steps: doubles, values: doubles }),
  /** Kept pictures that show the same. Waits for `next`. */
  z.object({
    type: z.literal('pictures'),
    kept: z.array(keptPictureSchema.omit({ content: true })),
    content: keptPictureSchema.shape.content,
  }),
  /** Of `convert`: the run files in the folder. Waits for `next`. */
  z.object({ type: z.literal('converted'), files: z.array(z.object({ path: z.string(), run: z.string() })) }),
  /** The last message of a good file. */
  z.object({ type: z.literal('end') }),
  /** The last message of any other. */
  z.object({ type: z.literal('refused'), error: wireErrorSchema }),
]);
export type FromReader = z.infer<typeof fromReaderSchema>;
