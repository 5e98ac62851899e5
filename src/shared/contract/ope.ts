/** Off-policy evaluation: what a policy would earn, by a log of what another one showed. Nothing is stored. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { logPreviewSchema, opeProgressSchema, opeRequestSchema, opeResultSchema } from '../ope.ts';
import { procedure } from './procedure.ts';

const opeEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('progress'), ...opeProgressSchema.shape }),
  /** The last event. */
  z.strictObject({ type: z.literal('done'), result: opeResultSchema }),
]);
export type OpeEvent = z.infer<typeof opeEventSchema>;

export const opeContract = {
  /** The columns and first rows of a log in a file, and what they are read as; the rest of the file is not read. */
  preview: procedure
    .input(z.strictObject({ data: z.record(z.string(), z.unknown()) }))
    .output(logPreviewSchema),
  /** Whoever ends the stream before `done` (or loses the connection) cancels it. */
  evaluate: procedure.input(opeRequestSchema).output(eventIterator(opeEventSchema)),
};
