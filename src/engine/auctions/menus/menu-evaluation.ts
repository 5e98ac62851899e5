/** A menu before buyers that it was not trained on, and prices that were fitted without it before the same buyers. */
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import { standardError } from '../../../shared/standard-error.ts';
import type { BuyersMean, Earned, Evaluation } from '../../../shared/menus/evaluation.ts';
import { atItemPrices, fittedItemPrices } from '../baselines/item-prices.ts';
import { bestPostedPrice } from '../baselines/posted-price.ts';
import { atSizePrices, fitSizePrices } from '../baselines/size-prices.ts';
import { grandValue, type Bidders } from '../buyers/bidders.ts';
import { prefersAnother } from './hard-evaluation.ts';
import type { AskedBuyers } from './menu-view.ts';
import { choose, optionValue, type Menu } from './menu.ts';

interface Purchases {
  /** Of each buyer; 0 of those who leave. */
  readonly payments: Float64Array;
  /** What each buyer got is worth to that buyer. */
  readonly values: Float64Array;
  readonly buying: number;
}

/**
 * @param bidders all of them are asked
 * @param fitted buyers to fit prices on, or one sentence why there are none
 * @param breathe called between buyers; may throw to cancel
 * @throws AppError `precondition` if they buy other items than the menu sells
 */
export async function evaluateElsewhere(
  menu: Menu,
  bidders: Bidders,
  fitted: AskedBuyers | string,
  breathe: () => Promise<void>,
): Promise<Evaluation> {
  if (bidders.items !== menu.items) {
    throw new AppError(
      'precondition',
      `the menu sells ${counted(menu.items, 'item')}, but these buyers value ${bidders.items}; choose buyers of ${counted(menu.items, 'item')}`,
      { path: 'bidders' },
    );
  }
  const sold = await sell(menu, bidders, breathe);
  return {
    buyers: bidders.count,
    items: menu.items,
    options: menu.options,
    menu: { ...earned(sold), ...sold.counts },
    posted: typeof fitted === 'string' ? null : await posted(sold, bidders, fitted, breathe),
    notes: typeof fitted === 'string' ? [fitted] : [],
  };
}

interface Counts {
  readonly used: number;
  readonly irViolations: number;
  readonly dsicViolations: number;
}

async function sell(
  menu: Menu,
  bidders: Bidders,
  breathe: () => Promise<void>,
): Promise<Purchases & { readonly counts: Counts }> {
  const payments = new Float64Array(bidders.count);
  const values = new Float64Array(bidders.count);
  const used = new Set<number>();
  let [buying, irViolations, dsicViolations] = [0, 0, 0];
  for (let n = 0; n < bidders.count; n++) {
    const { option, payment, value } = choose(bidders, n, menu);
    payments[n] = payment;
    values[n] = value;
    if (option >= 0) {
      buying += 1;
      used.add(option);
    }
    // Counted from the menu itself, apart from what the choice says of its own result.
    const price = option < 0 ? 0 : menu.prices[option]!;
    const worth = option < 0 ? 0 : optionValue(bidders, n, menu, option);
    if (price > worth) irViolations += 1;
    if (prefersAnother(bidders, n, menu, option)) dsicViolations += 1;
    await breathe();
  }
  return { payments, values, buying, counts: { used: used.size, irViolations, dsicViolations } };
}

async function posted(
  menu: Purchases,
  bidders: Bidders,
  fitted: AskedBuyers,
  breathe: () => Promise<void>,
): Promise<NonNullable<Evaluation['posted']>> {
  const { price } = bestPostedPrice(Float64Array.from(fitted.buyers, (n) => grandValue(fitted.bidders, n)));
  const itemPrices = await fittedItemPrices(fitted.bidders, fitted.buyers, breathe);
  const sizePrices = await fitSizePrices(fitted.bidders, fitted.buyers, breathe);
  const beside = (purchases: Purchases) => ({
    ...earned(purchases),
    ratio: ratio(menu.payments, purchases.payments),
  });
  return {
    bundlePrice: beside(
      purchasesOf(bidders.count, (n) => {
        const value = grandValue(bidders, n);
        return value >= price ? { payment: price, value } : { payment: 0, value: 0 };
      }),
    ),
    sizePrices: beside(purchasesOf(bidders.count, atSizePrices(bidders, sizePrices))),
    itemPrices: beside(purchasesOf(bidders.count, atItemPrices(bidders, itemPrices))),
  };
}

function purchasesOf(
  count: number,
  purchase: (n: number) => { readonly payment: number; readonly value: number },
): Purchases {
  const payments = new Float64Array(count);
  const values = new Float64Array(count);
  let buying = 0;
  for (let n = 0; n < count; n++) {
    const { payment, value } = purchase(n);
    payments[n] = payment;
    values[n] = value;
    if (value > 0 || payment > 0) buying += 1;
  }
  return { payments, values, buying };
}

function earned({ payments, values, buying }: Purchases): Earned {
  return { revenue: meanOf(payments), welfare: meanOf(values), sold: buying / payments.length };
}

function meanOf(values: Float64Array): BuyersMean {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, standardError: errorOfMean(values.map((value) => value - mean)) };
}

/** sum x / sum y with the standard error of its linearisation, mean((x - r y) / y-bar): x and y are of the same buyers. */
function ratio(x: Float64Array, y: Float64Array): BuyersMean | null {
  const [above, below] = [x, y].map((values) => values.reduce((sum, value) => sum + value, 0));
  if (above === undefined || below === undefined || below <= 0) return null;
  const mean = above / below;
  const scale = below / y.length;
  return { mean, standardError: errorOfMean(x.map((value, n) => (value - mean * y[n]!) / scale)) };
}

/** @param differences from their mean */
function errorOfMean(differences: Float64Array): number | null {
  const n = differences.length;
  if (n < 2) return null;
  return standardError(
    n,
    differences.reduce((sum, difference) => sum + difference ** 2, 0),
  );
}
