/** Problem `menu-auction`: the parts of this folder as one definition. */
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import { defineProblem } from '../../core/problem.ts';
import { artefactInputs } from './bundle-flow-config.ts';
import { menuAuctionConfigSchema, type MenuAuctionConfig } from './config.ts';
import { computeMenuBaselines, menuBaselines } from '../../auctions/baselines/menu-baselines.ts';
import { loadAuctionData } from '../../auctions/buyers/auction-data.ts';
import { loadFlowInputs, menuArtefact } from './flow-inputs.ts';
import { writeMenu } from '../../auctions/menus/menu-file.ts';
import { menuMemory } from './menu-memory.ts';
import { menuPicture } from './menu-picture.ts';
import { menuQuestions } from './menu-questions.ts';
import { menuSolvers } from './menu-solvers.ts';
import { createMenuInstance, type MenuData } from './menu-model.ts';
import { menuAuctionCharts, menuAuctionMetrics } from './metrics.ts';
import { menuAuctionPresets } from './presets.ts';
import { viewTrained } from './trained-menu.ts';

export const menuAuction = defineProblem<MenuAuctionConfig, MenuData>({
  id: 'menu-auction',
  label: 'Menu auction',
  summary:
    'One buyer, a learned menu of K options with prices: bundles, shares of items or lotteries; the buyer takes the best option or leaves, and the menu should earn as much as it can.',
  direction: 'maximize',
  stackable: true,
  choice: () => ({ kind: 'categorical' }),
  config: menuAuctionConfigSchema,
  metrics: menuAuctionMetrics,
  charts: menuAuctionCharts,
  baselines: menuBaselines,
  presets: menuAuctionPresets,
  references: [
    {
      authors: 'Dütting, Feng, Narasimhan, Parkes, Ravindranath',
      title: 'Optimal Auctions through Deep Learning',
      venue: 'ICML 2019, section 3 (RochetNet)',
      url: 'https://arxiv.org/abs/1706.03459',
    },
    {
      authors: 'Giannakopoulos, Koutsoupias',
      title: 'Duality and Optimality of Auctions for Uniform Distributions',
      venue: 'EC 2014 (straight-jacket auction)',
      url: 'https://arxiv.org/abs/1404.2329',
    },
  ],
  help: {
    formula: String.raw`\max_{S,\,\beta}\; \mathbb{E}_{v}\!\left[\beta_{k^*(v)}\right],\qquad k^*(v) = \arg\max_{k \in \{0, \dots, K\}} v(S_k) - \beta_k,\quad S_0 = \emptyset,\ \beta_0 = 0`,
    intuition:
      'The seller posts a menu of bundles (or of lotteries over them) with prices; the buyer takes the option that leaves them the most, or nothing. Truth-telling and voluntary participation hold by construction, and for one buyer some menu is optimal. The argmax of the buyer is the discrete choice that a gradient has to pass: training replaces the buyer by a softer one, and the hard evaluation asks the real one.',
    fails: String.raw`A soft buyer pays for a little of every option, even of those that cost more than they are worth, so relaxed revenue can rise while hard revenue is 0: watch the gap and the share of options ever bought. Options that nobody takes get almost no gradient and stay dead; more options, other initial bundles and a falling temperature help. Revenue above the full surplus is always an artefact of the relaxation.`,
  },
  valueMetric: 'relaxedRevenue',
  hardTrainMetric: 'hardTrainRevenue',
  selectionMetric: 'hardValidationRevenue',
  pictures: [
    {
      name: 'menu',
      label: 'Menu',
      help: 'Every option with its price, what it gives, and how many of the validation buyers take it.',
      draw: async (trained, host) => menuPicture((await viewTrained(trained, host)).view),
    },
  ],
  questions: menuQuestions,
  solvers: menuSolvers,
  exports: [
    {
      name: 'menu',
      label: 'Menu as CSV',
      help: 'Options with their prices and what they give, for other programs and for the command evaluate.',
      extension: 'csv',
      async write(trained, host) {
        const { menu, view } = await viewTrained(trained, host);
        return writeMenu(menu, view);
      },
    },
  ],
  inputPaths: ['valuations.path', 'allocation.flow.path', 'allocation.start.path'],
  artefactInputs,
  memory: menuMemory,
  memoryKeys: ['batch', 'items', 'options', 'valuations.bidders'],
  async load(config, host): Promise<MenuData> {
    const data = await loadAuctionData(config, host);
    const { allocation, options } = config;
    if (allocation.kind === 'items' && data.bidders.kind === 'xor') {
      throw new AppError(
        'validation',
        'allocation.kind: expected bundles for bids, found items; a probability of each item does not say which bundles come together.',
        { path: 'allocation.kind' },
      );
    }
    if (allocation.kind !== 'bundle-flow') return data;
    return { ...data, flowInputs: await loadFlowInputs(allocation, options, data.bidders.items, host) };
  },
  describe({ bidders, split }) {
    const atoms = bidders.kind === 'xor' ? ` with ${counted(bidders.values.length, 'atom')}` : '';
    const { train, validation, test } = split;
    return `${counted(bidders.count, `${bidders.kind} buyer`)}${atoms} over ${counted(bidders.items, 'item')}: ${train.length} for training, ${validation.length} for validation, ${test.length} for testing.`;
  },
  facts({ bidders, split }) {
    return [
      { label: 'Buyers', value: bidders.count },
      { label: 'Goods', value: bidders.items },
      ...(bidders.kind === 'xor' ? [{ label: 'Alternatives', value: bidders.values.length }] : []),
      { label: 'Training buyers', value: split.train.length },
      { label: 'Validation buyers', value: split.validation.length },
      { label: 'Test buyers', value: split.test.length },
    ];
  },
  computeBaselines: (config, data, host) =>
    computeMenuBaselines(config.valuations, data, () => host.breathe()),
  artefact({ allocation, options }, parameters) {
    if (allocation.kind !== 'bundle-flow') {
      throw new AppError(
        'precondition',
        `menu-auction: expected a run with allocation bundle-flow, which other runs can start from, found ${allocation.kind}`,
      );
    }
    return menuArtefact({ options, support: allocation.support }, parameters);
  },
  create: createMenuInstance,
});
