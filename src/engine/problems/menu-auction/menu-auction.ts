/** Problem `menu-auction`: the parts of this folder as one definition. */
import { defineProblem } from '../../core/problem.ts';
import { grandValue } from './bidders.ts';
import { menuAuctionConfigSchema, type MenuAuctionConfig } from './config.ts';
import { MOST_FITTED, itemPriceRevenue } from './item-prices.ts';
import { loadMenuData, type MenuData } from './menu-data.ts';
import { menuMemory } from './menu-memory.ts';
import { createMenuInstance } from './menu-model.ts';
import { menuAuctionCharts, menuAuctionMetrics } from './metrics.ts';
import { bestPostedPrice, postedRevenue } from './posted-price.ts';
import { menuAuctionPresets } from './presets.ts';

const FITTED = 'fitted to the training buyers, evaluated on the test buyers.';

export const menuAuction = defineProblem<MenuAuctionConfig, MenuData>({
  id: 'menu-auction',
  label: 'Menu auction',
  summary:
    'One buyer, a learned menu of K bundles with prices; the buyer takes the best option or leaves, and the menu is to earn the most.',
  direction: 'maximize',
  config: menuAuctionConfigSchema,
  metrics: menuAuctionMetrics,
  charts: menuAuctionCharts,
  baselines: [
    { name: 'bundlePrice', label: 'Best bundle price', help: `One price for all items together, ${FITTED}` },
    {
      name: 'itemPrices',
      label: 'Item prices',
      help: `A price for each item, a bundle costs the sum; coordinate search from several starts over ${MOST_FITTED} training buyers at most, ${FITTED}`,
    },
    {
      name: 'surplus',
      label: 'Full surplus',
      help: 'Mean over the test buyers of their largest value: no menu that buyers are free to refuse can earn more.',
    },
  ],
  presets: menuAuctionPresets,
  valueMetric: 'relaxedRevenue',
  hardTrainMetric: 'hardTrainRevenue',
  selectionMetric: 'hardValidationRevenue',
  inputPaths: ['valuations.path'],
  memory: menuMemory,
  load: loadMenuData,
  describe({ bidders, split }) {
    const atoms = bidders.kind === 'xor' ? ` with ${bidders.values.length} atoms` : '';
    const { train, validation, test } = split;
    return `${bidders.count} ${bidders.kind} buyers${atoms} over ${bidders.items} items: ${train.length} for training, ${validation.length} for validation, ${test.length} for testing.`;
  },
  async computeBaselines(_config, { bidders, split }, host) {
    const grandValues = (buyers: Int32Array) => Float64Array.from(buyers, (n) => grandValue(bidders, n));
    const test = grandValues(split.test);
    const { price } = bestPostedPrice(grandValues(split.train));
    return {
      bundlePrice: postedRevenue(test, price),
      itemPrices: await itemPriceRevenue(bidders, split.train, split.test, () => host.breathe()),
      surplus: test.reduce((sum, value) => sum + value, 0) / test.length,
    };
  },
  create: createMenuInstance,
});
