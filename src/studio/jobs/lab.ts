/** The labs' trainer: started by the first task, kept warm for the next, ended after a while without any. */
import type { LabAnswer, LabProgress, LabTask } from '../../shared/labs.ts';
import { JobTrainer } from './ask.ts';

const IDLE_MS = 5 * 60_000;

export class Lab {
  #trainer: JobTrainer | undefined;
  #idle: NodeJS.Timeout | undefined;

  /**
   * Runs one task; several may be under way.
   * @throws AppError of kind `cancelled` after the signal
   */
  async run<T extends LabTask>(
    task: T,
    options: {
      readonly signal?: AbortSignal | undefined;
      onProgress?(progress: LabProgress<LabAnswer<T>>): void;
    } = {},
  ): Promise<LabAnswer<T>> {
    clearTimeout(this.#idle);
    const trainer = this.#warm();
    try {
      // A task is answered in kind.
      return (await trainer.ask('lab', task, {
        signal: options.signal,
        onProgress: (progress) => options.onProgress?.(progress as LabProgress<LabAnswer<T>>),
      })) as LabAnswer<T>;
    } finally {
      clearTimeout(this.#idle);
      if (trainer.idle) this.#idle = setTimeout(() => this.#end(trainer), IDLE_MS).unref();
    }
  }

  /** Ends the trainer; tasks under way are refused. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const trainer = this.#trainer;
    if (trainer === undefined) return;
    this.#end(trainer);
    await trainer.exited;
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
