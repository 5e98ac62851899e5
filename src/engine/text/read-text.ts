/**
 * Text files of any size as numbers of tokens: they are read piece by piece, up to the number of tokens that is asked for, and what
 * cannot be read is refused in one sentence that names file, line and remedy.
 */
import { AppError } from '../../shared/errors.ts';
import type { EngineHost } from '../core/engine-host.ts';
import { TEXT_SAMPLES, type TextConfig } from './config.ts';
import { byteName, tokeniserOf, type TokenSink } from './tokens.ts';

/** Different tokens before the vocabulary is chosen: beyond, a text is none, or memory is short. */
const MOST_TYPES = 2 ** 22;

/** A text as numbers. */
export interface ReadTokens {
  /** Of every token, its place in `types`. */
  readonly tokens: Int32Array;
  /** In the order in which the text has them first. */
  readonly types: readonly string[];
  /** Whether the text goes on after the last token. */
  readonly cut: boolean;
}

/** @param path of a file or folder @param at the config key that names it @throws AppError that names file, line and remedy */
export async function readTokens(
  path: string,
  at: string,
  config: Pick<TextConfig, 'tokens' | 'lowercase' | 'limit'>,
  host: EngineHost,
): Promise<ReadTokens> {
  const collected = new Collected(config.limit);
  for (const file of await keyed(at, () => host.listFiles(path, { samples: TEXT_SAMPLES }))) {
    const read = config.tokens === 'bytes' ? readBytes : readCharacters;
    const full = await keyed(at, () => read({ file, at }, config, collected.sink, host));
    if (collected.types.length > MOST_TYPES) {
      const remedy = 'choose a text, set data.limit lower, or data.tokens to characters or bytes';
      throw fault(
        { file, at },
        'the file',
        `at most ${MOST_TYPES} different tokens`,
        `${collected.types.length}`,
        remedy,
      );
    }
    if (full) break;
  }
  return collected.finished();
}

/** A file as messages name it. */
interface TextFile {
  readonly file: string;
  readonly at: string;
}

function fault(
  { file, at }: TextFile,
  where: string,
  expected: string,
  found: string,
  remedy: string,
): AppError {
  return new AppError('validation', `${file}, ${where}: expected ${expected}, found ${found}; ${remedy}.`, {
    path: at,
  });
}

/** What the host refuses, with the config key that names the file. */
async function keyed<T>(at: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AppError) || error.path !== undefined) throw error;
    throw new AppError(error.kind, error.message, { path: at, cause: error });
  }
}

/** Tokens as they come. */
class Collected {
  readonly types: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #limit: number;
  #tokens = new Int32Array(2 ** 16);
  #count = 0;
  #cut = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  readonly sink: TokenSink = (token) => {
    if (this.#count === this.#limit) return (this.#cut = true);
    let number = this.#numbers.get(token);
    if (number === undefined) {
      number = this.types.length;
      // A slice of a piece would keep the whole piece in memory.
      const own = token.length < 2 ? token : ` ${token}`.slice(1);
      this.types.push(own);
      this.#numbers.set(own, number);
      if (number === MOST_TYPES) return true;
    }
    if (this.#count === this.#tokens.length) {
      const larger = new Int32Array(Math.min(this.#limit, 2 * this.#count));
      larger.set(this.#tokens);
      this.#tokens = larger;
    }
    this.#tokens[this.#count++] = number;
    return false;
  };

  finished(): ReadTokens {
    return { tokens: this.#tokens.slice(0, this.#count), types: this.types, cut: this.#cut };
  }
}

type Reader = (
  file: TextFile,
  config: Pick<TextConfig, 'tokens' | 'lowercase'>,
  sink: TokenSink,
  host: EngineHost,
) => Promise<boolean>;

const readBytes: Reader = async ({ file }, _config, sink, host) => {
  const names = Array.from({ length: 256 }, (_, byte) => byteName(byte));
  for await (const bytes of host.readChunks(file)) {
    for (const byte of bytes) if (sink(names[byte]!)) return true;
    await host.breathe();
  }
  return false;
};

const readCharacters: Reader = async (file, config, sink, host) => {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let encoding = 'utf-8';
  let lines = 1;
  const refuse = (line: number): never => {
    throw fault(
      file,
      `line ${line}`,
      'text in UTF-8',
      'bytes that are not UTF-8',
      'save it as plain text in UTF-8, or set data.tokens to bytes',
    );
  };
  const tokeniser = tokeniserOf(config, () => {
    throw fault(
      file,
      `line ${lines}`,
      'words with spaces between them',
      'a line of thousands of characters without any',
      'set data.tokens to characters or bytes',
    );
  });
  /** Where a piece that is no text goes wrong. */
  const strayLine = (bytes: Uint8Array) => {
    const text = new TextDecoder(encoding).decode(bytes);
    return lines + linesOf(text.slice(0, Math.max(0, text.search(/[\uFFFD\0]/))));
  };
  for await (const bytes of host.readChunks(file.file)) {
    if (decoder === undefined) {
      encoding = encodingOf(bytes);
      decoder = new TextDecoder(encoding, { fatal: true });
    }
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: true });
    } catch {
      return refuse(strayLine(bytes));
    }
    if (text.includes('\0')) return refuse(strayLine(bytes));
    const full = tokeniser.piece(text, sink);
    lines += linesOf(text);
    if (full) return true;
    await host.breathe();
  }
  try {
    decoder?.decode(new Uint8Array());
  } catch {
    refuse(lines);
  }
  return tokeniser.end(sink);
};

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function linesOf(text: string): number {
  return text.split('\n').length - 1;
}
