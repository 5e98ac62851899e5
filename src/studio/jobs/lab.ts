/** The labs' trainer: started by the first task, kept warm for the next, ended after a while without any. */
import { AppError, fromWireError } from '../../shared/errors.ts';
import type { LabAnswer, LabProgress, LabResult, LabTask } from '../../shared/labs.ts';
import type { FromTrainer } from '../../shared/trainer-protocol.ts';
import { startTrainer, type TrainerProcess } from './trainer-process.ts';

const IDLE_MS = 5 * 60_000;

interface Pending {
  onProgress(progress: LabProgress): void;
  resolve(result: LabResult): void;
  reject(error: Error): void;
}

export class Lab {
  #trainer: TrainerProcess | undefined;
  #lastId = 0;
  readonly #pending = new Map<number, Pending>();
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
    const { signal } = options;
    if (signal?.aborted === true) throw new AppError('cancelled', 'cancelled before it began');
    clearTimeout(this.#idle);
    const trainer = this.#warm();
    this.#lastId += 1;
    const id = this.#lastId;
    const cancel = () => trainer.send({ type: 'cancel-task', id });
    signal?.addEventListener('abort', cancel);
    try {
      // A task is answered in kind.
      return (await new Promise<LabResult>((resolve, reject) => {
        this.#pending.set(id, {
          onProgress: (progress) => {
            if (signal?.aborted !== true) options.onProgress?.(progress as LabProgress<LabAnswer<T>>);
          },
          resolve,
          reject,
        });
        trainer.send({ type: 'task', id, task });
      })) as LabAnswer<T>;
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#pending.delete(id);
      if (this.#pending.size === 0) this.#idle = setTimeout(() => this.#end(trainer), IDLE_MS).unref();
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

  #end(trainer: TrainerProcess): void {
    trainer.kill();
    if (this.#trainer === trainer) this.#trainer = undefined;
  }

  #warm(): TrainerProcess {
    if (this.#trainer !== undefined) return this.#trainer;
    let failure: AppError | undefined;
    const started = startTrainer({ mode: 'lab' }, (message) => {
      if (message.type === 'error') failure = fromWireError(message.error);
      else this.#receive(message);
    });
    this.#trainer = started;
    void started.exited.then(({ code, signal, output }) => {
      if (this.#trainer === started) this.#trainer = undefined;
      const error =
        failure ??
        new AppError(
          'external',
          `the lab's trainer ended (${signal ?? code}); ask again to start another. ${output}`.trim(),
        );
      for (const { reject } of this.#pending.values()) reject(error);
    });
    return started;
  }

  #receive(message: FromTrainer): void {
    if (message.type === 'task-progress') this.#pending.get(message.id)?.onProgress(message.progress);
    else if (message.type === 'task-done') this.#pending.get(message.id)?.resolve(message.result);
    else if (message.type === 'task-failed')
      this.#pending.get(message.id)?.reject(fromWireError(message.error));
  }
}
