/** Jobs on a problem with parameters that are not a run: its picture of given ones, and how fast it trains. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Job, TrainedRun } from '../shared/trainer-protocol.ts';
import { findEstimator, parseSettings } from '../engine/estimators/registry.ts';
import { findProblem, parseConfig } from '../engine/problems/registry.ts';
import { Session } from '../engine/training/session.ts';
import { AppError } from '../shared/errors.ts';
import type { Channel } from './channel.ts';
import type { Control } from './control.ts';
import { viewRunMenu } from './menu-job.ts';
import { checkMemory, engineHost } from './prepare-job.ts';
import { restoredInstance } from './restored-instance.ts';

type JobOf<M extends Job['mode']> = Extract<Job, { mode: M }>;

/** Steps before the clock starts: compiled kernels, warm caches. */
const WARM_UP_STEPS = 3;
const MEASURED_MS = 1000;

/** @param load loads a backend, where there have to be tensors */
export async function inspect(
  run: TrainedRun,
  channel: Channel,
  control: Control,
  load: () => Promise<unknown>,
): Promise<void> {
  const problem = findProblem(run.spec.problem);
  if (problem.loadBuyers !== undefined) {
    channel.send({ type: 'inspected', view: await viewRunMenu(run, engineHost(channel, control), load) });
    return;
  }
  await load();
  const instance = await restoredInstance(run, engineHost(channel, control));
  if (instance.domain === undefined) {
    throw new AppError(
      'precondition',
      `${problem.id} has no picture of its own; its curves are all there is`,
    );
  }
  channel.send({ type: 'inspected', view: await instance.domain() });
}

export async function time(job: JobOf<'time'>, channel: Channel, control: Control): Promise<void> {
  const [first] = job.specs;
  if (first === undefined) return;
  const problem = findProblem(first.problem);
  const config = parseConfig(problem, first.config);
  checkMemory(problem, config);
  const data = await problem.load(config, engineHost(channel, control));
  const stepsPerSecond: Record<string, number> = {};
  let parameters = 0;
  for (const { estimator: id, settings: raw, seed } of job.specs) {
    const estimator = findEstimator(id);
    const settings = parseSettings(estimator, raw);
    const session = new Session({ problem, config, data, estimator, settings, seed }, 0);
    parameters = Object.values(session.instance.parameters).reduce((sum, { size }) => sum + size, 0);
    stepsPerSecond[id] = await measure(session);
    session.dispose();
  }
  channel.send({ type: 'timed', parameters, stepsPerSecond });
}

/** Steps a second of training itself; the value of every step is read, so that a device cannot run ahead of the clock. */
async function measure(session: Session): Promise<number> {
  let start = performance.now();
  let step = 0;
  for (; ; step += 1) {
    if (step === WARM_UP_STEPS) start = performance.now();
    const elapsed = performance.now() - start;
    if (step > WARM_UP_STEPS && elapsed >= MEASURED_MS) return (1000 * (step - WARM_UP_STEPS)) / elapsed;
    const { value } = session.step(step, false);
    await value.data();
    value.dispose();
    await nextTurn();
  }
}
