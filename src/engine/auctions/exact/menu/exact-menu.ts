/** The exact baselines of a comparison: an optimal menu of some of its buyers, judged like every other menu. */
import type {
  ExactBaseline,
  ExactMethod,
  ExactOption,
  ExactSettings,
} from '../../../../shared/menus/exact-menu.ts';
import { gapOf, type SolveProgress } from '../../../../shared/solution.ts';
import type { Split } from '../../../../shared/split.ts';
import type { AuctionData } from '../../buyers/auction-data.ts';
import { evaluateMenu } from '../../menus/hard-evaluation.ts';
import { SolveWatch, type WatchHost } from '../watch.ts';
import { buyerTypes } from './buyer-types.ts';
import { optimalMenu } from './optimal-menu.ts';
import { listedMenu } from './posted-menu.ts';
import { postedMenu } from './posted-menu.ts';

/** Buyers where nobody says how many: what about a minute solves. */
const USUAL_BUYERS: Readonly<Record<ExactMethod, number>> = {
  'lottery-menu': 300,
  'deterministic-menu': 75,
};

export interface ExactMenu {
  readonly baseline: ExactBaseline;
  /** Empty: no menu was found that earns anything. */
  readonly menu: readonly ExactOption[];
}

/** @throws AppError precondition for more buyers than memory */
export async function exactMenu(
  { bidders, split }: AuctionData,
  method: ExactMethod,
  settings: ExactSettings,
  host: WatchHost,
  report: (progress: SolveProgress) => void,
): Promise<ExactMenu> {
  const { timeLimit } = settings;
  const watch = new SolveWatch(host, timeLimit, report);
  const all = split[settings.split];
  const buyers = all.subarray(0, settings.bidders ?? USUAL_BUYERS[method]);
  const types = await buyerTypes(bidders, buyers, () => host.breathe());
  const { status, options, bound } = await optimalMenu(types, method === 'deterministic-menu', watch);
  const menu = options.length === 0 ? null : postedMenu(bidders, types, options);
  const revenueOf = (asked: Int32Array) => (menu === null ? 0 : evaluateMenu(bidders, asked, menu).revenue);
  const of = (name: Split) => revenueOf(split[name]);
  const value = revenueOf(buyers);
  const proved = bound * types.scale;
  return {
    baseline: {
      method,
      split: settings.split,
      bidders: buyers.length,
      available: all.length,
      timeLimit,
      status,
      value,
      bound: proved,
      gap: gapOf(value, proved),
      seconds: watch.seconds,
      options: options.length,
      revenue: menu === null ? null : { train: of('train'), validation: of('validation'), test: of('test') },
    },
    menu: menu === null ? [] : listedMenu(menu),
  };
}
