/** The settings that a sweep tries, each a value by key: the same for the same request, on every machine. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { AppError } from '../errors.ts';
import {
  methodOf,
  USUAL_TRIALS,
  type Search,
  type Sweep,
  type SweepOver,
  type SweepRange,
  type SweepValue,
} from './request.ts';
import { MOST_DIMENSIONS, sobolPoints } from './sobol.ts';

/** In the order of the keys of the sweep. */
export type Setting = readonly SweepValue[];

const DIGIT_RANGE = 2 ** 32;
/** Of few whole numbers most draws repeat an earlier one: after so many for each trial fewer trials will do. */
const DRAWS_A_TRIAL = 200;

/**
 * How many there are, counted before any is made.
 * @throws AppError validation with the path `sweep` or `search`
 */
export function countSettings(sweep: Sweep, search: Search = {}): number {
  const entries = Object.entries(sweep);
  const { trials, method: asked } = search;
  if (entries.length === 0) {
    if (Object.keys(search).length === 0) return 1;
    throw refusal('search', 'there is nothing to search; sweep over a key, as in temperature=0.1..2:log');
  }
  for (const [key, over] of entries) {
    const twice = Array.isArray(over) && over.find((value, i) => over.indexOf(value) !== i);
    if (twice !== undefined && twice !== false)
      throw refusal('sweep', `${key}: ${String(twice)} is given twice; give each value once`);
  }
  const method = methodOf(sweep, search);
  const ranged = entries.find(([, over]) => !Array.isArray(over));
  if (method === 'grid') {
    if (ranged !== undefined)
      throw refusal('search', `a grid takes lists, but ${ranged[0]} is a range; use sobol or random`);
    if (trials !== undefined)
      throw refusal(
        'search',
        `a grid has one trial for every combination; trials are for sobol and random${asked === undefined ? ', which method chooses' : ''}`,
      );
    return sizeOf(sweep);
  }
  if (entries.length > MOST_DIMENSIONS)
    throw refusal('sweep', `${entries.length} keys; at most ${MOST_DIMENSIONS} with ${method}`);
  const wanted = trials ?? USUAL_TRIALS;
  if (wanted > sizeOf(sweep))
    throw refusal('search', `${wanted} trials of ${sizeOf(sweep)} combinations; use a grid, or fewer trials`);
  return wanted;
}

/** @throws AppError as `countSettings` does */
export function settingsOf(sweep: Sweep, search: Search = {}): readonly Setting[] {
  const count = countSettings(sweep, search);
  const overs = Object.values(sweep);
  if (methodOf(sweep, search) === 'grid') return combinationsOf(overs as SweepValue[][]);
  const made = new Map<string, Setting>();
  let drawn = 0;
  for (const point of pointsOf(overs.length, sweep, search)) {
    if (made.size === count || drawn++ > DRAWS_A_TRIAL * count) break;
    const setting = overs.map((over, d) => valueIn(over, point[d] ?? 0));
    made.set(JSON.stringify(setting), setting);
  }
  return [...made.values()];
}

/** Whole numbers and lists have an end; others have not. */
function sizeOf(sweep: Sweep): number {
  return Object.values(sweep).reduce((product, over) => {
    if (Array.isArray(over)) return product * over.length;
    return product * (over.whole ? over.high - over.low + 1 : Infinity);
  }, 1);
}

/** The last key changes fastest. */
function combinationsOf(lists: readonly (readonly SweepValue[])[]): readonly Setting[] {
  return lists.reduce<readonly Setting[]>(
    (sofar, values) => sofar.flatMap((setting) => values.map((value) => [...setting, value])),
    [[]],
  );
}

function* pointsOf(dimensions: number, sweep: Sweep, search: Search): Generator<readonly number[]> {
  const random = xoroshiro128plus(search.seed ?? 1);
  const digits = () => Array.from({ length: dimensions }, () => uniformInt(random, 0, DIGIT_RANGE - 1));
  if (methodOf(sweep, search) === 'sobol') yield* sobolPoints(dimensions, digits());
  for (;;) yield digits().map((number) => number / DIGIT_RANGE);
}

/** @param u in [0, 1) */
function valueIn(over: SweepOver, u: number): SweepValue {
  if (Array.isArray(over)) return over[Math.floor(u * over.length)]!;
  const { low, high, whole } = over;
  if (!whole) return within(over, low, high, u);
  return Math.min(high, Math.floor(within(over, low, high + 1, u)));
}

function within({ scale }: SweepRange, low: number, high: number, u: number): number {
  if (scale === 'linear') return low + u * (high - low);
  return Math.exp(Math.log(low) + u * (Math.log(high) - Math.log(low)));
}

function refusal(path: 'sweep' | 'search', message: string): AppError {
  return new AppError('validation', `${path}: ${message}`, { path });
}
