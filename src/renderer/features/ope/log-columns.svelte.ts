/** The columns of the log in the form: read anew as soon as what names them has changed. */
import { readError } from '../../../shared/contract/procedure.ts';
import type { JsonObject } from '../../../shared/config-path.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { LogPreview } from '../../../shared/ope.ts';
import { studio } from '../../api/studio.svelte.ts';

/** After the last key: reading takes a process. */
const READ_AFTER_MS = 400;

export class LogColumns {
  /** Of a form that has changed since, until the next one is there: nothing flickers while somebody types. */
  #preview = $state.raw<LogPreview | null>(null);
  #failure = $state.raw<AppError | null>(null);
  #reading = $state(false);
  #abort: AbortController | null = null;
  #timer = 0;
  #path = '';

  get preview(): LogPreview | null {
    return this.#preview;
  }

  get failure(): AppError | null {
    return this.#failure;
  }

  get reading(): boolean {
    return this.#reading;
  }

  /** @param data null: there is no file */
  want(data: JsonObject | null): void {
    this.dispose();
    const path = JSON.stringify([data?.['kind'], data?.['path']]);
    if (path !== this.#path) this.#preview = null;
    this.#path = path;
    this.#failure = null;
    if (data === null || (data['path'] ?? '') === '') return;
    this.#reading = true;
    this.#timer = window.setTimeout(() => void this.#read(data), READ_AFTER_MS);
  }

  dispose(): void {
    window.clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = null;
    this.#reading = false;
  }

  async #read(data: JsonObject): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const preview = await studio.call((client) =>
        client.ope.preview({ data: { ...data } }, { signal: abort.signal }),
      );
      if (this.#abort === abort) this.#preview = preview;
    } catch (error) {
      if (this.#abort !== abort) return;
      this.#preview = null;
      this.#failure = readError(error);
    }
    if (this.#abort === abort) this.#reading = false;
  }
}
