/** Steps on a session that is thrown away, so that what a backend compiles at first use is compiled before the clock starts. */
import type { EngineHost } from '../core/engine-host.ts';
import { readScalars } from '../core/named-tensor.ts';
import { Session, type TrainingJob } from './session.ts';

/**
 * Takes one step of each kind and one quick evaluation. A session draws everything from keys, so the one that trains starts from the
 * same numbers as without it.
 * @param restart of which the session would be
 */
export async function warmUp(
  job: TrainingJob,
  restart: number,
  host: Pick<EngineHost, 'breathe'>,
): Promise<void> {
  const session = new Session(job, restart);
  try {
    for (const [step, want] of (['saturation', 'details', 'value'] as const).entries()) {
      const { value, details, saturated } = session.step(step, want);
      await readScalars([value, ...Object.values(details), ...(saturated ? [saturated] : [])]);
      await host.breathe();
    }
    await session.instance.evaluate('train', 'quick');
  } finally {
    session.dispose();
  }
}
