/**
 * Whether the seconds of a comparison's rows are on one footing. A run that was trained together with others has spent their seconds
 * too, and a share of these is less than it would take alone: neither stands beside the seconds of a run that had all of them. Rows
 * whose runs shared alike can be compared (docs/adr/0024).
 */
import type { ComparisonRow, Sharing } from '../../shared/contract/comparisons.ts';
import { counted } from '../../shared/counted.ts';
import { areAlike, sharersOf, sharersText } from '../../shared/sharing.ts';
import type { SeedGroup } from './groups.ts';

/** Sets of rows that a sentence names. */
const MOST_NAMED = 4;
const ALONE = '1';

interface SharedRow {
  readonly label: string;
  /** By seed, of its completed runs. */
  readonly sharers: ReadonlyMap<number, number>;
}

/** @param labels by group @returns null where every run was alone */
export function sharingOf(
  groups: readonly SeedGroup[],
  labels: ReadonlyMap<ComparisonRow['group'], string>,
): Sharing | null {
  const rows = groups.flatMap(({ key, runs }) => {
    const completed = runs.filter(({ state }) => state === 'completed');
    const sharers = new Map(completed.map((run) => [run.spec.seed, sharersOf(run)]));
    return sharers.size === 0 ? [] : [{ label: labels.get(key) ?? key, sharers }];
  });
  const all = rows.flatMap(({ sharers }) => [...sharers.values()]);
  if (all.length === 0 || rangeText(all) === ALONE) return null;
  if (isEven(rows)) {
    return {
      even: true,
      sentence: `Runs shared their seconds of training, ${rangeText(all)} at a time: seconds and steps/s compare these rows with each other, but are not those of a run that is trained alone (--one-by-one).`,
    };
  }
  return {
    even: false,
    sentence: `Seconds and steps/s of these rows cannot be compared, because runs that are trained together share their seconds: ${namedRows(rows)}. --one-by-one, or Train seeds one by one in the settings, gives each run seconds of its own.`,
  };
}

/** Either all share alike, or, where every row has the same seeds, the runs of each seed: a mean over seeds then weighs them alike. */
function isEven(rows: readonly SharedRow[]): boolean {
  const [first] = rows;
  if (first === undefined || areAlike(rows.flatMap(({ sharers }) => [...sharers.values()]))) return true;
  const seeds = [...first.sharers.keys()];
  return (
    rows.every(({ sharers }) => sharers.size === seeds.length) &&
    seeds.every((seed) => {
      const own = rows.flatMap(({ sharers }) => sharers.get(seed) ?? []);
      return own.length === rows.length && areAlike(own);
    })
  );
}

/** `Softmax relaxation alone; Gumbel-Softmax and REINFORCE 3 at a time`. */
function namedRows(rows: readonly SharedRow[]): string {
  const sets = Map.groupBy(rows, ({ sharers }) => rangeText([...sharers.values()]));
  const named = [...sets].slice(0, MOST_NAMED).map(([range, set]) => {
    const [one, two, ...others] = set.map(({ label }) => label);
    const names = [one, two]
      .filter((label) => label !== undefined)
      .join(others.length === 0 ? ' and ' : ', ');
    const more = others.length === 0 ? '' : ` and ${counted(others.length, 'other')}`;
    return `${names}${more} ${range === ALONE ? 'alone' : `${range} at a time`}`;
  });
  const left = sets.size - named.length;
  return [...named, ...(left === 0 ? [] : [`others in ${counted(left, 'other way')}`])].join('; ');
}

/** `3`, `2 to 3`. */
function rangeText(sharers: readonly number[]): string {
  const ends = [Math.min(...sharers), Math.max(...sharers)].map(sharersText);
  return [...new Set(ends)].join(' to ');
}
