/** Runs that differ by their seed, each trained alone or all together, with everything that they report. */
import type { Checkpoint } from '../../src/engine/training/checkpoint.ts';
import type { TrainingJob } from '../../src/engine/training/session.ts';
import { Together, type Seat } from '../../src/engine/training/together.ts';
import { train } from '../../src/engine/training/train.ts';
import type { TrainingHost } from '../../src/engine/training/training-host.ts';
import { AppError } from '../../src/shared/errors.ts';
import { bareHost } from './engine-host.ts';

/** All that one run says. Times are left out: its clock stands still. */
export interface Told {
  readonly points: [step: number, values: Readonly<Record<string, number>>][];
  readonly checkpoints: Checkpoint[];
  readonly log: string[];
  alerts: unknown;
  begins: unknown;
  /** Outcome, or the message of the error that ended it. */
  ending: unknown;
  /** Whether it took its last step by itself. */
  alone: boolean;
}

export interface Happening {
  /** A checkpoint is taken after this step. */
  readonly checkpointAt?: number;
  /** It is stopped after this step. */
  readonly cancelAt?: number;
  /** What it reports cannot be stored from this step on. */
  readonly failAt?: number;
  /** After this step it is held up until `until` resolves. */
  readonly pauseAt?: number;
  readonly until?: Promise<void>;
  readonly onEnd?: () => void;
  readonly from?: Checkpoint;
}

function timeless<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'seconds'));
}

/** Trains one run to its end, whatever that is. */
async function told(job: TrainingJob, happening: Happening, seat?: Seat): Promise<Told> {
  const all: Told = {
    points: [],
    checkpoints: [],
    log: [],
    alerts: null,
    begins: null,
    ending: null,
    alone: false,
  };
  let step = 0;
  let clock = 0;
  const host: TrainingHost = {
    ...bareHost,
    readEvery: 1,
    // Breathes after every step; no second passes.
    now: () => (clock += 1e-9) + 21 * step,
    log: (_level, message) => all.log.push(message),
    begins: (parameters) => (all.begins = parameters),
    emit: (at, values) => {
      if (at >= (happening.failAt ?? Infinity)) throw new Error('the disk is gone');
      all.points.push([at, timeless(values)]);
    },
    alerts: (alerts) => (all.alerts = alerts),
    progress: (loop) => {
      step = loop.step;
      all.alone = seat?.alone ?? true;
    },
    checkpointDue: () => step === happening.checkpointAt,
    saveCheckpoint: (checkpoint) => {
      const last = timeless(checkpoint.loop.last);
      all.checkpoints.push({ ...checkpoint, loop: { ...checkpoint.loop, last, seconds: 0 } });
      return Promise.resolve();
    },
    breathe: async () => {
      if (step === happening.cancelAt) throw new AppError('cancelled', 'by the test');
      if (step !== happening.pauseAt) return;
      await seat?.leave();
      await happening.until;
    },
  };
  try {
    const { from } = happening;
    const outcome = await train(job, host, from && { from, fork: false }, seat);
    all.ending = { ...outcome, loop: { ...outcome.loop, seconds: 0, last: null } };
  } catch (error) {
    all.ending = (error as Error).message;
  }
  happening.onEnd?.();
  return all;
}

/** @param happenings of each run; absent: nothing */
export async function alone(
  jobs: readonly TrainingJob[],
  happenings: readonly Happening[] = [],
): Promise<Told[]> {
  const all: Told[] = [];
  for (const [i, job] of jobs.entries()) all.push(await told(job, happenings[i] ?? {}));
  return all;
}

export function together(
  jobs: readonly TrainingJob[],
  happenings: readonly Happening[] = [],
): Promise<Told[]> {
  const { seats } = new Together(jobs);
  return Promise.all(jobs.map((job, i) => told(job, happenings[i] ?? {}, seats[i])));
}

/** What is to be the same, bit for bit, whether a run was alone or not: vitest tells 0 from -0 and takes NaN for NaN. */
export function numbers(all: readonly Told[]): readonly Omit<Told, 'alone'>[] {
  return all.map(({ alone: _, ...rest }) => rest);
}
