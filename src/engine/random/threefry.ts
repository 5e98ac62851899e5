/**
 * Threefry-2x32 with 20 rounds: a counter-based generator, one pure function of (key, counter).
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 3.2 and the Random123
 * library's known-answer vectors. Differs from source: none.
 */

export const PARITY = 0x1bd11bda;
/** Bits by which each of eight rounds rotates, then again from the start. */
export const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** Encrypts one counter. All words are 32 bits (signed or unsigned); returns unsigned words. */
export function threefry2x32(
  key: readonly [number, number],
  counter: readonly [number, number],
): [number, number] {
  const words = new Uint32Array(2);
  threefryFill(words, key, counter);
  return [words[0]!, words[1]!];
}

/**
 * out[2i], out[2i + 1] = the two words of counter (counter[0] + i, counter[1]).
 * The rounds are written out: a loop over `ROTATIONS` is six times slower in V8.
 */
export function threefryFill(
  out: Uint32Array,
  key: readonly [number, number],
  counter: readonly [number, number],
): void {
  const k0 = key[0] | 0;
  const k1 = key[1] | 0;
  const k2 = k0 ^ k1 ^ PARITY;
  const first = counter[0] | 0;
  const c1 = counter[1] | 0;
  const n = out.length;
  // prettier-ignore
  for (let i = 0; i < n; i += 2) {
    let x = (first + (i >>> 1) + k0) | 0;
    let y = (c1 + k1) | 0;
    x = (x + y) | 0; y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0; y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0; y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0; y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k1) | 0; y = (y + k2 + 1) | 0;
    x = (x + y) | 0; y = ((y << 17) | (y >>> 15)) ^ x;
    x = (x + y) | 0; y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0; y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0; y = ((y << 24) | (y >>> 8)) ^ x;
    x = (x + k2) | 0; y = (y + k0 + 2) | 0;
    x = (x + y) | 0; y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0; y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0; y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0; y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k0) | 0; y = (y + k1 + 3) | 0;
    x = (x + y) | 0; y = ((y << 17) | (y >>> 15)) ^ x;
    x = (x + y) | 0; y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0; y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0; y = ((y << 24) | (y >>> 8)) ^ x;
    x = (x + k1) | 0; y = (y + k2 + 4) | 0;
    x = (x + y) | 0; y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0; y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0; y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0; y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k2) | 0; y = (y + k0 + 5) | 0;
    out[i] = x;
    if (i + 1 < n) out[i + 1] = y;
  }
}
