/** Names, meaning and direction of what RegretNet reports. */
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import type { Split } from '../../core/split.ts';
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
  const [name, hardName] =
    split === 'validation'
      ? ['validationRevenue', 'hardValidationRevenue']
      : ['testRevenue', 'hardTestRevenue'];
  return {
    [name]: money(lottery.revenue),
    [hardName]: money(hard.revenue),
    ...(split === 'validation' && { validationScore: money(score(lottery)) }),
    ...(split === 'test' && { testScore: money(score(lottery)) }),
    regretMean: money(mean(lottery.regrets)),
    regretMax: money(lottery.largestRegret),
    hardRegretMean: money(mean(hard.regrets)),
    hardRegretMax: money(hard.largestRegret),
    irViolations,
    welfare: money(lottery.welfare),
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

function metric(
  name: string,
  label: string,
  help: string,
  better: MetricDescriptor['better'],
  column?: string,
): MetricDescriptor {
  const base = { name, label, help, unit: '', better, deterministic: true };
  return column === undefined ? base : { ...base, column };
}

const HELD_OUT = 'Validation profiles during training, test profiles at the end.';
const LOTTERY = 'when each item goes to nobody or a bidder with the probabilities of the allocation network';
const HARD = 'when each item goes to the likeliest, nobody among them';
const BOUND = 'by the best lies that the search found: the true regret may be larger.';
const LAGRANGIAN = "Revenue less each bidder's mean regret times its multiplier";

export const regretnetMetrics: readonly MetricDescriptor[] = [
  metric(
    'relaxedLagrangian',
    'Relaxed Lagrangian',
    'What the estimator believes the augmented Lagrangian of its minibatches to be: its training value.',
    'higher',
    'relaxed',
  ),
  metric(
    'trainLagrangian',
    'Lagrangian of the lottery, training profiles',
    `${LAGRANGIAN}, measured on the first ${TRAINING_PROFILES} training profiles at most, ${LOTTERY}.`,
    'higher',
  ),
  metric(
    'hardTrainLagrangian',
    'Lagrangian of the hard allocation, training profiles',
    `The same ${HARD}.`,
    'higher',
  ),
  metric(
    'gap',
    'Gap',
    'Relaxed Lagrangian minus that of the hard allocation: what training believes beyond what a search for lies leaves of the hard allocation.',
    'neither',
    'gap',
  ),
  metric(
    'validationRevenue',
    'Revenue of the lottery, validation profiles',
    `Mean sum of the payments of a profile ${LOTTERY}. Worth as much as its regret is small.`,
    'higher',
  ),
  metric(
    'hardValidationRevenue',
    'Revenue of the hard allocation, validation profiles',
    `Mean sum of the payments ${HARD}.`,
    'higher',
  ),
  metric(
    'validationScore',
    'Score, validation profiles',
    "Of the lottery's revenue P and the sum R of the bidders' mean regrets, (sqrt P - sqrt R)^2: revenue that regret did not buy. Restarts and early stopping go by it.",
    'higher',
  ),
  metric(
    'testRevenue',
    'Revenue of the lottery, test profiles',
    'The same on profiles that nothing was fitted or chosen on: the result, with its regret.',
    'higher',
    'test',
  ),
  metric(
    'hardTestRevenue',
    'Revenue of the hard allocation, test profiles',
    `The same ${HARD}.`,
    'higher',
    'hard test',
  ),
  metric(
    'testScore',
    'Score, test profiles',
    'The score on profiles that nothing was fitted or chosen on.',
    'higher',
  ),
  metric(
    'regretMean',
    'Mean regret of the lottery',
    `Mean gain of a bidder ${BOUND} ${HELD_OUT}`,
    'lower',
    'regret',
  ),
  metric(
    'regretMax',
    'Largest regret of the lottery',
    `Largest gain of any bidder in any profile ${BOUND} ${HELD_OUT}`,
    'lower',
    'largest regret',
  ),
  metric(
    'hardRegretMean',
    'Mean regret of the hard allocation',
    `Mean gain of a bidder ${BOUND} ${HELD_OUT}`,
    'lower',
    'hard regret',
  ),
  metric(
    'hardRegretMax',
    'Largest regret of the hard allocation',
    `Largest gain of any bidder in any profile ${BOUND} ${HELD_OUT}`,
    'lower',
  ),
  metric(
    'irViolations',
    'IR violations',
    `Bidders who would pay more than what they get is worth to them, in either mechanism; must be 0. ${HELD_OUT}`,
    'lower',
  ),
  metric(
    'welfare',
    'Welfare',
    `Mean value of what the bidders get in the lottery; revenue is at most this. ${HELD_OUT}`,
    'higher',
  ),
  metric(
    'multiplier',
    'Multiplier',
    "Mean of the bidders' Lagrange multipliers: what a unit of regret costs.",
    'neither',
  ),
];

export const regretnetCharts: readonly ChartDescriptor[] = [
  {
    title: 'Revenue',
    metrics: ['validationRevenue', 'hardValidationRevenue', 'validationScore'],
    baselines: true,
  },
  { title: 'Regret', metrics: ['regretMean', 'hardRegretMean'], baselines: false },
  { title: 'Largest regret', metrics: ['regretMax', 'hardRegretMax'], baselines: false },
  {
    title: 'Lagrangian',
    metrics: ['relaxedLagrangian', 'trainLagrangian', 'hardTrainLagrangian'],
    baselines: false,
  },
  { title: 'Gap', metrics: ['gap'], baselines: false },
  { title: 'Multiplier', metrics: ['multiplier'], baselines: false },
  { title: 'Welfare', metrics: ['welfare'], baselines: true },
];
