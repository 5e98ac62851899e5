/** What people read of the exact menus. */
import type { ExactMethod } from '../../../../shared/menus/exact-menu.ts';

const SAMPLE =
  'Of a sample of buyers, and very good at them: a menu has room for one option a buyer, so that the fewer buyers and the more items, the nearer its value comes to their full surplus, and the less it earns from others.';

export const exactMenuHelp: Readonly<Record<ExactMethod, string>> = {
  'lottery-menu': `The revenue-optimal mechanism for a finite number of buyers (IC and IR), by linear programming with rows added as they are violated: nothing earns more from these buyers. ${SAMPLE} Some hundred buyers take a minute.`,
  'deterministic-menu': `The best menu of bundles for a finite number of buyers, by mixed-integer programming. ${SAMPLE} Up to a hundred buyers with few items take a minute; when time is up, the best menu found and the bound proved remain.`,
};
