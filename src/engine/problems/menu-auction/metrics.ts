/** Names, meaning and direction of what a menu auction reports. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import type { Split } from '../../../shared/split.ts';
import { QUICK_BUYERS, type HardResult } from '../../auctions/menus/hard-evaluation.ts';
import { heldOutMetrics, heldOutValues, metric, validationCurves } from '../metric-descriptors.ts';

/** Quantiles that are reported of the prices that buyers paid and of the sizes of what they got: the extremes, the quartiles and the median, as in a box plot. */
const SALES_QUANTILES = [0, 0.25, 0.5, 0.75, 1] as const;

/**
 * Quantiles of `values` at `SALES_QUANTILES`, interpolated between order statistics (Hyndman and Fan 1996, type 7). An empty
 * sample has none.
 */
export function salesQuantiles(values: Float64Array): readonly number[] {
  if (values.length === 0) return [];
  const ascending = values.slice().sort();
  return SALES_QUANTILES.map((share) => {
    const place = share * (ascending.length - 1);
    const below = Math.floor(place);
    const low = ascending[below]!;
    const high = ascending[Math.ceil(place)]!;
    return low + (place - below) * (high - low);
  });
}

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
    ...heldOutValues(split, {
      revenueError: standardError,
      irViolations,
      optionsUsed,
      sold,
      welfare,
      ...quantilesOf('pricePaid', payments),
      ...quantilesOf('itemsBought', sizes),
    }),
  };
}

/** NaN where nobody bought: the curves have a gap there, and the last value is none. */
function quantilesOf(of: string, values: Float64Array): Readonly<Record<string, number>> {
  const quantiles = salesQuantiles(values);
  return Object.fromEntries(
    SALES_QUANTILES.map((share, i) => [quantileName(of, share), quantiles[i] ?? Number.NaN]),
  );
}

const quantileName = (of: string, share: number) => `${of}.p${100 * share}`;

const QUANTILE_LABELS = ['least', '25 %', 'median', '75 %', 'largest'];

function quantileMetrics(of: string, label: string, help: string): readonly MetricDescriptor[] {
  return SALES_QUANTILES.map((quantile, i) =>
    metric(quantileName(of, quantile), `${label}, ${QUANTILE_LABELS[i]!}`, help, 'neither', { quantile }),
  );
}

const pricesPaid = quantileMetrics(
  'pricePaid',
  'Price paid',
  'Prices that the buyers who bought paid: least, quartiles, largest; no value where nobody bought.',
);
const itemsBought = quantileMetrics(
  'itemsBought',
  'Items bought',
  'Number of items bought, for a lottery the expected number: least, quartiles, largest; no value where nobody bought.',
);

const use: readonly MetricDescriptor[] = [
  metric(
    'revenueError',
    'Standard error of the revenue',
    'Standard error of the hard revenue, as the mean of a sample of all buyers.',
    'neither',
  ),
  metric(
    'irViolations',
    'IR violations',
    'Buyers who paid more than what they got is worth to them (individual rationality violated); must be 0.',
    'lower',
  ),
  metric('optionsUsed', 'Options used', 'Share of the K options that some buyer bought.', 'neither', {
    health: 'alive-share',
  }),
  metric('sold', 'Sold', 'Share of the buyers who bought an option.', 'neither'),
  metric('welfare', 'Welfare', 'Mean value of what the buyers got; revenue is at most this.', 'higher', {
    baselines: ['surplus'],
  }),
  ...pricesPaid,
  ...itemsBought,
];

export const menuAuctionMetrics: readonly MetricDescriptor[] = [
  metric(
    'relaxedRevenue',
    'Relaxed revenue, training buyers',
    'What the estimator believes the revenue to be, its training value: the mean over the minibatches of training buyers since the last logged point (logEvery steps).',
    'higher',
    { column: 'relaxed train', baselines: true, split: 'train' },
  ),
  metric(
    HARD.train,
    'Hard revenue, training buyers',
    `Mean payment when each buyer takes the best option or leaves; indifferent buyers take the more expensive option, and buy at a utility of 0. During training, over at most ${QUICK_BUYERS} buyers.`,
    'higher',
    { column: 'hard train', baselines: true, split: 'train', health: 'earnings' },
  ),
  metric(
    HARD.validation,
    'Hard revenue, validation buyers',
    'The same on the buyers that select among restarts.',
    'higher',
    { column: 'hard validation', baselines: true, split: 'validation' },
  ),
  metric(
    HARD.test,
    'Hard revenue, test buyers',
    'The same on buyers that nothing was fitted or chosen on, at the end: the result.',
    'higher',
    { column: 'hard test', baselines: true, split: 'test' },
  ),
  metric(
    'gap',
    'Gap, training buyers',
    'Relaxed revenue minus hard revenue of the training buyers: near 0 if the training value can be believed.',
    'neither',
    { column: 'gap train', split: 'train' },
  ),
  metric(
    'dsicViolations',
    'DSIC violations, test buyers',
    'Test buyers for whom some other option, or nothing, would be better than what they are assigned, with all utilities computed again (dominant-strategy incentive compatibility violated); must be 0. At the end.',
    'lower',
    { split: 'test' },
  ),
  ...use.flatMap((one) => heldOutMetrics(one, 'buyers')),
];

const useChart = (title: string, names: readonly string[]): ChartDescriptor => ({
  title: `${title}, validation buyers`,
  metrics: validationCurves(names),
});
const namesOf = (metrics: readonly MetricDescriptor[]) => metrics.map(({ name }) => name);

/** A chart shows one split, so that reference lines of that split can stand in it. */
export const menuAuctionCharts: readonly ChartDescriptor[] = [
  { title: 'Revenue, validation buyers', metrics: [HARD.validation] },
  { title: 'Revenue, training buyers', metrics: [HARD.train, 'relaxedRevenue'] },
  { title: 'Gap, training buyers', metrics: ['gap'] },
  useChart('Options used', ['optionsUsed']),
  useChart('Sold', ['sold']),
  useChart('Price paid', namesOf(pricesPaid)),
  useChart('Items bought', namesOf(itemsBought)),
  useChart('Welfare', ['welfare']),
];
