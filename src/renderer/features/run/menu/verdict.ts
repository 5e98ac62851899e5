/** What a buyer does before a menu, in a sentence. */
import type { BuyerView } from '../../../../shared/menus/buyer-view.ts';
import { counted, formatNumber } from '../../../format/numbers.ts';

/** @param options of the whole menu */
export function verdict({ taken, offers, better }: BuyerView, options: number): string {
  return `${done({ taken, offers })} ${compared(better, options)}`;
}

function done({ taken, offers }: Pick<BuyerView, 'taken' | 'offers'>): string {
  if (taken !== null) {
    const { option, value, price, utility } = taken;
    return `takes option ${option}, worth ${formatNumber(value)}, pays ${formatNumber(price)} and keeps ${formatNumber(utility)}.`;
  }
  const [best] = offers;
  if (best === undefined) return 'leaves.';
  return `leaves: no option is worth its price. The nearest, option ${best.option}, is worth ${formatNumber(best.value)} and costs ${formatNumber(best.price)}.`;
}

function compared(better: number, options: number): string {
  if (better === 0)
    return `Telling the truth is best: none of the ${counted(options, 'option')} would leave the buyer more.`;
  return `${counted(better, 'option')} would leave the buyer more than this one.`;
}
