/** What the data of the form are: read by a trainer process as soon as the form is right, and again when the data change. */
import { readError } from '../../../shared/contract/procedure.ts';
import { experimentRequestSchema } from '../../../shared/experiment.ts';
import type { DataPreview as Preview } from '../../../shared/jobs.ts';
import { studio } from '../../api/studio.svelte.ts';
import { sentenceOf } from '../../format/sentence.ts';

/** After the last key: reading takes a process and perhaps a large file. */
const READ_AFTER_MS = 600;

type State = 'none' | 'reading' | 'read' | 'cancelled' | 'failed';

export class DataPreview {
  #state = $state<State>('none');
  #preview = $state.raw<Preview | null>(null);
  #problem = $state('');
  #key = '';
  #request: unknown = null;
  #abort: AbortController | null = null;
  #timer = 0;

  get state(): State {
    return this.#state;
  }

  /** Of the data as the form names them; null until they were read. */
  get preview(): Preview | null {
    return this.#preview;
  }

  /** Why they could not be read; empty while all is well. */
  get problem(): string {
    return this.#problem;
  }

  /** @param key stands for all that decides the data: nothing is read again while it stays */
  want(request: unknown, key: string): void {
    this.#request = request;
    if (key === this.#key) return;
    this.#key = key;
    this.#end('none');
    this.#timer = window.setTimeout(() => this.read(), READ_AFTER_MS);
  }

  read(): void {
    this.#end('reading');
    void this.#read();
  }

  cancel(): void {
    this.#end('cancelled');
  }

  dispose(): void {
    this.#end('none');
  }

  #end(state: State): void {
    window.clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = null;
    this.#state = state;
    this.#preview = null;
    this.#problem = '';
  }

  async #read(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const request = experimentRequestSchema.parse(this.#request);
      const preview = await studio.call((client) =>
        client.experiments.preview(request, { signal: abort.signal }),
      );
      if (this.#abort !== abort) return;
      this.#preview = preview;
      this.#state = 'read';
    } catch (error) {
      if (this.#abort !== abort) return;
      this.#problem = sentenceOf(readError(error));
      this.#state = 'failed';
    }
  }
}
