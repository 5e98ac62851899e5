/** Winner determination by the method asked for, as a result for people. */
import type { WinnerMethod, WinnerResult } from '../../../../shared/menus/winner.ts';
import { gapOf, type SolveProgress } from '../../../../shared/solution.ts';
import type { XorBidders } from '../../buyers/bidders.ts';
import { SolveWatch, type WatchHost } from '../watch.ts';
import { solveWinnerByBranching } from './branch-and-bound.ts';
import { solveWinnerDynamic } from './dynamic-programming.ts';
import { valueOf, winnerInstance, type WinnerInstance, type WinnerSolution } from './instance.ts';
import { solveWinnerMip } from './mip.ts';

const solvers: Readonly<
  Record<WinnerMethod, (instance: WinnerInstance, watch: SolveWatch) => Promise<WinnerSolution>>
> = {
  mip: solveWinnerMip,
  'branch-and-bound': solveWinnerByBranching,
  'dynamic-programming': solveWinnerDynamic,
};

/** @param timeLimit seconds */
export async function solveWinner(
  bidders: XorBidders,
  method: WinnerMethod,
  timeLimit: number,
  host: WatchHost,
  report: (progress: SolveProgress) => void,
): Promise<WinnerResult> {
  const watch = new SolveWatch(host, timeLimit, report);
  const instance = winnerInstance(bidders);
  const { status, accepted, bound, relaxation } = await solvers[method](instance, watch);
  const value = valueOf(instance, accepted);
  const proved = Number.isFinite(bound) ? Math.max(bound, value) : null;
  return {
    method,
    goods: instance.goods,
    bidders: instance.bidders,
    bids: instance.bids.length,
    status,
    value,
    bound: proved,
    gap: gapOf(value, proved),
    seconds: watch.seconds,
    relaxation,
    allocation: accepted.map((b) => {
      const { bidder, goods, value: own } = instance.bids[b]!;
      return { bidder, goods: [...goods], value: own };
    }),
  };
}
