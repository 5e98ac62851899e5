/** Schedules of a temperature or a learning rate over training steps: the data; `schedule-value.ts` evaluates them. */
import { z } from 'zod';

/** `slider` and `widget` are hints for forms: src/renderer/ui/schema-form/schema.ts. */
const positive = z.number().positive();
const level = positive.meta({ slider: { from: 1e-4, to: 10, scale: 'log' } });

const expected = (kinds: string) =>
  `expected a number above 0, or a schedule: an object whose kind is ${kinds}`;

/** Those whose course is known before the first step. */
const fixed = [
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
    factor: positive.describe('Factor applied every `every` steps'),
    every: z.int().positive().describe('Steps between two changes'),
    to: level.describe('Bound that the value does not pass'),
  }),
] as const;

/** Follows the training: the gap between the training value and what the hard choices are worth. */
const adaptive = z.strictObject({
  kind: z.literal('adaptive').describe('Cools whenever the training value cannot be believed'),
  from: level.describe('Value at step 0'),
  to: level.describe('Value below which it does not fall'),
  factor: positive
    .lt(1)
    .default(0.8)
    .describe('Factor applied at each hard evaluation that finds too large a gap'),
  tolerance: z
    .number()
    .min(0)
    .default(0.05)
    .describe(
      'Largest gap, in either direction, that leaves the value unchanged, as a share of the hard value',
    ),
});

export const scheduleSchema = z
  .union(fixed, expected('linear, exponential, cosine or stepwise'))
  .describe('A constant, or a schedule over the steps')
  .meta({ widget: 'schedule' });

export const temperatureSchema = z
  .union([...fixed, adaptive], expected('linear, exponential, cosine, stepwise or adaptive'))
  .describe('A constant, or a schedule over the steps')
  .meta({ widget: 'schedule' });

export type Schedule = z.infer<typeof scheduleSchema>;
export type TemperatureSchedule = z.infer<typeof temperatureSchema>;
