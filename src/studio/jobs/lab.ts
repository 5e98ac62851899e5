/** The labs' trainer. */
import type { LabAnswer, LabProgress, LabTask } from '../../shared/labs.ts';
import { WarmTrainer } from './warm-trainer.ts';

const IDLE_MS = 5 * 60_000;

export class Lab {
  readonly #trainer = new WarmTrainer(IDLE_MS);

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
    // A task is answered in kind.
    return (await this.#trainer.ask('lab', task, {
      signal: options.signal,
      onProgress: (progress) => options.onProgress?.(progress as LabProgress<LabAnswer<T>>),
    })) as LabAnswer<T>;
  }

  /** Ends the trainer; tasks under way are refused. */
  close(): Promise<void> {
    return this.#trainer.close();
  }
}
