/** The answer to the newest question: a small sample first, then the whole one; an older answer never replaces a newer one. */
import type { Sampled } from '../../../../shared/contract/sampling.ts';
import type { SamplingStudy } from '../../../../shared/sampling.ts';
import { studio } from '../../../api/studio.svelte.ts';

/** Draws of the first answer. */
const COARSE = 2000;
/** Controls move faster than studies end. */
const WAIT_MS = 60;

export class StudyState {
  sampled = $state.raw<Sampled | null>(null);
  problem = $state('');
  busy = $state(false);
  #asked = 0;
  #current: AbortController | undefined;

  /** Asks anew; call it in an effect that reads the controls. */
  ask(study: SamplingStudy): () => void {
    this.#asked += 1;
    const turn = this.#asked;
    const control = new AbortController();
    this.#current?.abort();
    this.#current = control;
    const timer = window.setTimeout(() => void this.#answer(study, turn, control.signal), WAIT_MS);
    return () => {
      window.clearTimeout(timer);
      control.abort();
    };
  }

  async #answer(study: SamplingStudy, turn: number, signal: AbortSignal): Promise<void> {
    this.busy = true;
    try {
      const sizes = study.samples > COARSE ? [COARSE, study.samples] : [study.samples];
      for (const samples of sizes) {
        const sampled = await studio.call((client) =>
          client.sampling.study({ ...study, samples }, { signal }),
        );
        if (turn !== this.#asked) return;
        this.sampled = sampled;
        this.problem = '';
      }
    } catch (error) {
      if (turn === this.#asked && !signal.aborted) {
        this.problem = error instanceof Error ? error.message : String(error);
      }
    } finally {
      if (turn === this.#asked) this.busy = false;
    }
  }
}
