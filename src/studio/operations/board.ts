/** The list of operations that pages see, told to the feed whole: it is short, and a page that has the last word has all. */
import type { Operation } from '../../shared/contract/operations.ts';
import { AppError } from '../../shared/errors.ts';
import type { EventFeed } from '../live/event-feed.ts';

const MOST_KEPT = 50;
/** Between two lists while solvers and trainers say what they do. */
const TELL_MS = 250;

export class OperationBoard {
  readonly #feed: EventFeed;
  readonly #byId = new Map<string, Operation>();
  #revision = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(feed: EventFeed) {
    this.#feed = feed;
  }

  /** The newest first. */
  get list(): { readonly revision: number; readonly operations: Operation[] } {
    return { revision: this.#revision, operations: [...this.#byId.values()].reverse() };
  }

  /** @throws AppError not-found */
  get(id: string): Operation {
    const operation = this.#byId.get(id);
    if (operation !== undefined) return operation;
    throw new AppError('not-found', `there is no operation ${id}; it may have ended`);
  }

  /** Told at once, or with what else changes within a quarter of a second. */
  set(operation: Operation, soon = false): void {
    this.#byId.set(operation.id, operation);
    for (const { id, endedAt } of this.#byId.values()) {
      if (this.#byId.size <= MOST_KEPT) break;
      if (endedAt !== null) this.#byId.delete(id);
    }
    this.#revision += 1;
    if (soon) this.#timer ??= setTimeout(() => this.#tell(), TELL_MS);
    else this.#tell();
  }

  remove(id: string): void {
    if (!this.#byId.delete(id)) return;
    this.#revision += 1;
    this.#tell();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#feed.publish({ type: 'operations', ...this.list });
  }
}
