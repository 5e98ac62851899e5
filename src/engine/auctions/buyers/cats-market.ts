/**
 * The market of one CATS instance: what goods are worth to everyone, and which goods go together.
 *
 * c_i ~ U[1, 100], common value of good i. Affinity d(a, b) >= 0 of two goods:
 *   arbitrary: d(a, b) ~ U(0, 1), symmetric
 *   regions:   1 for neighbours on a map, else 0. The map is a grid of floor(sqrt(m))^2 goods (goods beyond it have no
 *              neighbours); horizontal and vertical edges with probability 0.9, a diagonal of a cell with 0.2; more edges are
 *              drawn in the same way, beside those there are, until every good of the grid has a neighbour.
 * Source: Leyton-Brown, Pearson, Shoham, "Towards a universal test suite for combinatorial auction algorithms", EC 2000,
 * section 4, and the behaviour of the CATS 2.1 program.
 */
import type { Draws } from '../../random/draws.ts';

export type CatsStructure = 'arbitrary' | 'regions';

export interface CatsMarket {
  readonly goods: number;
  /** c_i. */
  readonly common: Float64Array;
  /** d(a, b) at a * goods + b; the diagonal is 0. */
  readonly affinity: Float64Array;
  /** Probability that the next good of a bundle is any good at all. */
  readonly jump: number;
}

const LARGEST_COMMON_VALUE = 100;
const EDGE = 0.9;
const DIAGONAL = 0.2;
const REGIONS_JUMP = 0.05;

/** @param goods at least 1; for regions 4, the smallest grid with neighbours */
export function drawMarket(structure: CatsStructure, goods: number, random: Draws): CatsMarket {
  const affinity = structure === 'arbitrary' ? arbitraryAffinity(goods, random) : mapAffinity(goods, random);
  const common = Float64Array.from(
    { length: goods },
    () => 1 + (LARGEST_COMMON_VALUE - 1) * random.uniform(),
  );
  return { goods, common, affinity, jump: structure === 'arbitrary' ? 0 : REGIONS_JUMP };
}

function arbitraryAffinity(goods: number, random: Draws): Float64Array {
  const affinity = new Float64Array(goods * goods);
  for (let a = 0; a < goods; a++) {
    for (let b = a + 1; b < goods; b++) {
      const d = random.uniform();
      affinity[a * goods + b] = d;
      affinity[b * goods + a] = d;
    }
  }
  return affinity;
}

function mapAffinity(goods: number, random: Draws): Float64Array {
  const side = Math.floor(Math.sqrt(goods));
  const affinity = new Float64Array(goods * goods);
  for (;;) {
    const connect = (a: number, b: number) => {
      affinity[a * goods + b] = 1;
      affinity[b * goods + a] = 1;
    };
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const here = row * side + column;
        const hasBelow = row + 1 < side;
        const hasRight = column + 1 < side;
        if (random.uniform() < EDGE && hasBelow) connect(here, here + side);
        if (random.uniform() < EDGE && hasRight) connect(here, here + 1);
        if (random.uniform() >= DIAGONAL) continue;
        const falling = random.integer(2) === 0;
        if (!hasBelow || !hasRight) continue;
        if (falling) connect(here, here + side + 1);
        else connect(here + side, here + 1);
      }
    }
    const lonely = (good: number) =>
      affinity.subarray(good * goods, (good + 1) * goods).every((d) => d === 0);
    if (!Array.from({ length: side * side }, (_, good) => good).some(lonely)) return affinity;
  }
}
