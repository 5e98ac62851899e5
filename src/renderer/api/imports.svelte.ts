/** Run files on their way into the studio, sent by this page or by anybody: how far each is, and the way to cancel it. */
import type { ImportUnderWay } from '../../shared/contract/imports.ts';
import { importedSchema, paths, TOKEN_HEADER } from '../../shared/contract/http.ts';
import { AppError, fromWireError, wireErrorSchema } from '../../shared/errors.ts';
import type { RunSummary } from '../../shared/contract/run-summary.ts';
import { storedToken } from './browser-link.ts';
import { runs } from './runs.svelte.ts';
import { studio } from './studio.svelte.ts';

export interface ShownImport {
  readonly id: string;
  readonly name: string;
  /** Still on its way to the studio, which can only work on a whole file. */
  readonly sending: boolean;
  /** Of the sending, or of the work that follows: 0 to 1. */
  readonly share: number;
}

class Imports {
  #list = $state.raw<readonly ShownImport[]>([]);
  readonly #sent = new Map<string, XMLHttpRequest>();

  get list(): readonly ShownImport[] {
    return this.#list;
  }

  start(): void {
    studio.subscribe((event) => {
      if (event.type === 'resync') void this.#read();
      else if (event.type === 'import') this.#take(event.import);
    });
    void this.#read();
  }

  /**
   * @returns null if it was cancelled
   * @throws AppError if the file is not a run file, or the run is here already
   */
  async send(file: File): Promise<RunSummary | null> {
    const id = crypto.randomUUID();
    const request = new XMLHttpRequest();
    this.#sent.set(id, request);
    this.#show({ id, name: file.name, sending: true, share: 0 });
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      this.#show({ id, name: file.name, sending: true, share: total > 0 ? loaded / total : 0 }),
    );
    try {
      const answer = await answerOf(request, file, id);
      if (answer === null) return null;
      runs.merge([answer]);
      return answer;
    } finally {
      this.#sent.delete(id);
      this.#drop(id);
    }
  }

  /** The results that come with the studio. @returns their comparison */
  async openSamples(): Promise<string> {
    const { runs: opened } = await studio.call((client) => client.imports.openSamples());
    runs.merge(opened);
    return opened[0]?.comparison ?? '';
  }

  cancel(id: string): void {
    this.#sent.get(id)?.abort();
    // One of another page, or of the window.
    void studio.call((client) => client.imports.cancel({ id })).catch(() => undefined);
    this.#drop(id);
  }

  async #read(): Promise<void> {
    try {
      const list = await studio.call((client) => client.imports.list());
      for (const { id, sending } of this.#list)
        if (!sending && !list.some((other) => other.id === id)) this.#drop(id);
      for (const one of list) this.#take(one);
    } catch {
      // The connection is gone; `resync` follows.
    }
  }

  #take({ id, name, state, share }: ImportUnderWay): void {
    const known = this.#list.find((shown) => shown.id === id);
    if (state !== 'under-way') this.#drop(id);
    // The studio begins while the file still comes in: the page knows better how far that is.
    else if (share > 0 || known === undefined)
      this.#show({ id, name: known?.name ?? name, sending: false, share });
  }

  #show(shown: ShownImport): void {
    const known = this.#list.some(({ id }) => id === shown.id);
    this.#list = known
      ? this.#list.map((other) => (other.id === shown.id ? shown : other))
      : [...this.#list, shown];
  }

  #drop(id: string): void {
    this.#list = this.#list.filter((shown) => shown.id !== id);
  }
}

/** `fetch` does not tell how much of a body was sent. */
function answerOf(request: XMLHttpRequest, file: File, id: string): Promise<RunSummary | null> {
  return new Promise((resolve, reject) => {
    request.open('POST', `${paths.importRun}?${new URLSearchParams({ id, name: file.name.slice(-200) })}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader(TOKEN_HEADER, storedToken() ?? '');
    request.addEventListener('abort', () => resolve(null));
    request.addEventListener('error', () =>
      reject(new AppError('external', `${file.name} could not be sent to the studio`)),
    );
    request.addEventListener('load', () => {
      const answer = parsed(request.responseText);
      const wire = wireErrorSchema.safeParse(answer);
      const good = importedSchema.safeParse(answer);
      if (request.status === 200 && good.success) resolve(good.data.run);
      else if (wire.success && wire.data.kind === 'cancelled') resolve(null);
      else if (wire.success) reject(fromWireError(wire.data));
      else
        reject(
          new AppError('external', `${file.name} could not be sent to the studio (status ${request.status})`),
        );
    });
    request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const imports = new Imports();
