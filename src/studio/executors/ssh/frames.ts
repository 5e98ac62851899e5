/** What a host answers when it gives files: lines, some of which announce so many bytes after them, and `end` where nothing is missing. */
import { AppError } from '../../../shared/errors.ts';

/** Where the bytes of one frame go. */
export interface Sink {
  /** Bytes that belong to it. */
  readonly length: number;
  write(piece: Buffer): void;
  /** All of them are there. */
  end(): void;
  /** The rest will not come. */
  discard(): void;
}

const NEWLINE = 0x0a;
const LONGEST_LINE = 4096;

export class FrameReader {
  readonly #host: string;
  readonly #open: (line: string) => Sink;
  #line: Buffer = Buffer.alloc(0);
  #sink: Sink | undefined;
  #missing = 0;
  #ended = false;

  /** @param open makes a sink for what a line announces. @throws Error if it announces nothing */
  constructor(host: string, open: (line: string) => Sink) {
    this.#host = host;
    this.#open = open;
  }

  /** @throws AppError external if it is no such answer */
  take(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#sink !== undefined) {
        const piece = rest.subarray(0, this.#missing);
        this.#sink.write(piece);
        this.#missing -= piece.length;
        rest = rest.subarray(piece.length);
        this.#endIfWhole();
        continue;
      }
      const at = rest.indexOf(NEWLINE);
      this.#line = Buffer.concat([this.#line, at < 0 ? rest : rest.subarray(0, at)]);
      if (this.#line.length > LONGEST_LINE || this.#ended) throw this.#noAnswer();
      if (at < 0) return;
      rest = rest.subarray(at + 1);
      const line = this.#line.toString();
      this.#line = Buffer.alloc(0);
      if (line === 'end') this.#ended = true;
      else this.#begin(line);
    }
  }

  #begin(line: string): void {
    try {
      this.#sink = this.#open(line);
    } catch (error) {
      throw error instanceof AppError ? error : this.#noAnswer();
    }
    this.#missing = this.#sink.length;
    this.#endIfWhole();
  }

  #endIfWhole(): void {
    if (this.#missing > 0) return;
    const sink = this.#sink;
    this.#sink = undefined;
    sink?.end();
  }

  /** Nothing more comes. */
  discard(): void {
    this.#sink?.discard();
    this.#sink = undefined;
  }

  /** @throws AppError external if the connection broke off before the end */
  requireEnd(): void {
    if (this.#ended) return;
    throw new AppError('external', `${this.#host}: the connection broke off in the middle of a file`);
  }

  #noAnswer(): AppError {
    return new AppError('external', `${this.#host}: its shell sent something other than files`);
  }
}
