/** What a trainer process can be asked about a menu, a run's or a file's. */
import { z } from 'zod';
import { buyersAnswerSchema, buyersQuerySchema } from './buyer-view.ts';
import { evaluationSchema } from './evaluation.ts';

export const menuTaskSchema = z.discriminatedUnion('task', [
  z.object({ task: z.literal('buyers'), query: buyersQuerySchema }),
  /** The menu as CSV. */
  z.object({ task: z.literal('file') }),
  z.object({
    task: z.literal('evaluate'),
    /** A CATS file, a folder of them, or `sample:<name>`. */
    bidders: z.string(),
    /** A menu as CSV, in the place of the run's own. */
    menu: z.string().nullable(),
  }),
]);
export type MenuTask = z.infer<typeof menuTaskSchema>;

export const menuAnswerSchema = z.discriminatedUnion('task', [
  z.object({ task: z.literal('buyers'), answer: buyersAnswerSchema }),
  z.object({ task: z.literal('file'), answer: z.string() }),
  z.object({ task: z.literal('evaluate'), answer: evaluationSchema }),
]);
export type MenuAnswer = z.infer<typeof menuAnswerSchema>;
