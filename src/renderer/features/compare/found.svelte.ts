/** What a stored sweep or guide found, read again when its comparison was. */
import { OneAtATime } from '../../api/one-at-a-time.ts';
import { sentenceOf } from '../../format/sentence.ts';

export class Found<T> {
  readonly #ask: () => Promise<T | null>;
  #result = $state.raw<T | null>(null);
  #problem = $state('');
  readonly #reading = new OneAtATime(() => this.#read());

  constructor(ask: () => Promise<T | null>) {
    this.#ask = ask;
  }

  /** The last good one; null before the first. */
  get result(): T | null {
    return this.#result;
  }

  /** Why the last read failed; empty if it did not. */
  get problem(): string {
    return this.#problem;
  }

  read(): void {
    this.#reading.ask();
  }

  dispose(): void {
    this.#reading.stop();
  }

  async #read(): Promise<void> {
    try {
      this.#result = await this.#ask();
      this.#problem = '';
    } catch (error) {
      this.#problem = sentenceOf(error);
    }
  }
}
