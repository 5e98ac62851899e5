/** How long an experiment takes on the chosen device, measured by training each estimator for about a second. */
import type { Estimate } from '../../../shared/contract/experiments.ts';
import { readError } from '../../../shared/contract/procedure.ts';
import { experimentRequestSchema } from '../../../shared/experiment.ts';
import { studio } from '../../api/studio.svelte.ts';
import { sentenceOf } from '../../format/sentence.ts';

export class Measure {
  #busy = $state(false);
  #result = $state.raw<Estimate | null>(null);
  /** The request that was measured. */
  #of = $state('');
  #problem = $state('');
  #abort: AbortController | null = null;

  get busy(): boolean {
    return this.#busy;
  }

  get problem(): string {
    return this.#problem;
  }

  /** What was measured of exactly this request; null if it has changed since. */
  resultFor(request: unknown): Estimate | null {
    return this.#of === JSON.stringify(request) ? this.#result : null;
  }

  async run(request: unknown): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#busy = true;
    this.#problem = '';
    try {
      const parsed = experimentRequestSchema.parse(request);
      this.#result = await studio.call((client) =>
        client.experiments.estimate(parsed, { signal: abort.signal }),
      );
      this.#of = JSON.stringify(request);
    } catch (error) {
      if (!abort.signal.aborted) this.#problem = sentenceOf(readError(error));
    } finally {
      if (this.#abort === abort) this.#busy = false;
    }
  }

  cancel(): void {
    this.#abort?.abort();
    this.#busy = false;
  }
}
