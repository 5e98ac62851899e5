/** Values of a schedule (`schedule.ts`) over the steps of a restart. */
import type { Schedule } from './schedule.ts';

/**
 * @param step steps done so far, 0 .. steps - 1
 * @param steps length of the training
 */
export function scheduleValue(schedule: Schedule, step: number, steps: number): number {
  if (typeof schedule === 'number') return schedule;
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
