/** Names, meaning and direction of what RegretNet reports. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import type { Split } from '../../../shared/split.ts';
import { heldOutMetrics, heldOutValues, metric, validationCurves } from '../metric-descriptors.ts';
import { TRAINING_PROFILES, type HardResult, type MechanismResult } from './hard-result.ts';

/** @param multipliers as they are, [n] */
export function splitMetrics(
  split: Split,
  { lottery, hard, irViolations }: HardResult,
  valueScale: number,
  multipliers: readonly number[],
): Readonly<Record<string, number>> {
  const money = (value: number) => value * valueScale;
  if (split === 'train') {
    return {
      hardTrainLagrangian: money(lagrangianOf(hard, multipliers)),
      trainLagrangian: money(lagrangianOf(lottery, multipliers)),
      multiplier: mean(multipliers),
    };
  }
  return {
    [split === 'validation' ? 'hardValidationRevenue' : 'hardTestRevenue']: money(hard.revenue),
    ...heldOutValues(split, {
      revenue: money(lottery.revenue),
      score: money(score(lottery)),
      regretMean: money(mean(lottery.regrets)),
      regretMax: money(lottery.largestRegret),
      hardRegretMean: money(mean(hard.regrets)),
      hardRegretMax: money(hard.largestRegret),
      irViolations,
      welfare: money(lottery.welfare),
    }),
  };
}

/** Revenue less what the multipliers ask for its regret. */
function lagrangianOf({ revenue, regrets }: MechanismResult, multipliers: readonly number[]): number {
  return regrets.reduce((sum, regret, i) => sum - multipliers[i]! * regret, revenue);
}

/**
 * (sqrt P - sqrt R)^2 for revenue P and the sum R of the bidders' mean regrets, 0 where R > P.
 * Source: Rahme, Jelassi, Weinberg, "Auction Learning as a Two-Player Game", ICLR 2021, section 3,
 * https://arxiv.org/abs/2006.05684: the revenue left when one bidder's prices are lowered until lies no longer pay.
 */
function score({ revenue, regrets }: MechanismResult): number {
  const regret = regrets.reduce((sum, one) => sum + one, 0);
  return Math.max(0, Math.sqrt(revenue) - Math.sqrt(regret)) ** 2;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const LOTTERY = 'when each item goes to nobody or a bidder with the probabilities of the allocation network';
const HARD = 'when each item goes to the likeliest, nobody among them';
const BOUND = 'by the best lies that the search found: the true regret may be larger.';
const LAGRANGIAN = "Revenue minus each bidder's mean regret times its multiplier";

const MEASURED = `measured on at most the first ${TRAINING_PROFILES} training profiles`;
const PROFILES = 'profiles';

const use: readonly MetricDescriptor[] = [
  ...heldOutMetrics(
    metric('regretMean', 'Mean regret of the lottery', `Mean gain of a bidder ${BOUND}`, 'lower'),
    PROFILES,
    { test: 'regret test' },
  ),
  ...heldOutMetrics(
    metric(
      'regretMax',
      'Largest regret of the lottery',
      `Largest gain of any bidder in any profile ${BOUND}`,
      'lower',
    ),
    PROFILES,
    { test: 'largest regret test' },
  ),
  ...heldOutMetrics(
    metric('hardRegretMean', 'Mean regret of the hard allocation', `Mean gain of a bidder ${BOUND}`, 'lower'),
    PROFILES,
    { test: 'hard regret test' },
  ),
  ...heldOutMetrics(
    metric(
      'hardRegretMax',
      'Largest regret of the hard allocation',
      `Largest gain of any bidder in any profile ${BOUND}`,
      'lower',
    ),
    PROFILES,
  ),
  ...heldOutMetrics(
    metric(
      'irViolations',
      'IR violations',
      'Bidders who would pay more than what they get is worth to them, in either mechanism; must be 0.',
      'lower',
    ),
    PROFILES,
  ),
  ...heldOutMetrics(
    metric(
      'welfare',
      'Welfare',
      'Mean value of what the bidders get in the lottery; revenue is at most this.',
      'higher',
      { baselines: ['surplus'] },
    ),
    PROFILES,
  ),
];

export const regretnetMetrics: readonly MetricDescriptor[] = [
  metric(
    'relaxedLagrangian',
    'Relaxed Lagrangian, training profiles',
    'What the estimator believes the augmented Lagrangian to be, its training value: the mean over the minibatches of training profiles since the last logged point (logEvery steps).',
    'higher',
    { column: 'relaxed train', split: 'train' },
  ),
  metric(
    'trainLagrangian',
    'Lagrangian of the lottery, training profiles',
    `${LAGRANGIAN}, ${MEASURED}, ${LOTTERY}.`,
    'higher',
    { split: 'train' },
  ),
  metric(
    'hardTrainLagrangian',
    'Lagrangian of the hard allocation, training profiles',
    `${LAGRANGIAN}, ${MEASURED}, ${HARD}.`,
    'higher',
    { split: 'train' },
  ),
  metric(
    'gap',
    'Gap, training profiles',
    'Relaxed Lagrangian minus that of the hard allocation: what training believes beyond what a search for lies leaves of the hard allocation.',
    'neither',
    { column: 'gap train', split: 'train' },
  ),
  metric(
    'validationRevenue',
    'Revenue of the lottery, validation profiles',
    `Mean sum of the payments of a profile ${LOTTERY}. Worth as much as its regret is small.`,
    'higher',
    { baselines: true, split: 'validation' },
  ),
  metric(
    'hardValidationRevenue',
    'Revenue of the hard allocation, validation profiles',
    `Mean sum of the payments ${HARD}.`,
    'higher',
    { baselines: true, split: 'validation' },
  ),
  metric(
    'validationScore',
    'Score, validation profiles',
    "(sqrt P - sqrt R)^2 of the lottery's revenue P and the sum R of the bidders' mean regrets: revenue that regret did not buy. Used for early stopping and restarts.",
    'higher',
    { baselines: true, split: 'validation' },
  ),
  metric(
    'testRevenue',
    'Revenue of the lottery, test profiles',
    `Mean sum of the payments of a profile ${LOTTERY}, of profiles that nothing was fitted or chosen on, at the end: the result, with its regret.`,
    'higher',
    { column: 'test', baselines: true, split: 'test' },
  ),
  metric(
    'hardTestRevenue',
    'Revenue of the hard allocation, test profiles',
    `Mean sum of the payments ${HARD}, at the end.`,
    'higher',
    { column: 'hard test', baselines: true, split: 'test' },
  ),
  metric(
    'testScore',
    'Score, test profiles',
    'The score on profiles that nothing was fitted or chosen on, at the end.',
    'higher',
    { baselines: true, split: 'test' },
  ),
  ...use,
  metric(
    'multiplier',
    'Multiplier',
    "Mean of the bidders' Lagrange multipliers: what a unit of regret costs.",
    'neither',
  ),
];

/** A chart shows one split, so that reference lines of that split can stand in it. */
export const regretnetCharts: readonly ChartDescriptor[] = [
  {
    title: 'Revenue, validation profiles',
    metrics: ['validationRevenue', 'hardValidationRevenue', 'validationScore'],
  },
  {
    title: 'Regret, validation profiles',
    metrics: validationCurves(['regretMean', 'hardRegretMean']),
  },
  {
    title: 'Largest regret, validation profiles',
    metrics: validationCurves(['regretMax', 'hardRegretMax']),
  },
  {
    title: 'Lagrangian, training profiles',
    metrics: ['relaxedLagrangian', 'trainLagrangian', 'hardTrainLagrangian'],
  },
  { title: 'Gap, training profiles', metrics: ['gap'] },
  { title: 'Multiplier', metrics: ['multiplier'] },
  {
    title: 'Welfare, validation profiles',
    metrics: validationCurves(['welfare']),
  },
];
