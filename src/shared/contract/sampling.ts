/** The sampling studies: draws by keyed noise, counted, and tested against their law. */
import { z } from 'zod';
import { samplingResultSchema, samplingStudySchema } from '../sampling.ts';
import { procedure } from './procedure.ts';

const testSchema = z.strictObject({
  /** What would be true if the test says nothing. */
  hypothesis: z.string(),
  statistic: z.number(),
  degrees: z.number(),
  /** Chance of a statistic at least this large where the hypothesis holds. */
  p: z.number(),
});

export const sampledSchema = z.strictObject({
  result: samplingResultSchema,
  /** Pearson's chi-square tests. */
  tests: z.array(testSchema),
});
export type Sampled = z.infer<typeof sampledSchema>;

export const samplingContract = {
  /** Some seconds for the largest studies; ending the call ends the work. */
  study: procedure.input(samplingStudySchema).output(sampledSchema),
};
