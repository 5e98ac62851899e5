/** Exact results: optimal menus of the buyers of a config, and the winners of one auction. */
import { AppError } from '../../../shared/errors.ts';
import { BUYER_SAMPLES } from '../../../shared/menus/evaluation.ts';
import {
  exactMethodLabels,
  exactMethods,
  exactSettingsSchema,
  exactSolution,
  type ExactMethod,
} from '../../../shared/menus/exact-menu.ts';
import { winnerSettingsSchema, type WinnerResult } from '../../../shared/menus/winner.ts';
import type { Picture } from '../../../shared/pictures/picture.ts';
import type { AuctionData } from '../../auctions/buyers/auction-data.ts';
import type { XorBidders } from '../../auctions/buyers/bidders.ts';
import { beginsAsCats, parseCatsBids } from '../../auctions/buyers/cats-file.ts';
import { exactMenu } from '../../auctions/exact/menu/exact-menu.ts';
import { solveWinner } from '../../auctions/exact/winner/solve-winner.ts';
import { defineSolver, type SolverDefinition } from '../../core/capabilities.ts';
import type { EngineHost } from '../../core/engine-host.ts';

const SAMPLE =
  'It is fitted to a sample of buyers, and fits them closely: a menu has room for one option per buyer, so the fewer the buyers and the more the items, the nearer its value comes to their full surplus, and the less it earns from others.';

const exactMenuHelp: Readonly<Record<ExactMethod, string>> = {
  'lottery-menu': `The revenue-optimal mechanism for a finite number of buyers (IC and IR), by linear programming with rows added as they are violated: nothing earns more from these buyers. ${SAMPLE} About a hundred buyers take a minute.`,
  'deterministic-menu': `The best menu of bundles for a finite number of buyers, by mixed-integer programming. ${SAMPLE} Up to a hundred buyers with few items take a minute; when the time limit is reached, the best menu found and its proven bound remain.`,
};

export const menuSolvers: readonly SolverDefinition<AuctionData>[] = [
  ...exactMethods.map((method) =>
    defineSolver({
      name: method,
      label: exactMethodLabels[method],
      help: exactMenuHelp[method],
      settings: exactSettingsSchema,
      async solve(data: AuctionData, settings, host, report) {
        const { baseline, menu } = await exactMenu(data, method, settings, host, report);
        const solution = exactSolution(baseline);
        return { solution, picture: null, details: { ...baseline, menu } };
      },
    }),
  ),
  defineSolver({
    name: 'winner-determination',
    label: 'Winner determination',
    help: 'The allocation of the goods of a CATS auction with the largest value, with its proven bound.',
    settings: winnerSettingsSchema,
    needsData: false,
    inputPaths: ['path'],
    async solve(_data, { path, method, timeLimit }, host, report) {
      const bidders = await readAuction(path, host);
      const result = await solveWinner(bidders, method, timeLimit, host, report);
      const { status, value, bound, gap, seconds, goods, bids, relaxation } = result;
      return {
        solution: {
          name: 'winner-determination',
          of: `${bids} bids on ${goods} goods`,
          ...{ status, value, bound, gap, seconds },
          facts: [
            { label: 'Goods', value: goods },
            { label: 'Bidders', value: result.bidders },
            { label: 'Bids', value: bids },
            ...(relaxation === null ? [] : [{ label: 'Linear relaxation', value: relaxation }]),
          ],
          lines: [],
        },
        picture: allocationPicture(result),
        details: { ...result },
      };
    },
  }),
];

async function readAuction(path: string, host: EngineHost): Promise<XorBidders> {
  const samples = BUYER_SAMPLES;
  const all = await host.listFiles(path, { samples });
  const [file, another] =
    all.length === 1 ? all : await host.listFiles(path, { samples, belongs: beginsAsCats });
  if (file === undefined || another !== undefined) {
    const found = file === undefined ? 'no such file in it' : 'several in it; name one of its files';
    throw new AppError(
      'validation',
      `${path}: expected a file with one CATS auction, found a folder with ${found}`,
    );
  }
  return parseCatsBids(await host.readText(file), file, () => host.breathe());
}

/** A row per winner. */
function allocationPicture({ allocation }: WinnerResult): Picture {
  return {
    note: '',
    facts: [],
    panels: [
      {
        kind: 'table',
        title: 'Who gets what',
        columns: ['Bidder', 'Goods', 'Value'],
        rows: allocation.map(({ bidder, goods, value }) => [bidder, goods.join(' '), value]),
      },
    ],
  };
}
