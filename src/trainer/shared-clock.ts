/** The time of a process that several runs share: while n of them train, an n-th of it is each one's own. */
export class SharedClock {
  readonly #now: () => number;
  #runs: number;
  #at: number;
  #passed = 0;

  /** @param runs that train from now on, @param now in milliseconds */
  constructor(runs: number, now: () => number = () => performance.now()) {
    this.#runs = runs;
    this.#now = now;
    this.#at = now();
  }

  /** One run's own time so far, in milliseconds: the same for all that have been there all along. */
  own(): number {
    const now = this.#now();
    if (this.#runs > 0) this.#passed += (now - this.#at) / this.#runs;
    this.#at = now;
    return this.#passed;
  }

  /** A run trains again. */
  enter(): void {
    this.own();
    this.#runs += 1;
  }

  /** A run has ended, or pauses. */
  leave(): void {
    this.own();
    this.#runs -= 1;
  }
}
