/** The gradient lab: estimators sampled apart from any training. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { labProgressSchema, labResultSchema, labTaskSchema } from '../gradient.ts';
import { procedure } from './procedure.ts';

const labEventSchema = z.discriminatedUnion('type', [
  /** About sixteen a second; the first after a few hundred estimates. */
  z.strictObject({ type: z.literal('progress'), ...labProgressSchema.shape }),
  /** The last event. */
  z.strictObject({ type: z.literal('done'), result: labResultSchema }),
]);
export type LabEvent = z.infer<typeof labEventSchema>;

export const labsContract = {
  /**
   * Several may be under way, and take turns. Whoever ends the stream before `done` (or loses the connection) cancels it.
   * Nothing is stored.
   */
  run: procedure.input(labTaskSchema).output(eventIterator(labEventSchema)),
};
