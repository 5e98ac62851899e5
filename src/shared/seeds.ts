/** Seeds as people write them, the same in a form and on a command line. */
import { MOST_SEEDS } from './experiment.ts';

/** What is taken, for a hint. */
export const SEEDS_HINT =
  'a number of seeds (5 means 1 to 5), a range (1-5), or a list (1, 2, 7; a single seed: 7,)';

/**
 * `5` is as many seeds from 1; `1-5` or `1..5` a range; `1, 2, 7` or `1-3 10` a list; `7,` the one seed. Counted before any is
 * made.
 * @returns null for what is none of these, or more than a request takes; empty for an empty text
 */
export function readSeeds(text: string): readonly number[] | null {
  const parts = text.split(/[\s,]+/).filter(Boolean);
  const ranges: (readonly [number, number])[] = [];
  let count = 0;
  for (const part of parts) {
    const [, first, last] = /^(\d{1,15})(?:(?:-|\.\.)(\d{1,15}))?$/.exec(part) ?? [];
    if (first === undefined) return null;
    const counts = parts.length === 1 && last === undefined && !text.includes(',');
    const range: readonly [number, number] = counts
      ? [1, Number(first)]
      : [Number(first), Number(last ?? first)];
    count += range[1] - range[0] + 1;
    if (range[1] < range[0] || count > MOST_SEEDS) return null;
    ranges.push(range);
  }
  return ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
}

/** What `readSeeds` reads as these seeds: three or more in a row become a range, one alone is followed by a comma. */
export function writeSeeds(seeds: readonly number[]): string {
  if (seeds.length === 1) return `${seeds[0]},`;
  const parts: string[] = [];
  for (let i = 0; i < seeds.length;) {
    let end = i;
    while (seeds[end + 1] === seeds[end]! + 1) end++;
    parts.push(end - i >= 2 ? `${seeds[i]}-${seeds[end]}` : seeds.slice(i, end + 1).join(','));
    i = end + 1;
  }
  return parts.join(',');
}
