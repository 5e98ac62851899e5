/** Seeds as people write them: `1, 2, 3`, `1-5`, `1-3 10`. */
import { MOST_SEEDS } from '../../../shared/experiment.ts';

/** Null: that cannot be read, or is more than a comparison may have. */
export function readSeeds(text: string): readonly number[] | null {
  const parts = text.split(/[\s,]+/).filter(Boolean);
  const seeds: number[] = [];
  for (const part of parts) {
    const [, first, last] = /^(\d{1,15})(?:(?:-|\.\.)(\d{1,15}))?$/.exec(part) ?? [];
    if (first === undefined) return null;
    const [from, to] = [Number(first), Number(last ?? first)];
    if (to < from || seeds.length + to - from >= MOST_SEEDS) return null;
    for (let seed = from; seed <= to; seed++) seeds.push(seed);
  }
  return seeds;
}

/** Three or more in a row become a range. */
export function writeSeeds(seeds: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < seeds.length;) {
    let end = i;
    while (seeds[end + 1] === seeds[end]! + 1) end++;
    parts.push(end - i >= 2 ? `${seeds[i]}-${seeds[end]}` : seeds.slice(i, end + 1).join(', '));
    i = end + 1;
  }
  return parts.join(', ');
}
