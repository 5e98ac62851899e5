import { fillGumbel } from '../random/fill.ts';
import { fold, type Key } from '../random/key.ts';

const CHUNK = 4096;

/** Standard Gumbels one after another, a function of the key alone. */
export class GumbelStream {
  readonly #key: Key;
  readonly #chunk = new Float32Array(CHUNK);
  #at = CHUNK;
  #chunks = 0;

  constructor(key: Key) {
    this.#key = key;
  }

  next(): number {
    if (this.#at === CHUNK) {
      fillGumbel(fold(this.#key, this.#chunks), this.#chunk);
      this.#chunks += 1;
      this.#at = 0;
    }
    return this.#chunk[this.#at++]!;
  }
}
