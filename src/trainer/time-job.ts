/** How fast estimators train. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobInput, JobResult } from '../shared/jobs.ts';
import { findEstimator, parseSettings } from '../engine/estimators/registry.ts';
import { Session } from '../engine/training/session.ts';
import { checkedProblem } from './data-jobs.ts';
import type { JobHost } from './serve.ts';

/** Steps before the clock starts: compiled kernels, warm caches. */
const WARM_UP_STEPS = 3;
const MEASURED_MS = 1000;

export async function time({ specs }: JobInput<'time'>, host: JobHost): Promise<JobResult<'time'>> {
  const [first] = specs;
  const stepsPerSecond: Record<string, number> = {};
  let parameters = 0;
  if (first === undefined) return { parameters, stepsPerSecond };
  await host.load(first.backend);
  const { problem, config } = checkedProblem(first);
  const data = await problem.load(config, host);
  for (const { estimator: id, settings: raw, seed } of specs) {
    const estimator = findEstimator(id);
    const settings = parseSettings(estimator, raw);
    const session = new Session({ problem, config, data, estimator, settings, seed }, 0);
    parameters = Object.values(session.instance.parameters).reduce((sum, { size }) => sum + size, 0);
    stepsPerSecond[id] = await measure(session);
    session.dispose();
  }
  return { parameters, stepsPerSecond };
}

/** Steps a second of training itself; the value of every step is read, so that a device cannot run ahead of the clock. */
async function measure(session: Session): Promise<number> {
  let start = performance.now();
  let step = 0;
  for (; ; step += 1) {
    if (step === WARM_UP_STEPS) start = performance.now();
    const elapsed = performance.now() - start;
    if (step > WARM_UP_STEPS && elapsed >= MEASURED_MS) return (1000 * (step - WARM_UP_STEPS)) / elapsed;
    const { value } = session.step(step, 'value');
    await value.data();
    value.dispose();
    await nextTurn();
  }
}
