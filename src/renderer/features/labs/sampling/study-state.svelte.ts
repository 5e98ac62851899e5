/** The answer to the newest question: coarse at once, finer as draws come in; an older answer never replaces a newer one. */
import type { LabEvent } from '../../../../shared/contract/labs.ts';
import { readError } from '../../../../shared/contract/procedure.ts';
import type { LawTest, SamplingResult, SamplingStudy } from '../../../../shared/sampling.ts';
import { studio } from '../../../api/studio.svelte.ts';
import { sentenceOf } from '../../../format/sentence.ts';

/** Controls move faster than studies begin. */
const WAIT_MS = 60;

interface Drawn {
  readonly result: SamplingResult;
  readonly tests: readonly LawTest[];
}

export class StudyState {
  #drawn = $state.raw<Drawn | null>(null);
  #problem = $state('');
  #busy = $state(false);
  #share = $state(0);
  #current: AbortController | undefined;

  get drawn(): Drawn | null {
    return this.#drawn;
  }

  /** Why nothing could be drawn; empty while all is well. */
  get problem(): string {
    return this.#problem;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Of the draws asked for. */
  get share(): number {
    return this.#share;
  }

  /** Asks anew; call it in an effect that reads the controls. */
  ask(study: SamplingStudy): () => void {
    this.stop();
    const control = new AbortController();
    this.#current = control;
    const timer = window.setTimeout(() => void this.#answer(study, control.signal), WAIT_MS);
    return () => {
      window.clearTimeout(timer);
      control.abort();
    };
  }

  /** What was drawn so far stays. */
  stop(): void {
    this.#current?.abort();
    this.#busy = false;
  }

  async #answer(study: SamplingStudy, signal: AbortSignal): Promise<void> {
    this.#busy = true;
    this.#share = 0;
    try {
      const stream = await studio.call((client) => client.labs.run(study, { signal }));
      for await (const event of stream) {
        if (signal.aborted) return;
        this.#take(event);
      }
    } catch (error) {
      if (!signal.aborted) this.#problem = sentenceOf(readError(error));
    } finally {
      if (!signal.aborted) this.#busy = false;
    }
  }

  #take(event: LabEvent): void {
    const { result, tests } = event;
    // Of the labs' results, those of a study.
    if (result === null || result.kind === 'gradient' || result.kind === 'sweep') return;
    this.#drawn = { result, tests };
    this.#share = event.type === 'done' ? 1 : event.done / event.total;
    this.#problem = '';
  }
}
