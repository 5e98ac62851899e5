/** What the labs ask of their trainer, and what it answers: estimators apart from any training, and draws with Gumbel noise. */
import { z } from 'zod';
import { gradientResultSchema, gradientTaskSchema, sweepResultSchema, sweepTaskSchema } from './gradient.ts';
import { samplingResultSchema, samplingStudySchema } from './sampling.ts';

export const labTaskSchema = z.discriminatedUnion('kind', [
  gradientTaskSchema,
  sweepTaskSchema,
  samplingStudySchema,
]);
export type LabTask = z.infer<typeof labTaskSchema>;

export const labResultSchema = z.discriminatedUnion('kind', [
  gradientResultSchema,
  sweepResultSchema,
  samplingResultSchema,
]);
export type LabResult = z.infer<typeof labResultSchema>;
/** What a task is answered with. */
export type LabAnswer<T extends LabTask> = Extract<LabResult, { kind: T['kind'] }>;

export const labProgressSchema = z.object({
  /** Samples drawn, and to be drawn in all; those of the warm-up count too. */
  done: z.number(),
  total: z.number(),
  /** From what was drawn so far; null: the warm-up is under way. */
  result: labResultSchema.nullable(),
});
export type LabProgress<R extends LabResult = LabResult> = z.infer<typeof labProgressSchema> & {
  result: R | null;
};
