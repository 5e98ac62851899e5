/**
 * Laws of the values v_j of single items, for additive and unit-demand buyers. With [low_j, high_j] the range of item j,
 * v_j = low_j + (high_j - low_j) x_j, where x is
 *   uniform: uniform on [0, 1]^m, items independent of each other
 *   simplex: uniform on { x >= 0, x_1 + ... + x_m <= 1 }; for two items the triangle (0, 0), (1, 0), (0, 1)
 */
import { z } from 'zod';
import { fillUniform } from '../../random/fill.ts';
import type { Key } from '../../random/key.ts';
import { MOST_MONEY } from './bidders.ts';

const end = z.number().min(0).max(MOST_MONEY);

/** The part of a config that says what single items are worth. */
export const itemValuesShape = {
  law: z
    .enum(['uniform', 'simplex'])
    .default('uniform')
    .describe(
      'uniform: items independent, each uniform on its range; simplex: uniform where the shares of their ranges sum to at most 1 (for two items on [0, 1] the triangle below the diagonal)',
    ),
  ranges: z
    .array(z.tuple([end, end]))
    .min(1)
    .default([[0, 1]])
    .describe(
      'Lowest and highest value of an item: one pair for all items, or one pair per item, as in [[4, 16], [4, 7]]',
    ),
};

export interface ItemValues {
  readonly law: 'uniform' | 'simplex';
  readonly ranges: readonly (readonly [low: number, high: number])[];
}

/** Why these ranges are not those of `items` items; undefined if they are. */
export function wrongRanges(ranges: ItemValues['ranges'], items: number): string | undefined {
  if (ranges.length !== 1 && ranges.length !== items) {
    return `expected one pair for all items or ${items} pairs, one per item, found ${ranges.length}`;
  }
  const wrong = ranges.find(([low, high]) => low >= high);
  return wrong && `expected pairs [low, high] with low < high, found [${wrong.join(', ')}]`;
}

/** The range of each item. */
export function rangesOf({ ranges }: ItemValues, items: number): ItemValues['ranges'] {
  return ranges.length === items ? ranges : Array.from({ length: items }, () => ranges[0]!);
}

/** Values of `count` buyers, v_j of buyer n at n * items + j. */
export function drawItemValues(law: ItemValues, items: number, count: number, key: Key): Float32Array {
  const values = new Float32Array(count * items);
  fillUniform(key, values);
  if (law.law === 'simplex') {
    for (let n = 0; n < count; n++) spacings(values.subarray(n * items, (n + 1) * items));
  }
  const ranges = rangesOf(law, items);
  if (ranges.every(([low, high]) => low === 0 && high === 1)) return values;
  return values.map((x, i) => {
    const [low, high] = ranges[i % items]!;
    return low + (high - low) * x;
  });
}

/** Uniforms -> the first m of the m + 1 spacings that they cut [0, 1] into, which are uniform on the simplex. */
function spacings(uniforms: Float32Array): void {
  uniforms.sort();
  for (let j = uniforms.length - 1; j > 0; j--) uniforms[j] = uniforms[j]! - uniforms[j - 1]!;
}
