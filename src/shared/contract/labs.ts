/** The labs: estimators sampled apart from any training, and draws with Gumbel noise. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { labProgressSchema, labResultSchema, labTaskSchema } from '../labs.ts';
import { lawTestSchema } from '../sampling.ts';
import { procedure } from './procedure.ts';

/** Of what was drawn so far against its law; empty where there is nothing to test. */
const tests = z.array(lawTestSchema);

const labEventSchema = z.discriminatedUnion('type', [
  /** About sixteen a second; the first after a few hundred samples. */
  z.strictObject({ type: z.literal('progress'), ...labProgressSchema.shape, tests }),
  /** The last event. */
  z.strictObject({ type: z.literal('done'), result: labResultSchema, tests }),
]);
export type LabEvent = z.infer<typeof labEventSchema>;

export const labsContract = {
  /**
   * Several may be under way, and take turns. Whoever ends the stream before `done` (or loses the connection) cancels it.
   * Nothing is stored.
   */
  run: procedure.input(labTaskSchema).output(eventIterator(labEventSchema)),
};
