/** What a run's menu can be asked: who buys what of it, and what it earns from other buyers. */
import { AppError } from '../../../shared/errors.ts';
import { errorsEachSide } from '../../../shared/interval.ts';
import { buyersAnswerSchema, buyersQuerySchema } from '../../../shared/menus/buyer-view.ts';
import { evaluatedSchema, evaluationInputSchema } from '../../../shared/menus/evaluation.ts';
import { readBuyers } from '../../auctions/buyers/auction-data.ts';
import { findBuyers } from '../../auctions/menus/buyer-view.ts';
import { evaluateElsewhere } from '../../auctions/menus/menu-evaluation.ts';
import type { AskedBuyers } from '../../auctions/menus/menu-view.ts';
import type { Menu } from '../../auctions/menus/menu.ts';
import { defineQuestion } from '../../core/capabilities.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { buyersOf, menuIn, menuOf, type TrainedMenu } from './trained-menu.ts';

const OWN_BUYERS = "These are the run's own buyers, including those that it was trained on.";

export const menuQuestions = [
  defineQuestion({
    name: 'buyers',
    label: 'Buyers',
    help: "The buyers of the run's data, one after the other: what each values, what every option gives them, and which one they take.",
    input: buyersQuerySchema,
    output: buyersAnswerSchema,
    /** @throws AppError `precondition` if the run's buyers cannot be read */
    async answer(trained: TrainedMenu, query, host) {
      const menu = await menuOf(trained);
      const data = await buyersOf(trained, menu, host);
      if (typeof data === 'string') throw new AppError('precondition', data);
      return findBuyers(menu, data, query, () => host.breathe());
    },
  }),
  defineQuestion({
    name: 'evaluate',
    label: 'Other buyers',
    help: "Sells the run's menu, or one in a CSV file, to the buyers of CATS files or of a table, next to a bundle price and item prices fitted on the run's training buyers.",
    input: evaluationInputSchema,
    output: evaluatedSchema,
    needsRun: false,
    inputPaths: ['bidders', 'menu'],
    async answer(trained: TrainedMenu | null, { bidders, menu: file }, host) {
      const menu = file === null ? await menuOf(present(trained)) : await menuIn(file, host);
      const asked = await readBuyers(bidders, demandOf(trained), 'bidders', host);
      const fitted = await fittedOn(trained, menu, host);
      const found = await evaluateElsewhere(menu, asked, fitted, () => host.breathe());
      return {
        ...found,
        notes: [...(isOwn(bidders, trained) ? [OWN_BUYERS] : []), ...found.notes],
        errorsEachSide: found.buyers > 1 ? errorsEachSide(found.buyers) : null,
      };
    },
  }),
];

/** What several items of a table of values are worth: as to the run's own buyers. */
function demandOf(trained: TrainedMenu | null): 'additive' | 'unit-demand' {
  const valuations = trained?.config.valuations;
  if (valuations?.kind === 'table') return valuations.demand;
  return valuations?.kind === 'unit-demand' ? 'unit-demand' : 'additive';
}

/** Whether the run's config names these files. */
function isOwn(bidders: string, trained: TrainedMenu | null): boolean {
  const valuations = trained?.config.valuations;
  return valuations !== undefined && 'path' in valuations && valuations.path === bidders;
}

/** The training buyers, to fit prices on. */
async function fittedOn(
  trained: TrainedMenu | null,
  menu: Menu,
  host: EngineHost,
): Promise<AskedBuyers | string> {
  if (trained === null) return 'There are no training buyers to fit prices on; name a run to have some.';
  const data = await buyersOf(trained, menu, host);
  return typeof data === 'string' ? data : { bidders: data.bidders, buyers: data.split.train };
}

function present(trained: TrainedMenu | null): TrainedMenu {
  if (trained !== null) return trained;
  throw new AppError('validation', 'expected a run, or a menu as CSV');
}
