/** The box that rows lie in, and uniform rows of it that belong to no class. */
import { AppError } from '../../../shared/errors.ts';
import { draws } from '../../random/draws.ts';
import { fillUniform } from '../../random/fill.ts';
import type { ImageSplit } from '../../images/image-data.ts';
import type { Key } from '../../random/key.ts';

/** Where rows can lie, and where those of the classes do: for images all of [0, 1], and nothing known of the classes. */
export interface Ground {
  /** Ends of every number of a row. */
  readonly low: number;
  readonly high: number;
  /** Of the classes of the plane that are trained on; empty for images. */
  readonly means: readonly (readonly number[])[];
  readonly deviation: number;
  /** Of a coordinate of 1, in the data's own unit. */
  readonly unit: number;
  /** From every mean: what is farther belongs to no class. */
  readonly reach: number;
}

/** Ends of each number of a row. */
interface Box {
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

/** Points drawn for one that is kept, on average: below it a box has next to no room beside the classes. */
const MOST_TRIES = 1000;

/** [count, numbers of a row]: uniform in the box, away from the classes where those are known. @param at key, for the message */
export function uniformRows(box: Box, ground: Ground, count: number, key: Key, at: string): Float32Array {
  const size = box.low.length;
  const rows = new Float32Array(count * size);
  if (ground.means.length === 0) {
    fillUniform(key, rows);
    return rows.map((u, i) => box.low[i % size]! + u * (box.high[i % size]! - box.low[i % size]!));
  }
  const random = draws(key);
  for (let [n, tries] = [0, 0]; n < count; tries++) {
    if (tries > MOST_TRIES * count) {
      throw new AppError(
        'precondition',
        `${at}: expected a box with room beside the classes, found less than one point in ${MOST_TRIES} that is more than three deviations from every mean; make the box larger, or data.deviation smaller.`,
        { path: at },
      );
    }
    const row = Array.from(box.low, (low, i) => low + random.uniform() * (box.high[i]! - low));
    if (ground.means.some((mean) => Math.hypot(...row.map((x, i) => x - mean[i]!)) <= ground.reach)) continue;
    rows.set(row, n * size);
    n += 1;
  }
  return rows;
}

export function wholeBox({ low, high }: Ground, size: number): Box {
  return { low: new Float64Array(size).fill(low), high: new Float64Array(size).fill(high) };
}

/** Around the mean of some rows, within the whole box. @param share of its side */
export function boxNear({ count, pixels }: ImageSplit, { low, high }: Ground, share: number): Box {
  const size = pixels.length / count;
  const mean = new Float64Array(size);
  pixels.forEach((value, i) => (mean[i % size]! += value / count));
  const half = (share * (high - low)) / 2;
  return {
    low: mean.map((at) => Math.max(low, at - half)),
    high: mean.map((at) => Math.min(high, at + half)),
  };
}
