/** An evaluation under way, and what came of the last one. */
import { readError } from '../../../shared/contract/procedure.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { OpeProgress, OpeRequest, OpeResult } from '../../../shared/ope.ts';
import { studio } from '../../api/studio.svelte.ts';

/** A result with what it answers. */
export interface Answer {
  readonly result: OpeResult;
  readonly command: string;
  /** Stands for the question. */
  readonly key: string;
}

export class OpeWork {
  #stage = $state<OpeProgress['stage'] | null>(null);
  #answer = $state.raw<Answer | null>(null);
  #failure = $state.raw<AppError | null>(null);
  #abort = $state.raw<AbortController | null>(null);

  get busy(): boolean {
    return this.#abort !== null;
  }

  get stage(): OpeProgress['stage'] | null {
    return this.#stage;
  }

  get answer(): Answer | null {
    return this.#answer;
  }

  /** Why the last one failed; null while all is well, and after a cancelled one. */
  get failure(): AppError | null {
    return this.#failure;
  }

  cancel(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#stage = null;
  }

  /** Of a form that was changed since. */
  forgetFailure(): void {
    this.#failure = null;
  }

  /** @param request as the form has it, right or wrong */
  async evaluate(request: unknown, command: string): Promise<void> {
    this.cancel();
    const abort = new AbortController();
    this.#abort = abort;
    this.#failure = null;
    try {
      // Checked by the studio, in one place and with one voice.
      const asked = request as OpeRequest;
      const stream = await studio.call((client) => client.ope.evaluate(asked, { signal: abort.signal }));
      for await (const event of stream) {
        if (this.#abort !== abort) return;
        if (event.type === 'progress') this.#stage = event.stage;
        else this.#answer = { result: event.result, command, key: JSON.stringify(request) };
      }
    } catch (error) {
      if (this.#abort !== abort) return;
      this.#failure = readError(error);
    }
    if (this.#abort === abort) this.cancel();
  }
}
