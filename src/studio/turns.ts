/** Work that takes turns: so many at once, and the others wait in the order in which they came. */
export class Turns {
  readonly #atOnce: number;
  readonly #waiting: ((go: undefined) => void)[] = [];
  #taken = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /**
   * Resolves when it is this one's turn, which ends with `end`.
   * @param cancelled what it throws where `signal` is aborted meanwhile: then there is no turn to end
   */
  async take(signal: AbortSignal, cancelled: () => Error): Promise<void> {
    if (this.#taken < this.#atOnce) {
      this.#taken += 1;
    } else {
      const { promise, resolve: go } = Promise.withResolvers<undefined>();
      this.#waiting.push(go);
      signal.addEventListener('abort', () => go(undefined));
      await promise;
      const place = this.#waiting.indexOf(go);
      if (place !== -1) {
        this.#waiting.splice(place, 1);
        throw cancelled();
      }
    }
    if (!signal.aborted) return;
    this.end();
    throw cancelled();
  }

  /** Hands the turn to whoever waits longest, or gives it back. */
  end(): void {
    const go = this.#waiting.shift();
    if (go === undefined) this.#taken -= 1;
    else go(undefined);
  }
}
