/** Values of a schedule (`schedule.ts`) over the steps of a restart. */
import type { TemperatureSchedule } from './schedule.ts';

/**
 * @param step steps done so far, 0 .. steps - 1
 * @param steps length of the training
 * @param coolings how often an adaptive schedule has cooled so far (`cools`)
 */
export function scheduleValue(
  schedule: TemperatureSchedule,
  step: number,
  steps: number,
  coolings = 0,
): number {
  if (typeof schedule === 'number') return schedule;
  if (schedule.kind === 'adaptive') {
    return Math.max(schedule.from * schedule.factor ** coolings, Math.min(schedule.from, schedule.to));
  }
  if (schedule.kind === 'stepwise') {
    const value = schedule.from * schedule.factor ** Math.floor(step / schedule.every);
    return schedule.factor < 1 ? Math.max(value, schedule.to) : Math.min(value, schedule.to);
  }
  const last = Math.max(1, Math.ceil(steps * schedule.until) - 1);
  const way = Math.min(1, step / last);
  switch (schedule.kind) {
    case 'linear':
      return schedule.from + (schedule.to - schedule.from) * way;
    case 'exponential':
      return schedule.from * (schedule.to / schedule.from) ** way;
    case 'cosine':
      return schedule.to + ((schedule.from - schedule.to) * (1 + Math.cos(Math.PI * way))) / 2;
  }
}

/**
 * Whether an adaptive schedule cools after a hard evaluation. The hotter a relaxation, the further its value can be from any hard
 * choice's: so the temperature stays where it is as long as the two agree, and falls when they do not. A rule of our own.
 * @param relaxed the training value
 * @param hard what the hard choices of the training split are worth, in the same unit
 */
export function cools(schedule: TemperatureSchedule, relaxed: number, hard: number): boolean {
  if (typeof schedule === 'number' || schedule.kind !== 'adaptive') return false;
  return Math.abs(relaxed - hard) > schedule.tolerance * Math.abs(hard);
}
