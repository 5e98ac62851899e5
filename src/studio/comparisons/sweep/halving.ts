/**
 * Successive halving: whichever trial is not among the best one in eta at the last rung that it has reached stops.
 *
 * Source: L. Li, K. Jamieson, A. Rostamizadeh, E. Gonina, J. Ben-tzur, M. Hardt, B. Recht, A. Talwalkar, "A system for massively parallel
 * hyperparameter tuning", MLSys 2020 (arXiv 1810.05934). As there, nobody waits for a rung to fill. Where theirs pauses a trial at each
 * rung and promotes it, this one trains on until others are better, as nothing is gained by idle trainers; what they would never have
 * promoted stops. What is decided follows from what has been measured alone, so that it is the same after a restart.
 */
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import type { Halving } from '../../../shared/sweep/request.ts';

export interface Contender {
  readonly key: string;
  /**
   * Mean over its seeds that have reached it, by rung; NaN: one of them failed, or measured no finite number, which is worse than any.
   * As many as rungs were reached.
   */
  readonly values: readonly number[];
}

export interface Loser {
  readonly key: string;
  /** Of the rung at which it fell behind, from 0. */
  readonly rung: number;
  /** 1 is the best, of as many as have a value there. */
  readonly rank: number;
  readonly of: number;
}

/** Steps of the rungs, below the end of a run of so many. */
export function rungsOf({ min, eta }: Halving, steps: number): readonly number[] {
  const rungs: number[] = [];
  for (let step = min; step < steps; step = Math.ceil(step * eta)) rungs.push(step);
  return rungs;
}

/** Those that stop, in their order; ended ones are among them as well. */
export function losersOf(
  contenders: readonly Contender[],
  direction: ProblemDescriptor['direction'],
  eta: number,
): readonly Loser[] {
  const sign = direction === 'maximize' ? 1 : -1;
  const worth = (value: number) => (Number.isFinite(value) ? sign * value : -Infinity);
  return contenders.flatMap(({ key, values }) => {
    const rung = values.length - 1;
    const own = values[rung];
    if (own === undefined) return [];
    const there = contenders.flatMap((other) => other.values[rung] ?? []);
    const rank = 1 + there.filter((value) => worth(value) > worth(own)).length;
    return rank > Math.ceil(there.length / eta) ? [{ key, rung, rank, of: there.length }] : [];
  });
}
