/** Schedules of a temperature or a learning rate over training steps: the data; `schedule-value.ts` evaluates it. */
import { z } from 'zod';

/** `slider` and `widget` are hints for forms: src/renderer/ui/schema-form/schema.ts. */
const positive = z.number().positive();
const level = positive.meta({ slider: { from: 1e-4, to: 10, scale: 'log' } });

const EXPECTED =
  'expected a number above 0, or a schedule: an object whose kind is linear, exponential, cosine or stepwise';

export const scheduleSchema = z
  .union(
    [
      level,
      z.strictObject({
        kind: z.enum(['linear', 'exponential', 'cosine']).describe('Shape of the way from `from` to `to`'),
        from: level.describe('Value at step 0'),
        to: level.describe('Value at and after the last step of the schedule'),
        until: positive.max(1).default(1).describe('Share of the steps after which `to` is reached'),
      }),
      z.strictObject({
        kind: z.literal('stepwise'),
        from: level.describe('Value at step 0'),
        factor: positive.describe('Multiplied in every `every` steps'),
        every: z.int().positive().describe('Steps between two changes'),
        to: level.describe('Bound at which the value stays'),
      }),
    ],
    EXPECTED,
  )
  .describe('A constant, or a schedule over the steps')
  .meta({ widget: 'schedule' });

export type Schedule = z.infer<typeof scheduleSchema>;
