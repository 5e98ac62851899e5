/** Asks trainer processes for the jobs of `shared/jobs.ts`: one in a process of its own, or several of one that stays. */
import type { z } from 'zod';
import { AppError, fromWireError } from '../../shared/errors.ts';
import {
  fromJobsSchema,
  jobs,
  type FromJobs,
  type JobInput,
  type JobName,
  type JobProgress,
  type JobResult,
  type ToJobs,
} from '../../shared/jobs.ts';
import { startTrainer, type TrainerExit, type TrainerProcess } from './trainer-process.ts';

/** The trainer ended, or was ended, without having answered. */
export class NoAnswerError extends AppError {
  readonly exit: TrainerExit;

  constructor(exit: TrainerExit) {
    const how = exit.signal ?? exit.code;
    super('external', `the trainer process ended without an answer (${how}): ${exit.output}`);
    this.exit = exit;
  }
}

export interface AskOptions<N extends JobName> {
  /** Cancels, with AppError `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  onProgress?(progress: JobProgress<N>): void;
  /** What a person should know of it. */
  onLog?(message: string): void;
}

interface Pending {
  readonly job: JobName;
  onLog?: ((message: string) => void) | undefined;
  onProgress(progress: unknown): void;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A trainer process that answers as often as it is asked, several at a time. */
export class JobTrainer {
  readonly #process: TrainerProcess<ToJobs>;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  readonly exited: Promise<TrainerExit>;

  constructor() {
    this.#process = startTrainer<ToJobs, FromJobs>(fromJobsSchema, (message) => this.#receive(message));
    this.exited = this.#process.exited.then((exit) => {
      for (const { reject } of this.#pending.values()) reject(new NoAnswerError(exit));
      return exit;
    });
  }

  get idle(): boolean {
    return this.#pending.size === 0;
  }

  /** Cancelled, it is told so, and answers at its next breath. */
  async ask<N extends JobName>(
    job: N,
    input: JobInput<N>,
    { signal, onProgress, onLog }: AskOptions<N> = {},
  ): Promise<JobResult<N>> {
    refuseAborted(signal);
    this.#lastId += 1;
    const id = this.#lastId;
    const cancel = () => this.#process.send({ type: 'cancel', id });
    signal?.addEventListener('abort', cancel);
    try {
      // What is received was checked against the table, under this job's name.
      return await new Promise((resolve, reject) => {
        const tell = (progress: unknown) => {
          if (signal?.aborted !== true) onProgress?.(progress as JobProgress<N>);
        };
        this.#pending.set(id, { job, onProgress: tell, onLog, resolve, reject });
        this.#process.send({ type: 'ask', id, job, input });
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#pending.delete(id);
    }
  }

  /** At once, whatever it is at. */
  kill(): void {
    this.#process.kill();
  }

  #receive(message: FromJobs): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if (message.type === 'log') pending.onLog?.(message.message);
    else if (message.type === 'error') pending.reject(fromWireError(message.error));
    else this.#hear(pending, message);
  }

  #hear(pending: Pending, message: Extract<FromJobs, { type: 'progress' | 'result' }>): void {
    const { progress, result }: { progress?: z.ZodType; result: z.ZodType } = jobs[pending.job];
    const [schema, value] =
      message.type === 'progress' ? [progress, message.progress] : [result, message.result];
    const checked = schema?.safeParse(value);
    if (checked?.success !== true) {
      // What it sent can no longer be trusted.
      const reason = checked?.error.message ?? 'it reports no progress';
      pending.reject(
        new AppError('internal', `the trainer's answer to ${pending.job} is malformed: ${reason}`),
      );
      this.kill();
    } else if (message.type === 'progress') pending.onProgress(checked.data);
    else pending.resolve(checked.data);
  }
}

/**
 * One job in a process of its own, which has ended when this returns.
 * @throws AppError, `NoAnswerError` if the process ends before it has answered
 */
export async function ask<N extends JobName>(
  job: N,
  input: JobInput<N>,
  options: AskOptions<N> = {},
): Promise<JobResult<N>> {
  const { signal } = options;
  refuseAborted(signal);
  const trainer = new JobTrainer();
  // Whatever it computes, without a breath.
  const abort = () => trainer.kill();
  signal?.addEventListener('abort', abort);
  try {
    return await trainer.ask(job, input, options);
  } catch (error) {
    refuseAborted(signal);
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    trainer.kill();
    await trainer.exited;
  }
}

/** @throws AppError `cancelled` after the signal */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError('cancelled', 'cancelled before it was done');
}
