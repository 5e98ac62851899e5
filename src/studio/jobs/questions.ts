/**
 * Questions about runs. Who moves a point over a picture asks many of them about one run: a trainer that stays answers, and keeps
 * the run's data and parameters for the next (`src/trainer/trained.ts`).
 */
import type { JobInput, JobResult } from '../../shared/jobs.ts';
import { ask, refuseAborted } from './ask.ts';
import { WarmTrainer } from './warm-trainer.ts';

/** Not long: it holds the data of a run. */
const IDLE_MS = 60_000;

export class Questions {
  readonly #trainer = new WarmTrainer(IDLE_MS);

  /** @throws AppError of kind `cancelled` after the signal */
  async ask(input: JobInput<'question'>, signal?: AbortSignal): Promise<JobResult<'question'>> {
    // An answer may take long without a breath, so that only the end of its process cancels it: no two share one.
    if (this.#trainer.busy) return ask('question', input, { signal });
    refuseAborted(signal);
    const abort = () => this.#trainer.kill();
    signal?.addEventListener('abort', abort);
    try {
      return await this.#trainer.ask('question', input);
    } catch (error) {
      // The ending of the process is told as an error of its own.
      refuseAborted(signal);
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Ends the trainer; a question under way is refused. */
  close(): Promise<void> {
    return this.#trainer.close();
  }
}
