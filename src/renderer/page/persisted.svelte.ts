/** What this browser remembers of a page: as svelte.dev does it, a value that is read and set like any other. */

interface Format<T> {
  /** Of what was written, by this version or another; null: nothing was. What makes no sense counts as nothing. */
  read(text: string | null): T;
  /** Null: not worth remembering. */
  write(value: T): string | null;
}

export class Persisted<T> {
  readonly #key: string;
  readonly #format: Format<T>;
  #current = $state.raw() as T;

  /** @param name of the value, the same for all pages that share it */
  constructor(name: string, format: Format<T>) {
    this.#key = `gumbel-studio.${name}`;
    this.#format = format;
    this.#current = format.read(window.localStorage.getItem(this.#key));
  }

  get current(): T {
    return this.#current;
  }

  set current(value: T) {
    this.#current = value;
    const text = this.#format.write(value);
    try {
      if (text === null) window.localStorage.removeItem(this.#key);
      else window.localStorage.setItem(this.#key, text);
    } catch {
      // That memory is full, or switched off: it holds as long as the page does.
    }
  }
}

/** One of some words, the first where nothing is remembered. */
export function oneOf<W extends string>(...words: readonly [W, ...W[]]): Format<W> {
  return {
    read: (text) => words.find((word) => word === text) ?? words[0],
    write: (word) => word,
  };
}

/** @param parse of what JSON made of the text; null where there was none, or it could not be read */
export function asJson<T>(
  parse: (value: unknown) => T,
  isWorthIt: (value: T) => boolean = () => true,
): Format<T> {
  return {
    read(text) {
      try {
        return parse(JSON.parse(text ?? 'null'));
      } catch {
        return parse(null);
      }
    },
    write: (value) => (isWorthIt(value) ? JSON.stringify(value) : null),
  };
}
