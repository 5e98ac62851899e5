/** The page's one connection to the studio: calls, the stream of events, and whether it is there at all. */
import { readError } from '../../shared/contract/procedure.ts';
import type { StudioClient } from '../../shared/contract/contract.ts';
import type { StudioEvent } from '../../shared/contract/events.ts';
import { sentence, sentenceOf } from '../format/sentence.ts';
import { openBrowserLink } from './browser-link.ts';
import { isInWindow, openElectronLink } from './electron-link.ts';
import type { Link } from './link.ts';

export type Status = 'connecting' | 'online' | 'offline' | 'refused';
type Listener = (event: StudioEvent) => void;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;

class StudioConnection {
  #status = $state<Status>('connecting');
  #problem = $state('');
  #broken = $state('');
  #cursor: string | null = null;
  #wasOffline = false;
  #link: Promise<Link> | null = null;
  readonly #listeners = new Set<Listener>();

  get status(): Status {
    return this.#status;
  }

  /** What is wrong, one sentence; empty while all is well. */
  get problem(): string {
    return this.#problem;
  }

  /** Why the studio can store nothing any more; empty while all is well. */
  get broken(): string {
    return this.#broken;
  }

  /** Runs for as long as the page lives. */
  async keepConnected(): Promise<never> {
    let wait = FIRST_WAIT_MS;
    for (;;) {
      try {
        this.#link = openLink();
        const link = await this.#link;
        wait = FIRST_WAIT_MS;
        await this.#listen(link);
      } catch (error) {
        this.#wasOffline = true;
        const failure = readError(error);
        this.#problem = sentenceOf(failure);
        this.#status = failure.kind === 'precondition' ? 'refused' : 'offline';
      }
      await new Promise((resolve) => window.setTimeout(resolve, wait));
      wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    }
  }

  /** One call. @throws AppError */
  async call<T>(use: (client: StudioClient) => PromiseLike<T>): Promise<T> {
    try {
      const { client } = await (this.#link ?? this.#whenLinked());
      return await use(client);
    } catch (error) {
      throw readError(error);
    }
  }

  /** Every event from now on; `resync` means: read everything anew. @returns how to end it */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #whenLinked(): Promise<Link> {
    while (this.#link === null) await new Promise((resolve) => window.setTimeout(resolve, 20));
    return this.#link;
  }

  async #listen(link: Link): Promise<void> {
    const cursor = this.#cursor;
    const stream = await link.client.events.stream({ cursor });
    this.#status = 'online';
    this.#problem = '';
    // It may have broken before this page was there, or be another studio than before.
    void this.call((client) => client.catalog.info()).then(
      ({ broken }) => (this.#broken = sentence(broken)),
      () => undefined,
    );
    // What a page asked for while there was no connection it has not got.
    if (cursor === null && this.#wasOffline) this.#tell({ type: 'resync', cursor: '' });
    this.#wasOffline = true;
    void link.closed.then(() => {
      this.#status = 'offline';
      this.#problem = 'The studio cannot be reached; it may have ended.';
    });
    for await (const event of stream) {
      this.#cursor = event.cursor;
      this.#tell(event);
    }
  }

  #tell(event: StudioEvent): void {
    if (event.type === 'broken') this.#broken = sentence(event.message);
    for (const listener of this.#listeners) listener(event);
  }
}

export const studio = new StudioConnection();

/** @throws AppError `precondition` if this browser was never let in, `external` if the studio cannot be reached */
function openLink(): Promise<Link> {
  return isInWindow() ? openElectronLink() : openBrowserLink();
}
