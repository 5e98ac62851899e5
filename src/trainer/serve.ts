/** Serves the jobs of `shared/jobs.ts`: asks come, take turns, tell how they go on, and end with one answer each. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EngineHost } from '../engine/core/engine-host.ts';
import { isOutOfMemory } from '../engine/labs/out-of-memory.ts';
import { AppError, toWireError } from '../shared/errors.ts';
import {
  jobs,
  type JobInput,
  type JobName,
  type JobProgress,
  type JobResult,
  type ToJobs,
} from '../shared/jobs.ts';
import type { BackendName } from '../shared/run.ts';
import type { LoadedBackend } from './backends/loaded-backend.ts';
import type { Channel } from './channel.ts';
import type { Control } from './control.ts';
import { engineFiles } from './engine-files.ts';

/** What a job is given beside its input. */
export interface JobHost<P = never> extends EngineHost {
  progress(progress: P): void;
  /** Makes a backend the current one, the first time it is asked for; for whatever has tensors. */
  load(backend: BackendName): Promise<LoadedBackend>;
  /** While a solver computes no message comes in, not even that the studio is gone: this looks by itself. */
  abandoned(): boolean;
}

export type Handlers = {
  readonly [N in JobName]: (input: JobInput<N>, host: JobHost<JobProgress<N>>) => Promise<JobResult<N>>;
};

const parent = process.ppid;

export class JobServer {
  readonly #handlers: Handlers;
  readonly #channel: Channel;
  readonly #control: Control;
  readonly #load: (backend: BackendName) => Promise<LoadedBackend>;
  readonly #underWay = new Set<number>();
  readonly #cancelled = new Set<number>();

  constructor(
    handlers: Handlers,
    channel: Channel,
    control: Control,
    load: (backend: BackendName) => Promise<LoadedBackend>,
  ) {
    this.#handlers = handlers;
    this.#channel = channel;
    this.#control = control;
    this.#load = load;
  }

  /** Whether nothing is under way. */
  get idle(): boolean {
    return this.#underWay.size === 0;
  }

  ask({ id, job, input }: Extract<ToJobs, { type: 'ask' }>): void {
    this.#underWay.add(id);
    void this.#answer(id, job, input).finally(() => {
      this.#underWay.delete(id);
      this.#cancelled.delete(id);
      if (this.#control.ending !== undefined && this.idle) void this.#exit();
    });
  }

  /** Its last message is an `error` of kind `cancelled`, at its next breath. */
  cancel(id: number): void {
    if (this.#underWay.has(id)) this.#cancelled.add(id);
  }

  async #exit(): Promise<void> {
    await this.#channel.drained();
    // Native backends keep the process alive.
    process.exit(0);
  }

  async #answer(id: number, job: JobName, input: unknown): Promise<void> {
    try {
      this.#channel.send({ type: 'result', id, result: await this.#result(id, job, input) });
    } catch (error) {
      this.#channel.send({ type: 'error', id, error: toWireError(error) });
      // What a trap leaves of a backend cannot be trusted: whoever asks next has another process.
      if (error instanceof AppError && isOutOfMemory(error.cause)) {
        const reason = 'another task took all the memory; ask again';
        this.#control.end({ how: 'stopped', storing: true, reason });
      }
    }
  }

  #result<N extends JobName>(id: number, job: N, input: unknown): Promise<JobResult<N>> {
    return this.#handlers[job](jobs[job].input.parse(input) as JobInput<N>, this.#host(id));
  }

  #host<P>(id: number): JobHost<P> {
    return {
      ...engineFiles,
      now: () => performance.now(),
      breathe: async () => {
        await nextTurn();
        this.#control.check();
        if (this.#cancelled.has(id)) throw new AppError('cancelled', 'cancelled before it was done');
      },
      log: (_, message) => this.#channel.send({ type: 'log', id, message }),
      progress: (progress) => this.#channel.send({ type: 'progress', id, progress }),
      load: (backend) => this.#load(backend),
      // Its children then have another parent.
      abandoned: () => process.ppid !== parent,
    };
  }
}
