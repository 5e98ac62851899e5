/** How fast estimators train. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobInput, JobProgress, JobResult } from '../shared/jobs.ts';
import type { RunSpec } from '../shared/run.ts';
import { findEstimator, parseSettings } from '../engine/estimators/registry.ts';
import { Session, type TrainingJob } from '../engine/training/session.ts';
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
  for (const spec of specs) {
    const session = sessionOf(spec, { problem, config, data });
    parameters = Object.values(session.instance.parameters).reduce((sum, { size }) => sum + size, 0);
    stepsPerSecond[spec.estimator] = 1000 / (await stepTime(session, WARM_UP_STEPS, MEASURED_MS));
    session.dispose();
  }
  return { parameters, stepsPerSecond };
}

/** As `time`, of any specs and within a given time, so that backends can be compared. */
export async function measure(
  { specs, milliseconds }: JobInput<'measure'>,
  host: JobHost<JobProgress<'measure'>>,
): Promise<JobResult<'measure'>> {
  for (const [index, spec] of specs.entries()) {
    await host.load(spec.backend);
    const { problem, config } = checkedProblem(spec);
    const session = sessionOf(spec, { problem, config, data: await problem.load(config, host) });
    // A slow step is told as soon as there is one: the time may be over before the next.
    const first = await stepTime(session, 0, 0);
    host.progress({ index, milliseconds: first });
    if (first < milliseconds)
      host.progress({ index, milliseconds: await stepTime(session, WARM_UP_STEPS, milliseconds) });
    session.dispose();
  }
  return null;
}

function sessionOf(
  { estimator: id, settings, seed }: RunSpec,
  task: Pick<TrainingJob, 'problem' | 'config' | 'data'>,
): Session {
  const estimator = findEstimator(id);
  return new Session({ ...task, estimator, settings: parseSettings(estimator, settings), seed }, 0);
}

/** Milliseconds of one step of training itself; the value of every step is read, so that a device cannot run ahead of the clock. */
async function stepTime(session: Session, warmUp: number, measured: number): Promise<number> {
  let start = performance.now();
  let step = 0;
  for (; ; step += 1) {
    if (step === warmUp) start = performance.now();
    const elapsed = performance.now() - start;
    if (step > warmUp && elapsed >= measured) return elapsed / (step - warmUp);
    const { value } = session.step(step, 'value');
    await value.data();
    value.dispose();
    await nextTurn();
  }
}
