/** Starting an experiment: reading data and computing reference lines takes a while, says what it does, and can be cancelled. */
import { experimentRequestSchema } from '../../../shared/experiment.ts';
import { validationError } from '../../../shared/errors.ts';
import { readError } from '../../../shared/contract/procedure.ts';
import { runs } from '../../api/runs.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';
import { router } from '../../app/router.svelte.ts';

export class Launch {
  #busy = $state(false);
  #message = $state('');
  #problem = $state('');
  #abort: AbortController | null = null;

  get busy(): boolean {
    return this.#busy;
  }

  /** What is being done now. */
  get message(): string {
    return this.#message;
  }

  /** Why it did not start; empty while all is well. */
  get problem(): string {
    return this.#problem;
  }

  start(request: unknown): void {
    if (this.#busy) return;
    void this.#run(request);
  }

  cancel(): void {
    this.#abort?.abort();
  }

  async #run(request: unknown): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#busy = true;
    this.#message = 'Starting';
    this.#problem = '';
    try {
      const parsed = experimentRequestSchema.safeParse(request);
      if (!parsed.success) throw validationError(parsed.error, 'The form');
      const stream = await studio.call((client) =>
        client.experiments.start(parsed.data, { signal: abort.signal }),
      );
      for await (const event of stream) {
        if (event.type === 'preparing') this.#message = event.message;
        else {
          runs.merge(event.runs);
          router.go('compare', event.comparison.id);
        }
      }
    } catch (error) {
      this.#problem = abort.signal.aborted ? '' : readError(error).message;
    } finally {
      this.#busy = false;
      this.#abort = null;
    }
  }
}
