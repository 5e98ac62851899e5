/** The words of a CATS file with their lines; comments are skipped. One pass, no copies of the text but the words. */
import { AppError } from '../../../shared/errors.ts';

export interface Token {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

const TAB = 9;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const PERCENT = 37;
/** What a decoder puts in place of bytes that are not UTF-8. */
const REPLACEMENT = 0xfffd;
const BYTE_ORDER_MARK = 0xfeff;
/** Longest word that an error message quotes whole. */
const QUOTED = 40;

export class CatsTokens {
  readonly file: string;
  readonly #text: string;
  #at: number;
  #line = 1;
  #lineIsBlankSoFar = true;
  #ahead: Token | null | undefined;

  /** @param file name for error messages */
  constructor(text: string, file: string) {
    this.#text = text;
    this.#at = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
    this.file = file;
  }

  /** The next word; null at the end. */
  next(): Token | null {
    const token = this.#ahead === undefined ? this.#read() : this.#ahead;
    this.#ahead = undefined;
    return token;
  }

  /** The next word, which stays. */
  peek(): Token | null {
    if (this.#ahead === undefined) this.#ahead = this.#read();
    return this.#ahead;
  }

  /** @param found the word itself if left out */
  fail(token: Token | null, expected: string, found?: string): never {
    const what = found ?? (token === null ? 'the end of the file' : `"${shortened(token.text)}"`);
    const line = token?.line ?? this.#line;
    throw new AppError('validation', `${this.file}, line ${line}: expected ${expected}, found ${what}.`);
  }

  #read(): Token | null {
    this.#skip();
    const start = this.#at;
    while (this.#at < this.#text.length && !isSpace(this.#code())) this.#at += 1;
    if (this.#at === start) return null;
    this.#lineIsBlankSoFar = false;
    return { text: this.#text.slice(start, this.#at), line: this.#line };
  }

  /** Moves past whitespace and comment lines. */
  #skip(): void {
    while (this.#at < this.#text.length) {
      const code = this.#code();
      if (code === PERCENT && this.#lineIsBlankSoFar) {
        while (this.#at < this.#text.length && !isLineEnd(this.#code())) this.#at += 1;
        continue;
      }
      if (!isSpace(code)) return;
      if (isLineEnd(code)) {
        // A carriage return alone ends a line too, as old Macintosh programs wrote them; with a newline it ends one, not two.
        if (code === NEWLINE || this.#text.charCodeAt(this.#at + 1) !== NEWLINE) this.#line += 1;
        this.#lineIsBlankSoFar = true;
      }
      this.#at += 1;
    }
  }

  #code(): number {
    const code = this.#text.charCodeAt(this.#at);
    if ((code < SPACE && !isSpace(code)) || code === REPLACEMENT) {
      throw new AppError(
        'validation',
        `${this.file}, line ${this.#line}: expected the text of a CATS auction, found binary content; choose the .txt file that CATS wrote.`,
      );
    }
    return code;
  }
}

function isLineEnd(code: number): boolean {
  return code === NEWLINE || code === CARRIAGE_RETURN;
}

function isSpace(code: number): boolean {
  return code === SPACE || (code >= TAB && code <= CARRIAGE_RETURN);
}

function shortened(text: string): string {
  return text.length <= QUOTED ? text : `${text.slice(0, QUOTED)}...`;
}
