/**
 * A menu as CSV, which any other program reads and writes too.
 *
 *   # menu: items=50 allocation=bundles
 *   option,price,bundle,share,revenue
 *   0,1.25,0 3 17,0.12,0.15
 *
 * The first line says how many items there are and what an option gives. With `bundles` and `lotteries` the items of a bundle are
 * numbers with spaces between; a lottery has a row for each of its bundles with its probability in `weight`, the rows of one option
 * one after the other. With `items` the columns `item0`, `item1`, ... are shares of items or probabilities of getting them.
 * `share` and `revenue`, in the first row of an option, are what the validation buyers made of it; they, and the numbers of the options, are not read.
 * Numbers have all digits. Other lines with # before them, quotes around cells and empty lines are passed over.
 */
import { bundleItems } from '../../../shared/menus/bundle-text.ts';
import type { MenuView } from '../../../shared/menus/menu-view.ts';
import { received } from './menu-view.ts';
import type { Menu } from './menu.ts';

export const MENU_LINE = /^# *menu: *items=(\d+) +allocation=(bundles|items|lotteries) *$/;

/** @param shown options as the view has them; without buyers the two columns on them are left out */
export function writeMenu(menu: Menu, { sales, shown }: Pick<MenuView, 'sales' | 'shown'>): string {
  const { items, options, prices, allocation } = menu;
  const own = {
    bundles: ['bundle'],
    lotteries: ['weight', 'bundle'],
    items: Array.from({ length: items }, (_, item) => `item${item}`),
  }[allocation.kind];
  const sold = new Map(shown.map(({ option, share, revenue }) => [option, [share, revenue]]));
  const lines = [
    `# menu: items=${items} allocation=${allocation.kind}`,
    ['option', 'price', ...own, ...(sales === null ? [] : ['share', 'revenue'])].join(','),
  ];
  for (let option = 0; option < options; option++) {
    const after = sales === null ? [] : (sold.get(option) ?? ['', '']);
    cellsOf(menu, option).forEach((cells, row) => {
      lines.push(
        [option, prices[option]!, ...cells, ...after.map((cell) => (row === 0 ? cell : ''))].join(','),
      );
    });
  }
  return `${lines.join('\n')}\n`;
}

/** One row; of a lottery one for each bundle. */
function cellsOf(menu: Menu, option: number): (number | string)[][] {
  const gets = received(menu, option);
  switch (gets.kind) {
    case 'bundle':
      return [[named(gets.bundle)]];
    case 'items':
      return [gets.shares];
    case 'lottery':
      return gets.support.map(({ bundle, weight }) => [weight, named(bundle)]);
  }
}

function named(bundle: string): string {
  return bundleItems(bundle).join(' ');
}
