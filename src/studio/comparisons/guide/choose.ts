/**
 * Which temperature is recommended, by the rule of one standard error (Breiman, Friedman, Olshen, Stone, Classification and Regression
 * Trees, 1984, section 3.4.3): of all settings that are behind the best by no more than one standard error of the paired difference the
 * simplest. Here that is a constant, and of several neighbours the one in the middle, which is the safest.
 */
import type { EstimatorAdvice, TriedTemperature } from '../../../shared/contract/guide.ts';
import { mean } from '../../../shared/interval.ts';
import { standardError } from '../../../shared/standard-error.ts';

/** One setting, with the judged metric of its completed seeds. */
export interface Tried extends Omit<TriedTemperature, 'standing'> {
  readonly bySeed: ReadonlyMap<number, number>;
}

export interface Choice {
  /** Settings all of whose seeds ended well, the best first. */
  readonly candidates: readonly Tried[];
  /** Null: there is no candidate. */
  readonly recommended: Tried | null;
  /** Neighbouring constants, coldest first, that are within one standard error of the best; empty: a schedule is recommended. */
  readonly plateau: readonly Tried[];
  readonly edge: EstimatorAdvice['edge'];
}

/** Whatever its mean, it is not in question. */
export function isOut({ failed, collapsed, asCollapsed }: Omit<Tried, 'bySeed'>): boolean {
  return failed + collapsed > 0 || asCollapsed;
}

/** @param tried best first */
export function chooseTemperature(tried: readonly Tried[]): Choice {
  const candidates = tried.filter((one) => !isOut(one) && one.value?.n === one.seeds);
  const [best] = candidates;
  if (best === undefined) return { candidates, recommended: null, plateau: [], edge: null };
  const near = new Set(candidates.filter((one) => one === best || isNear(best, one)));
  const ladder = tried.filter(isConstant).sort((a, b) => a.temperature - b.temperature);
  const first = candidates.find((one) => near.has(one) && isConstant(one));
  if (first === undefined) return { candidates, recommended: best, plateau: [], edge: null };
  const { low, high } = around(ladder, ladder.indexOf(first as Constant), near);
  const plateau = ladder.slice(low, high + 1);
  const [cold, hot] = [low === 0, high === ladder.length - 1];
  return {
    candidates,
    recommended: middleOf(plateau, candidates),
    plateau,
    edge: ladder.length < 2 || cold === hot ? null : cold ? 'cold' : 'hot',
  };
}

interface Constant extends Tried {
  readonly temperature: number;
}

function isConstant(one: Tried): one is Constant {
  return typeof one.temperature === 'number';
}

/** With fewer than two seeds nobody knows an error, and only the best is near. */
function isNear(best: Tried, other: Tried): boolean {
  const differences = [...best.bySeed].flatMap(([seed, value]) => {
    const theirs = other.bySeed.get(seed);
    return theirs === undefined ? [] : [value - theirs];
  });
  const centre = mean(differences);
  const squares = differences.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.abs(centre) <= standardError(differences.length, squares);
}

/** Ends of the neighbours that are near, from one of them on. */
function around(ladder: readonly Tried[], from: number, near: ReadonlySet<Tried>) {
  const isIn = (i: number) => ladder[i] !== undefined && near.has(ladder[i]);
  let [low, high] = [from, from];
  while (isIn(low - 1)) low -= 1;
  while (isIn(high + 1)) high += 1;
  return { low, high };
}

/** Of an even number the better of the two in the middle. */
function middleOf(plateau: readonly Tried[], bestFirst: readonly Tried[]): Tried | null {
  const half = (plateau.length - 1) / 2;
  const middle = new Set([plateau[Math.floor(half)], plateau[Math.ceil(half)]]);
  return bestFirst.find((one) => middle.has(one)) ?? null;
}
