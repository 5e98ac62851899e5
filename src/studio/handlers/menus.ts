import { evaluateMenu, findMenuBuyers } from '../menus.ts';
import { absolutePath } from '../prepare.ts';
import type { Studio } from '../studio.ts';
import { findRun, sourceOf } from '../find-run.ts';
import { implementation } from './implement.ts';

/** Looking at menus: nothing here changes anything. */
export function menuHandlers({ store, dataDir }: Studio) {
  const { menus } = implementation;
  const outcome = (id: string) => sourceOf(findRun(store, id), dataDir);
  return {
    buyers: menus.buyers.handler(({ input: { id, ...query }, signal }) =>
      findMenuBuyers(outcome(id), query, signal),
    ),
    evaluate: menus.evaluate.handler(({ input: { id, bidders, menu }, signal }) =>
      evaluateMenu(
        outcome(id),
        { bidders: absolutePath(bidders), menu: menu === null ? null : absolutePath(menu) },
        signal,
      ),
    ),
  };
}
