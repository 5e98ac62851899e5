/**
 * Tokens of a text that comes in pieces. Whatever the pieces are, the tokens are the same.
 */
import type { TextConfig } from './config.ts';

/** Takes tokens one after the other; true: no further one is wanted. */
export type TokenSink = (token: string) => boolean;

/** Of one file; both functions tell whether the sink wants no more. */
export interface Tokeniser {
  piece(text: string, sink: TokenSink): boolean;
  /** After the last piece. */
  end(sink: TokenSink): boolean;
}

/** Letters with their marks, and digits; an apostrophe between two of them belongs to the word. */
const WORD = /[\p{L}\p{M}\p{N}]+(?:['\u2019][\p{L}\p{M}\p{N}]+)*/gu;
/** Characters without a space between them that may still become a word. */
const MOST_PENDING = 2 ** 16;

/** @param tooLong says that there is a run of characters that is no word */
export function tokeniserOf(
  { tokens, lowercase }: Pick<TextConfig, 'tokens' | 'lowercase'>,
  tooLong: () => never,
): Tokeniser {
  const lowered = (text: string) => (lowercase ? text.toLowerCase() : text);
  if (tokens !== 'words') {
    return {
      piece(text, sink) {
        for (const character of lowered(text)) {
          // Lines end alike, whichever system wrote them.
          if (character !== '\r' && sink(character)) return true;
        }
        return false;
      },
      end: () => false,
    };
  }
  let rest = '';
  const wordsOf = (text: string, sink: TokenSink) => {
    for (const [word] of lowered(text).matchAll(WORD)) if (sink(word)) return true;
    return false;
  };
  return {
    piece(text, sink) {
      const all = rest + text;
      // The last word may go on in the next piece.
      const end = all.search(/\S*$/);
      rest = all.slice(end);
      if (rest.length > MOST_PENDING) tooLong();
      return wordsOf(all.slice(0, end), sink);
    },
    end: (sink) => wordsOf(rest, sink),
  };
}

/** A byte as a token: the character that it is in ASCII, or its number. */
export function byteName(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `0x${byte.toString(16).padStart(2, '0')}`;
}

/** A token as people can read it and as a file of words can hold it: no spaces, no marks that nobody sees or that turn the direction. */
export function readableToken(token: string): string {
  return token.replace(
    /[\p{C}\p{Z}]/gu,
    (character) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`,
  );
}
