/** Random numbers one after the other, for generators whose draws depend on the draws before them. */
import { threefryFill } from './threefry.ts';
import type { Key } from './key.ts';

export interface Draws {
  /** Uniform on the open interval (0, 1), 32 bits. */
  uniform(): number;
  /** Uniform on 0 .. bound - 1; the bias is below bound / 2^32. */
  integer(bound: number): number;
  /** Standard normal. */
  normal(): number;
}

/** Words drawn at once: enough to make the cost of a call disappear. */
const BLOCK = 1024;

/** The same key always gives the same sequence, on every machine. */
export function draws(key: Key): Draws {
  const words = new Uint32Array(BLOCK);
  let block = 0;
  let used = BLOCK;
  const uniform = () => {
    if (used === BLOCK) {
      threefryFill(words, key.words, [0, block++]);
      used = 0;
    }
    return (words[used++]! + 0.5) / 2 ** 32;
  };
  return {
    uniform,
    integer: (bound) => Math.floor(uniform() * bound),
    normal: () => {
      const radius = Math.sqrt(-2 * Math.log(uniform()));
      return radius * Math.cos(2 * Math.PI * uniform());
    },
  };
}
