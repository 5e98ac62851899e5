/** What a classifier is trained to be unsure of, unless a generator makes it. */
import type { ImageSplit } from '../../images/image-data.ts';
import { randomIntegers } from '../../random/fill.ts';
import { fold, rootKey, type Key } from '../../random/key.ts';
import type { ConfidentConfig } from './config.ts';
import type { ConfidentData } from './confident-data.ts';
import { boxNear, uniformRows, wholeBox } from './ground.ts';

/** Outliers that are not made by a generator. */
export interface Outliers {
  /** Those drawn once; null: drawn anew at every step. */
  readonly fixed: ImageSplit | null;
  /** [count, numbers of a row]: of those drawn once with replacement, else new ones. */
  minibatch(key: Key, count: number): Float32Array;
}

/** The same for every run with these data. Null: there are none, or a generator makes them. */
export function outliersOf(config: ConfidentConfig, data: ConfidentData): Outliers | null {
  const { outliers } = config;
  const size = data.inside.height * data.inside.width;
  switch (outliers.kind) {
    case 'none':
    case 'gan':
      return null;
    case 'second':
      return fromSet(data.second()!, size);
    case 'box':
    case 'near': {
      const box =
        outliers.kind === 'box'
          ? wholeBox(data.ground, size)
          : boxNear(data.inside.train, data.ground, outliers.share);
      const at = outliers.kind === 'box' ? 'outliers' : 'outliers.share';
      const drawn = (key: Key, count: number) => uniformRows(box, data.ground, count, key, at);
      if (outliers.count === null) return { fixed: null, minibatch: drawn };
      const seed = 'seed' in config.data ? config.data.seed : 0;
      const pixels = drawn(fold(fold(rootKey(seed), 'outliers'), outliers.kind), outliers.count);
      return fromSet({ count: outliers.count, pixels, labels: null }, size);
    }
  }
}

function fromSet(fixed: ImageSplit, size: number): Outliers {
  return {
    fixed,
    minibatch(key, count) {
      const chosen = randomIntegers(key, count, fixed.count);
      const rows = new Float32Array(count * size);
      chosen.forEach((row, n) => rows.set(fixed.pixels.subarray(row * size, (row + 1) * size), n * size));
      return rows;
    },
  };
}
