/**
 * NumPy's legacy random numbers, `numpy.random.RandomState(seed)`: streams that NumPy has frozen (NEP 19), so that published
 * figures of generators written on it can be had again to the last digit. For nothing else: see src/engine/random.
 * Source: NumPy, numpy/random/src/legacy/legacy-distributions.c and numpy/random/mtrand.pyx.
 */
import { mersenne } from 'pure-rand/generator/mersenne';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

export class NumpyRandom {
  readonly #bits: RandomGenerator;
  /** Normals come in pairs: the second waits here, also from one call to the next. */
  #waiting: number | null = null;

  /** @param seed 0 to 2^32 - 1 */
  constructor(seed: number) {
    this.#bits = mersenne(seed);
  }

  /** 53 bits of two words, in [0, 1). */
  uniform(): number {
    const high = this.#bits.next() >>> 5;
    const low = this.#bits.next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Standard normal by Marsaglia's polar method; of a pair the second coordinate is told first. */
  normal(): number {
    if (this.#waiting !== null) {
      const told = this.#waiting;
      this.#waiting = null;
      return told;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.#waiting = scale * x;
      return scale * y;
    }
  }

  /** `binomial(1, p)`: inversion, from the side of the smaller probability. */
  bernoulli(p: number): 0 | 1 {
    // NumPy draws nothing for a certain failure.
    if (p === 0) return 0;
    const u = this.uniform();
    return (p <= 0.5 ? u > 1 - p : u <= p) ? 1 : 0;
  }

  /** `permutation(count)`: 0 to count - 1 in random order, shuffled from the end. */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.#upTo(i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }

  /** An integer of 0 to `most`, by refusing words whose lower bits are above it. */
  #upTo(most: number): number {
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    for (;;) {
      const value = (this.#bits.next() & mask) >>> 0;
      if (value <= most) return value;
    }
  }
}
