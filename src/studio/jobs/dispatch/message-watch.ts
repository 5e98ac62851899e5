/** Looks at the files of tasks that are under way, in turns and spread over time, so that thousands cost no more than some. */

/** Between two handfuls of looks. */
const TICK_MS = 250;
/** A file is looked at once a second, unless there are more than so many for each tick. */
const MOST_A_TICK = 24;
/** Of those that are not to wait for their turn. */
const AT_ONCE = 16;

export class MessageWatch<T> {
  readonly #look: (task: T) => Promise<void>;
  /** In the order in which it is their turn. */
  readonly #turns = new Set<T>();
  readonly #looking = new Set<T>();
  readonly #hurried = new Set<T>();
  #hurrying = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param look never rejects */
  constructor(look: (task: T) => Promise<void>) {
    this.#look = look;
  }

  add(task: T): void {
    this.#turns.add(task);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  /** Looks at it as soon as may be: there is something new. */
  hurry(task: T): void {
    this.#hurried.add(task);
    if (this.#hurrying >= AT_ONCE) return;
    this.#hurrying += 1;
    void this.#lookHurriedly().finally(() => (this.#hurrying -= 1));
  }

  delete(task: T): void {
    this.#hurried.delete(task);
    this.#turns.delete(task);
    if (this.#turns.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#turns.clear();
    this.#hurried.clear();
  }

  async #lookHurriedly(): Promise<void> {
    for (const task of this.#hurried) {
      this.#hurried.delete(task);
      await this.#look(task);
    }
  }

  #tick(): void {
    const count = Math.min(Math.ceil((this.#turns.size * TICK_MS) / 1000), MOST_A_TICK - this.#looking.size);
    // Those that are looked at go to the end.
    const due: T[] = [];
    for (const task of this.#turns) {
      if (due.length >= count) break;
      due.push(task);
    }
    for (const task of due) {
      this.#turns.delete(task);
      this.#turns.add(task);
      if (this.#looking.has(task)) continue;
      this.#looking.add(task);
      void this.#look(task).finally(() => this.#looking.delete(task));
    }
  }
}
