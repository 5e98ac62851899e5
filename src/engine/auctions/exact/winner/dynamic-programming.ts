/**
 * Winner determination by dynamic programming over bundles: f_n(S) is the most that the first n bidders pay for goods S,
 * f_n(S) = max(f_(n-1)(S), max over bids b of bidder n with T_b in S of f_(n-1)(S without T_b) + v_b). Exact in doubles, with
 * no tolerance; 2^m numbers a bidder.
 * Source: Rothkopf, Pekec, Harstad, "Computationally manageable combinational auctions", Management Science 44 (1998).
 */
import { counted } from '../../../../shared/counted.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { SolveWatch } from '../watch.ts';
import type { Bid, WinnerInstance, WinnerSolution } from './instance.ts';

/** 2^12 bundles. */
const MOST_GOODS = 12;
/** Decisions kept, one per bidder and bundle: 256 MiB. */
const MOST_DECISIONS = 2 ** 26;

/** @throws AppError precondition for too many goods or bidders */
export async function solveWinnerDynamic(
  instance: WinnerInstance,
  watch: SolveWatch,
): Promise<WinnerSolution> {
  refuseLarge(instance);
  const bundles = 2 ** instance.goods;
  const byBidder = Array.from({ length: instance.bidders }, () => [] as number[]);
  instance.bids.forEach(({ bidder }, b) => byBidder[bidder]!.push(b));
  const masks = instance.bids.map(maskOf);
  /** What those who are still to come would pay for everything: no more can be added. */
  let outstanding = byBidder.reduce((sum, own) => sum + mostOf(instance, own), 0);
  const most = new Float64Array(bundles);
  const decisions = new Int32Array(instance.bidders * bundles).fill(-1);
  let solved = 0;
  for (; solved < instance.bidders && !watch.over; solved++) {
    const own = byBidder[solved]!;
    const row = decisions.subarray(solved * bundles, (solved + 1) * bundles);
    // From the largest bundle down: what is read below is still that of the bidders before.
    for (let s = bundles - 1; s > 0; s--) {
      for (const b of own) {
        if ((masks[b]! & ~s) !== 0) continue;
        const value = most[s ^ masks[b]!]! + instance.bids[b]!.value;
        if (value <= most[s]!) continue;
        most[s] = value;
        row[s] = b;
      }
    }
    outstanding -= mostOf(instance, own);
    const value = most[bundles - 1]!;
    watch.found({ value, bound: value + outstanding });
    await watch.host.breathe();
  }
  const status = solved === instance.bidders ? 'optimal' : 'time-limit';
  const bound = status === 'optimal' ? most[bundles - 1]! : most[bundles - 1]! + outstanding;
  return { status, accepted: accepted(decisions, masks, solved, bundles), bound, relaxation: null };
}

function accepted(
  decisions: Int32Array,
  masks: readonly number[],
  bidders: number,
  bundles: number,
): number[] {
  const chosen: number[] = [];
  let left = bundles - 1;
  for (let n = bidders - 1; n >= 0; n--) {
    const b = decisions[n * bundles + left]!;
    if (b < 0) continue;
    chosen.unshift(b);
    left ^= masks[b]!;
  }
  return chosen;
}

function maskOf({ goods }: Bid): number {
  return goods.reduce((mask, good) => mask | (1 << good), 0);
}

function mostOf({ bids }: WinnerInstance, own: readonly number[]): number {
  return own.reduce((best, b) => Math.max(best, bids[b]!.value), 0);
}

function refuseLarge({ goods, bidders }: WinnerInstance): void {
  if (goods > MOST_GOODS) {
    throw new AppError(
      'precondition',
      `method: dynamic-programming enumerates all 2^${goods} bundles of ${goods} goods, and supports at most ${MOST_GOODS} goods; use mip or branch-and-bound`,
      { path: 'method' },
    );
  }
  if (bidders * 2 ** goods > MOST_DECISIONS) {
    throw new AppError(
      'precondition',
      `method: dynamic-programming supports at most ${counted(MOST_DECISIONS / 2 ** goods, 'bidder')} for ${goods} goods, found ${bidders}; use mip or branch-and-bound`,
      { path: 'method' },
    );
  }
}
