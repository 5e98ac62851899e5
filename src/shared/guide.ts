/** What a guide to a setting was made for, as it is asked for and as it is kept with its comparison. */
import { z } from 'zod';
import type { TemperatureSchedule } from './schedule.ts';

/** Seeds of a guide where nobody says which. */
export const GUIDE_SEEDS: readonly number[] = [1, 2, 3];

export const guideSchema = z.strictObject({
  /** Key of the config that its variants differ in. */
  key: z.literal('temperature'),
  /** Name of the variant that has it as it is without the guide. */
  standard: z.string().min(1).max(200),
  /** Steps of a restart without the guide: its own runs are shorter. */
  wholeSteps: z.int().min(1),
});
export type Guide = z.infer<typeof guideSchema>;

/** `constant 0.5`, `exponential 2 to 0.1`. */
export function scheduleText(schedule: TemperatureSchedule): string {
  return typeof schedule === 'number'
    ? `constant ${schedule}`
    : `${schedule.kind} ${schedule.from} to ${schedule.to}`;
}
