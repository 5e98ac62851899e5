/**
 * A text that somebody types and nobody has to save: it goes to the studio when the hands rest, and when its page is left or
 * closed. Until the studio has it, it also stays in this browser's memory, and is there again when the page is.
 */
import { AppError } from '../../shared/errors.ts';
import { OneAtATime } from '../api/one-at-a-time.ts';
import { sentenceOf } from '../format/sentence.ts';

interface TypedTextOptions {
  /** Names the text in this browser's memory. */
  readonly key: string;
  /** As the studio has it. */
  readonly stored: string;
  /**
   * @param was what the studio had when the typing began
   * @throws AppError `conflict` if somebody else has changed it since
   */
  readonly save: (text: string, was: string) => Promise<void>;
  /** Two ways to write the same, like `a,b` and `a, b`. */
  readonly same?: (a: string, b: string) => boolean;
  /** Where somebody else changes the text meanwhile: `ask` which counts, or put `mine` over theirs. */
  readonly conflicts?: 'ask' | 'mine';
}

interface Kept {
  readonly text: string;
  readonly was: string;
}

const REST_MS = 700;
const RETRY_MS = 3000;

export class TypedText {
  readonly #options: Required<TypedTextOptions>;
  readonly #saver = new OneAtATime(() => this.#save());
  #text = $state('');
  #stored = $state('');
  #theirs = $state<string | null>(null);
  #problem = $state('');
  #touched = $state(false);
  #remembered = $state(false);
  #timer = 0;
  #left = false;
  /** What this text has put into the browser's memory, or found there. */
  #memory: string | null = null;
  /** Counts what was sent and answered: what the studio said before that is old. */
  #version = 0;

  constructor(options: TypedTextOptions) {
    this.#options = { same: (a, b) => a === b, conflicts: 'ask', ...options };
    const kept = this.#kept();
    this.#remembered = kept !== null;
    this.#stored = options.stored;
    this.#text = kept?.text ?? options.stored;
    if (kept === null || !this.dirty) this.#forget();
    else if (kept.was === options.stored || this.#options.conflicts === 'mine') this.flush();
    else this.#theirs = options.stored;
    window.addEventListener('pagehide', this.flush);
  }

  get text(): string {
    return this.#text;
  }

  /** The studio does not have it yet. */
  get dirty(): boolean {
    return !this.#options.same(this.#text, this.#stored);
  }

  /** What somebody else has written meanwhile, where a person has to choose. */
  get theirs(): string | null {
    return this.#theirs;
  }

  /** Why the studio does not have it; empty while all is well. */
  get problem(): string {
    return this.#problem;
  }

  /** Somebody has typed here since the page is open. */
  get touched(): boolean {
    return this.#touched;
  }

  /** This browser has it, where the studio does not. */
  get remembered(): boolean {
    return this.#remembered;
  }

  get version(): number {
    return this.#version;
  }

  write(text: string): void {
    this.#text = text;
    this.#touched = true;
    this.#problem = '';
    this.#keep();
    this.#saveAfter(REST_MS);
  }

  /** Saves now what is not saved. */
  readonly flush = (): void => {
    window.clearTimeout(this.#timer);
    if (this.dirty && this.#theirs === null) this.#saver.ask();
  };

  /** The studio's word on the text. @param version as it was when the studio was asked */
  take(stored: string, version: number): void {
    if (version !== this.#version || this.#options.same(stored, this.#stored)) return;
    const clean = !this.dirty;
    const agrees = this.#options.same(stored, this.#text);
    if (clean || agrees || this.#options.conflicts === 'mine') this.#stored = stored;
    else this.#theirs = stored;
    if (clean) this.#text = stored;
    if (!this.dirty) this.#settle();
  }

  keepMine(): void {
    if (this.#theirs === null) return;
    this.#stored = this.#theirs;
    this.#theirs = null;
    this.#keep();
    this.flush();
  }

  keepTheirs(): void {
    if (this.#theirs === null) return;
    this.#text = this.#stored = this.#theirs;
    this.#settle();
  }

  /** Its page is left. What cannot be saved now stays in this browser's memory. */
  dispose(): void {
    this.flush();
    this.#left = true;
    window.removeEventListener('pagehide', this.flush);
  }

  async #save(): Promise<void> {
    const { save } = this.#options;
    const [text, was] = [this.#text, this.#stored];
    if (!this.dirty || this.#theirs !== null) return;
    this.#version += 1;
    try {
      await save(text, was);
      this.#stored = text;
      this.#problem = '';
      if (this.#options.same(this.#text, text)) this.#settle();
      else this.#keep();
    } catch (error) {
      this.#problem = sentenceOf(error);
      // What is refused stays refused until it is written otherwise.
      if (error instanceof AppError && error.kind === 'external' && !this.#left) this.#saveAfter(RETRY_MS);
    } finally {
      this.#version += 1;
    }
  }

  #saveAfter(milliseconds: number): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(this.flush, milliseconds);
  }

  #settle(): void {
    this.#theirs = null;
    this.#problem = '';
    this.#forget();
  }

  #keep(): void {
    const kept: Kept = { text: this.#text, was: this.#stored };
    try {
      const memory = JSON.stringify(kept);
      window.localStorage.setItem(this.#options.key, memory);
      this.#memory = memory;
      this.#remembered = true;
    } catch {
      // That memory is full, or switched off: the sign beside the text no longer promises it.
      this.#forget();
    }
  }

  /** Leaves alone what another page has written there since: an answer may come long after its page was left. */
  #forget(): void {
    const { key } = this.#options;
    if (window.localStorage.getItem(key) === this.#memory) window.localStorage.removeItem(key);
    this.#memory = null;
    this.#remembered = false;
  }

  #kept(): Kept | null {
    this.#memory = window.localStorage.getItem(this.#options.key);
    const parsed: unknown = JSON.parse(this.#memory ?? 'null');
    return isKept(parsed) ? parsed : null;
  }
}

function isKept(value: unknown): value is Kept {
  const part = (key: keyof Kept) => typeof Reflect.get(Object(value), key) === 'string';
  return typeof value === 'object' && value !== null && part('text') && part('was');
}
