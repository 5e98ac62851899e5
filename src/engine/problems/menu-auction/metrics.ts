/** Names, meaning and direction of what a menu auction reports. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import type { Split } from '../../core/split.ts';
import { QUICK_BUYERS, type HardResult } from '../../auctions/menus/hard-evaluation.ts';
import { SALES_QUANTILES, salesQuantiles } from '../../auctions/menus/sales.ts';

const HARD: Readonly<Record<Split, string>> = {
  train: 'hardTrainRevenue',
  validation: 'hardValidationRevenue',
  test: 'hardTestRevenue',
};

/** Revenue of the split; of the held-out splits also how the menu is used. */
export function hardMetrics(split: Split, result: HardResult): Readonly<Record<string, number>> {
  const revenue = { [HARD[split]]: result.revenue };
  if (split === 'train') return revenue;
  const { standardError, irViolations, optionsUsed, sold, welfare, payments, sizes } = result;
  return {
    ...revenue,
    revenueError: standardError,
    irViolations,
    optionsUsed,
    sold,
    welfare,
    ...quantilesOf('pricePaid', payments),
    ...quantilesOf('itemsBought', sizes),
  };
}

/** Nothing where nobody bought: the curves have a gap there. */
function quantilesOf(of: string, values: Float64Array): Readonly<Record<string, number>> {
  return Object.fromEntries(
    salesQuantiles(values).map((value, i) => [quantileName(of, SALES_QUANTILES[i]!), value]),
  );
}

const quantileName = (of: string, share: number) => `${of}.p${100 * share}`;

const QUANTILE_LABELS = ['least', '25 %', 'median', '75 %', 'largest'];

function quantileMetrics(of: string, label: string, help: string): readonly MetricDescriptor[] {
  return SALES_QUANTILES.map((quantile, i) => ({
    ...metric(quantileName(of, quantile), `${label}, ${QUANTILE_LABELS[i]!}`, help, 'neither'),
    quantile,
  }));
}

function metric(
  name: string,
  label: string,
  help: string,
  better: MetricDescriptor['better'] = 'higher',
  column?: string,
): MetricDescriptor {
  const base = { name, label, help, unit: '', better, deterministic: true };
  return column === undefined ? base : { ...base, column };
}

const HELD_OUT = 'Validation buyers during training, test buyers at the end.';

const pricesPaid = quantileMetrics(
  'pricePaid',
  'Price paid',
  `Prices that the buyers who bought paid: least, quartiles, largest. ${HELD_OUT}`,
);
const itemsBought = quantileMetrics(
  'itemsBought',
  'Items bought',
  `Items in what was bought, of a lottery the expected number: least, quartiles, largest. ${HELD_OUT}`,
);

export const menuAuctionMetrics: readonly MetricDescriptor[] = [
  metric(
    'relaxedRevenue',
    'Relaxed revenue',
    'What the estimator believes the revenue to be: its training value.',
    'higher',
    'relaxed',
  ),
  metric(
    HARD.train,
    'Hard revenue, training buyers',
    `Mean payment when each buyer takes the best option or leaves. While training goes on, of ${QUICK_BUYERS} buyers at most.`,
    'higher',
    'hard train',
  ),
  metric(
    HARD.validation,
    'Hard revenue, validation buyers',
    'The same on the buyers that select restarts.',
    'higher',
    'hard validation',
  ),
  metric(
    HARD.test,
    'Hard revenue, test buyers',
    'The same on buyers that nothing was fitted or chosen on: the result.',
    'higher',
    'hard test',
  ),
  metric(
    'gap',
    'Gap',
    'Relaxed revenue minus hard training revenue: near 0 if the training value can be believed.',
    'neither',
    'gap',
  ),
  metric(
    'revenueError',
    'Standard error of the revenue',
    `Of the hard revenue, as the mean of a sample of all buyers. ${HELD_OUT}`,
    'neither',
  ),
  metric(
    'dsicViolations',
    'DSIC violations',
    'Test buyers for whom some other option, or nothing, would be better than what they are assigned, with all utilities computed anew (dominant-strategy incentive compatibility broken); must be 0. At the end.',
    'lower',
  ),
  metric(
    'irViolations',
    'IR violations',
    `Buyers who paid more than what they got is worth to them (individual rationality broken); must be 0. ${HELD_OUT}`,
    'lower',
  ),
  metric(
    'optionsUsed',
    'Options used',
    `Share of the K options that some buyer bought. ${HELD_OUT}`,
    'neither',
  ),
  metric('sold', 'Sold', `Share of the buyers who bought an option. ${HELD_OUT}`, 'neither'),
  metric('welfare', 'Welfare', `Mean value of what the buyers got; revenue is at most this. ${HELD_OUT}`),
  ...pricesPaid,
  ...itemsBought,
];

export const menuAuctionCharts: readonly ChartDescriptor[] = [
  {
    title: 'Revenue',
    metrics: [HARD.validation, HARD.train, 'relaxedRevenue'],
    baselines: true,
  },
  { title: 'Gap', metrics: ['gap'], baselines: false },
  { title: 'Options used', metrics: ['optionsUsed'], baselines: false },
  { title: 'Sold', metrics: ['sold'], baselines: false },
  { title: 'Price paid', metrics: pricesPaid.map(({ name }) => name), baselines: false },
  { title: 'Items bought', metrics: itemsBought.map(({ name }) => name), baselines: false },
  { title: 'Welfare', metrics: ['welfare'], baselines: true },
];
