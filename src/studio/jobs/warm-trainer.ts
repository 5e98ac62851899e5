/** A trainer that stays: started by the first job, kept warm for the next, ended after a while without any. */
import type { JobInput, JobName, JobResult } from '../../shared/jobs.ts';
import { JobTrainer, type AskOptions } from './ask.ts';

export class WarmTrainer {
  readonly #idleMs: number;
  #trainer: JobTrainer | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** @param idleMs how long it stays without a job */
  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /** Whether a job is under way. */
  get busy(): boolean {
    return this.#trainer?.idle === false;
  }

  /**
   * Several may be under way.
   * @throws AppError of kind `cancelled` after the signal, at the trainer's next breath
   */
  async ask<N extends JobName>(job: N, input: JobInput<N>, options?: AskOptions<N>): Promise<JobResult<N>> {
    clearTimeout(this.#idle);
    const trainer = this.#warm();
    try {
      return await trainer.ask(job, input, options);
    } finally {
      clearTimeout(this.#idle);
      if (trainer.idle) this.#idle = setTimeout(() => this.#end(trainer), this.#idleMs).unref();
    }
  }

  /** Ends the process at once: jobs under way are refused, and the next one has another process. */
  kill(): void {
    if (this.#trainer !== undefined) this.#end(this.#trainer);
  }

  /** As `kill`; resolves when the process is gone. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const trainer = this.#trainer;
    this.kill();
    await trainer?.exited;
  }

  #end(trainer: JobTrainer): void {
    trainer.kill();
    if (this.#trainer === trainer) this.#trainer = undefined;
  }

  #warm(): JobTrainer {
    if (this.#trainer !== undefined) return this.#trainer;
    const started = new JobTrainer();
    this.#trainer = started;
    void started.exited.then(() => {
      if (this.#trainer === started) this.#trainer = undefined;
    });
    return started;
  }
}
