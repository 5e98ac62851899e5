/** What is said of a task beside its state: each part of it is known by somebody else, and what they come to is told when it changes. */

interface Parts {
  /** Why it waits. */
  readonly reason: string;
  /** Why its engine does not answer; empty: it does. */
  readonly silence: string;
  /** What its engine says of it while it runs. */
  readonly engine: string;
  /** What is wrong with its messages. */
  readonly trouble: string;
}

interface Listeners {
  /** Of one that has begun; empty: there is nothing to remark. */
  running(remark: string): void;
  /** `waiting` has changed. */
  waiting(): void;
}

export class TaskWords {
  readonly #listeners: Listeners;
  #parts: Parts;
  #begun = false;
  #told: string;

  /** @param reason as the store has it */
  constructor(reason: string, listeners: Listeners) {
    this.#parts = { reason, silence: '', engine: '', trouble: '' };
    this.#told = reason;
    this.#listeners = listeners;
  }

  /** Why it waits. */
  get waiting(): string {
    const { silence, reason } = this.#parts;
    return silence === '' ? reason : silence;
  }

  /** Thousands are told the same at every poll: only what is another word is told. */
  change(parts: Partial<Parts>): void {
    this.#parts = { ...this.#parts, ...parts };
    this.#tell();
  }

  /** From now on it has messages, and remarks instead of a reason. */
  begun(): void {
    this.#begun = true;
    this.#told = '';
    this.#tell();
  }

  #tell(): void {
    const { silence, engine, trouble } = this.#parts;
    const words = this.#begun ? [silence, engine, trouble].filter(Boolean).join('; ') : this.waiting;
    if (words === this.#told) return;
    this.#told = words;
    if (this.#begun) this.#listeners.running(words);
    else this.#listeners.waiting();
  }
}
