/** Which runs can be trained together with those that differ from them by the seed alone, whatever the backend (docs/adr/0024). */
import type { TrainingJob } from './session.ts';

/** Problem and estimator say so, and no run ends by the clock, which goes on for all of them at once. */
export function isStackable({
  problem,
  estimator,
  config,
}: Pick<TrainingJob, 'problem' | 'estimator' | 'config'>): boolean {
  return (
    problem.stackable === true &&
    estimator.stackable?.includes(problem.choice(config).kind) === true &&
    config.maxSeconds === null
  );
}
