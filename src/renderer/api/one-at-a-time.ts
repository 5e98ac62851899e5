/** Work that may be asked for more often than it can be done: at most one is under way and one waits. */
export class OneAtATime {
  readonly #work: () => Promise<void>;
  #busy = false;
  #again = false;

  /** @param work never rejects */
  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Is done once more after this, whatever is under way. */
  ask(): void {
    this.#again = true;
    if (!this.#busy) void this.#run();
  }

  /** Nothing that waits is begun any more. */
  stop(): void {
    this.#again = false;
  }

  async #run(): Promise<void> {
    this.#busy = true;
    while (this.#again) {
      this.#again = false;
      await this.#work();
    }
    this.#busy = false;
  }
}
