/** How fast estimators train. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobInput, JobProgress, JobResult } from '../shared/jobs.ts';
import type { RunSpec } from '../shared/run.ts';
import { findEstimator, parseSettings } from '../engine/estimators/registry.ts';
import { readScalar } from '../engine/core/named-tensor.ts';
import { Session, type TrainingJob } from '../engine/training/session.ts';
import { canTrainTogether, StackedSession } from '../engine/training/stacked-session.ts';
import { checkedProblem } from './data-jobs.ts';
import type { JobHost } from './serve.ts';

/** Steps before the clock starts: compiled kernels, warm caches. */
const WARM_UP_STEPS = 3;
const MEASURED_MS = 1000;

export async function time({ specs, together }: JobInput<'time'>, host: JobHost): Promise<JobResult<'time'>> {
  const [first] = specs;
  const stepsPerSecond: Record<string, number> = {};
  let parameters = 0;
  if (first === undefined) return { parameters, stepsPerSecond };
  await host.load(first.backend);
  const { problem, config } = checkedProblem(first);
  const data = await problem.load(config, host);
  for (const [i, spec] of specs.entries()) {
    const job = jobOf(spec, { problem, config, data });
    const session = new Session(job, 0);
    parameters = Object.values(session.instance.parameters).reduce((sum, { size }) => sum + size, 0);
    session.dispose();
    const timed = await beginTogether(job, together[i] ?? 1);
    stepsPerSecond[spec.estimator] =
      (1000 * timed.runs) / (await stepTime(timed.session, WARM_UP_STEPS, MEASURED_MS));
    timed.session.dispose();
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
    const session = new Session(jobOf(spec, { problem, config, data: await problem.load(config, host) }), 0);
    // A slow step is told as soon as there is one: the time may be over before the next.
    const first = await stepTime(session, 0, 0);
    host.progress({ index, milliseconds: first });
    if (first < milliseconds)
      host.progress({ index, milliseconds: await stepTime(session, WARM_UP_STEPS, milliseconds) });
    session.dispose();
  }
  return null;
}

function jobOf(
  { estimator: id, settings, seed }: RunSpec,
  task: Pick<TrainingJob, 'problem' | 'config' | 'data'>,
): TrainingJob {
  const estimator = findEstimator(id);
  return { ...task, estimator, settings: parseSettings(estimator, settings), seed };
}

/** So many runs with different seeds as they begin to train together; one, where they cannot be. */
async function beginTogether(
  job: TrainingJob,
  count: number,
): Promise<{ readonly runs: number; readonly session: Session | StackedSession }> {
  if (count > 1 && canTrainTogether(job)) {
    const jobs = Array.from({ length: count }, (_, n) => ({ ...job, seed: job.seed + n }));
    const sessions = jobs.map((one) => new Session(one, 0));
    const session = await StackedSession.of(jobs, 0, sessions);
    for (const one of sessions) one.dispose();
    return { runs: count, session };
  }
  return { runs: 1, session: new Session(job, 0) };
}

/** Milliseconds of one step of training itself; the value of every step is read, so that a device cannot run ahead of the clock. */
async function stepTime(
  session: Session | StackedSession,
  warmUp: number,
  measured: number,
): Promise<number> {
  let start = performance.now();
  let step = 0;
  for (; ; step += 1) {
    if (step === warmUp) start = performance.now();
    const elapsed = performance.now() - start;
    if (step > warmUp && elapsed >= measured) return elapsed / (step - warmUp);
    if (session instanceof Session) await readScalar(session.step(step, 'value').value);
    else session.step(step, 'value', 0);
    await nextTurn();
  }
}
