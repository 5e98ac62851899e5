/** What is said of a task beside its state: each part of it is known by somebody else, and what they come to is told when it changes. */

/** Around a task; each is empty where nothing is wrong. */
export interface Trouble {
  /** Why its engine does not answer. */
  readonly silence: string;
  /** Why it cannot write. */
  readonly disk: string;
  /** Why what it has left is not here, of one that is over. */
  readonly files: string;
}

interface Parts extends Trouble {
  /** Why it waits. */
  readonly reason: string;
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
  /** Whether the task has said something since. */
  #isOutdated = false;

  /** @param reason as the store has it */
  constructor(reason: string, listeners: Listeners) {
    this.#parts = { reason, silence: '', disk: '', files: '', engine: '', trouble: '' };
    this.#told = reason;
    this.#listeners = listeners;
  }

  /** Why it waits. */
  get waiting(): string {
    const { silence, files, reason } = this.#parts;
    return files || silence || reason;
  }

  get missesFiles(): boolean {
    return this.#parts.files !== '';
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

  /**
   * What a task says itself takes the place of all remarks: they are told again when it says no more.
   * @param grew whether there were messages, @param trouble with them
   */
  hearLook(grew: boolean, trouble: string): void {
    if (!grew && this.#isOutdated) this.#told = '';
    this.#isOutdated = grew;
    this.change({ trouble });
  }

  #tell(): void {
    const { silence, disk, files, engine, trouble } = this.#parts;
    const words = this.#begun
      ? [files, silence, disk, engine, trouble].filter(Boolean).join('; ')
      : this.waiting;
    if (words === this.#told) return;
    this.#told = words;
    if (this.#begun) this.#listeners.running(words);
    else this.#listeners.waiting();
  }
}
