/** The menu as a picture: what the page's viewer shows, and the same as a table and a map where there is no page. */
import type { MenuOption, MenuView } from '../../../shared/menus/menu-view.ts';
import { inWords } from '../../../shared/menus/received.ts';
import { formatNumber } from '../../../shared/number-format.ts';
import type { MapPanel } from '../../../shared/pictures/map.ts';
import type { Picture } from '../../../shared/pictures/picture.ts';

export function menuPicture(view: MenuView): Picture {
  const { sales, missing, shown, options, items, map } = view;
  return {
    note: sales === null ? `${missing} The menu is shown without them.` : '',
    facts: [
      ...(sales === null
        ? []
        : [
            { label: 'Revenue per buyer', value: sales.revenue },
            { label: 'Buy nothing', value: 100 * sales.unsold, unit: '%' },
            { label: 'Options that someone buys', value: sales.used, unit: `of ${options}` },
            { label: 'Validation buyers', value: sales.buyers },
          ]),
      { label: 'Items', value: items },
    ],
    panels: [
      {
        kind: 'rich',
        title: 'Menu',
        component: 'menu',
        data: view,
        table: {
          kind: 'table',
          title: 'Menu',
          columns: ['Option', 'Price', 'What the buyer gets', 'Share of buyers', 'Revenue'],
          rows: shown.map(({ option, price, received, share, revenue }) => [
            option,
            price,
            inWords(received, items),
            sales === null ? null : share,
            sales === null ? null : revenue,
          ]),
        },
        ...(map === null ? {} : { panels: [takenPanel(map, shown)] }),
      },
    ],
  };
}

/** Which option a buyer of two items takes, over the two values. */
function takenPanel(
  { x, y, side, cells }: NonNullable<MenuView['map']>,
  shown: readonly MenuOption[],
): MapPanel {
  const known = new Map(shown.map((option) => [option.option, option]));
  const labels = [...new Set(cells)].sort((a, b) => a - b);
  return {
    kind: 'map',
    title: 'Who takes what',
    x,
    y,
    across: side,
    up: side,
    content: {
      kind: 'regions',
      meaning: 'Option taken',
      cells,
      labels: labels.map((label) => {
        const option = known.get(label);
        if (label < 0) return { label, text: 'nothing', words: ['none', 'leaves'] };
        if (option === undefined) return { label, text: `option ${label}` };
        const gets = inWords(option.received, 2);
        const price = formatNumber(option.price);
        return {
          label,
          text: `option ${label}: ${gets} at ${price}`.slice(0, 200),
          words: [`${label}`, `at ${price}`, gets.slice(0, 200)],
        };
      }),
    },
  };
}
