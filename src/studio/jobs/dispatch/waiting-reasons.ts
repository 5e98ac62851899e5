/** Why runs wait, into the store: engines change their minds about thousands of tasks at once, and each change alone would be a transaction. */
import type { Journal } from '../journal.ts';
import { updateTogether } from '../untrained.ts';

const TOGETHER = 200;
const EVERY_MS = 100;

export class WaitingReasons {
  readonly #journal: Journal;
  readonly #due = new Map<string, string>();
  /** What the store has. */
  readonly #told = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  set(run: string, reason: string): void {
    if (this.#told.get(run) === reason) this.#due.delete(run);
    else this.#due.set(run, reason);
    if (this.#due.size > 0) this.#timer ??= setInterval(() => this.#write(), EVERY_MS);
  }

  /** It waits no more. */
  delete(run: string): void {
    this.#due.delete(run);
    this.#told.delete(run);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#due.clear();
  }

  #write(): void {
    const some = [...this.#due].slice(0, TOGETHER);
    for (const [run, reason] of some) {
      this.#due.delete(run);
      this.#told.set(run, reason);
    }
    const patches = some.map(([id, reason]) => ({ id, patch: { reason } }));
    if (some.length > 0) this.#journal.write((store) => updateTogether(store, patches));
    if (this.#due.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
