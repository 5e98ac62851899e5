/** What the estimates of a policy's value rest on, in numbers and in words. */
import erfc from '@stdlib/math-base-special-erfc';
import { counted } from '../../../shared/counted.ts';
import { plainNumber } from '../../../shared/number-format.ts';
import type { OpeDiagnostics, OpeEstimate } from '../../../shared/ope.ts';
import type { LoggedRounds } from '../logged-rounds.ts';
import type { TermRange } from './intervals.ts';
import type { JudgedLog } from './judge.ts';

/** From when on a figure is worth a sentence. */
const LOW_SAMPLE = 100;
const FEW_ROWS = 30;
const LOW_SHARE = 0.01;
const LARGE_SHARE = 0.05;
const SURPRISE = 0.001;
const NOTABLE_MASS = 0.001;
const BAD_CALIBRATION = 0.02;

export interface Propensities {
  readonly kind: OpeDiagnostics['propensities'];
  /** Null: of logged ones. */
  readonly calibrationError: number | null;
}

export function diagnose(
  judged: JudgedLog,
  { action }: LoggedRounds,
  propensities: Propensities,
  reward: TermRange,
): OpeDiagnostics {
  const { rounds, weights, mass } = judged;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const squares = weights.reduce((total, weight) => total + weight * weight, 0);
  const meanWeight = sum / rounds;
  const spread = weights.reduce((total, weight) => total + (weight - meanWeight) ** 2, 0);
  const meanWeightError = Math.sqrt(spread / (rounds - 1) / rounds);
  const largestWeight = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const shown = new Set(action);
  const never = Array.from(mass.keys()).filter((item) => !shown.has(item));
  return {
    rounds,
    items: mass.length,
    effectiveSampleSize: squares === 0 ? 0 : (sum * sum) / squares,
    meanWeight,
    meanWeightError,
    meanWeightP: pOfOne(meanWeight, meanWeightError),
    largestWeight,
    largestWeightShare: sum === 0 ? 0 : largestWeight / sum,
    zeroWeightShare: weights.filter((weight) => weight === 0).length / rounds,
    halfRestsOn: halfRestsOn(judged),
    itemsNeverShown: never.length,
    massNeverShown: never.reduce((total, item) => total + mass[item]!, 0),
    massWithoutSupport: judged.massWithoutSupport,
    propensities: propensities.kind,
    calibrationError: propensities.calibrationError,
    rewardRange: [reward.low, reward.high],
    rewardRangeIsKnown: reward.isKnown,
  };
}

/**
 * Two-sided, by the normal law; a mean without spread is 1 or is not, up to rounding. Of right propensities it is uniform but for
 * its tail: with few rounds and skewed weights it is below 0.001 four times of 1000 (240 rounds, intervals.test.ts).
 */
function pOfOne(meanWeight: number, error: number): number {
  const distance = Math.abs(meanWeight - 1);
  if (distance < 1e-9) return 1;
  return error === 0 ? 0 : erfc(distance / error / Math.SQRT2);
}

/** Of the largest terms of ipw, how many make half of the sum. */
function halfRestsOn({ weights, reward }: JudgedLog): number {
  const parts = weights.map((weight, n) => Math.abs(weight * reward[n]!)).filter((part) => part > 0);
  parts.sort();
  const half = parts.reduce((sum, part) => sum + part, 0) / 2;
  let [sum, rows] = [0, 0];
  while (sum < half) {
    rows += 1;
    sum += parts[parts.length - rows]!;
  }
  return rows;
}

const percent = (share: number) => `${plainNumber(100 * share, 3)} %`;

export function warningsOf(found: OpeDiagnostics, estimates: readonly OpeEstimate[]): string[] {
  const { rounds, effectiveSampleSize, halfRestsOn: half } = found;
  const warnings: string[] = [];
  if (found.propensities === 'estimated') {
    const off = `predicted and observed shares of items differ by ${percent(found.calibrationError ?? 0)} on average`;
    warnings.push(
      `The log has no propensities: every figure but dm rests on estimated ones, whose ${off}${(found.calibrationError ?? 0) > BAD_CALIBRATION ? ', which is too much to rely on' : ''}.`,
    );
  }
  if (effectiveSampleSize < LOW_SAMPLE || effectiveSampleSize < LOW_SHARE * rounds) {
    warnings.push(
      `Effective sample size ${plainNumber(effectiveSampleSize, 3)} of ${counted(rounds, 'round')}: the log says little about this policy, which would have shown other items.`,
    );
  }
  if (half === 0) {
    warnings.push(
      'No round whose item the policy would show has a reward other than 0: estimates from weights alone are 0, and so are their intervals.',
    );
  } else if (half < FEW_ROWS || half < LOW_SHARE * rounds) {
    warnings.push(`Half of the estimate by ipw rests on ${counted(half, 'row')} of ${rounds}.`);
  }
  if (found.largestWeightShare > LARGE_SHARE) {
    warnings.push(
      `One row carries ${percent(found.largestWeightShare)} of all weight (its weight is ${plainNumber(found.largestWeight, 3)}).`,
    );
  }
  if (found.massNeverShown > NOTABLE_MASS) {
    warnings.push(
      `${counted(found.itemsNeverShown, 'item')} of ${found.items} are never shown in the log, but the policy would show them ${percent(found.massNeverShown)} of the time: only a reward model (dm, dr) says what they would earn.`,
    );
  }
  if ((found.massWithoutSupport ?? 0) > NOTABLE_MASS) {
    warnings.push(
      `The policy shows items ${percent(found.massWithoutSupport ?? 0)} of the time where the logging policy cannot show them: estimates from weights leave these out.`,
    );
  }
  if (found.meanWeightP < SURPRISE) {
    warnings.push(
      `The mean weight is ${plainNumber(found.meanWeight, 4)} ± ${plainNumber(found.meanWeightError, 2)} where 1 is expected: the propensities are not those of the policy that made the log, or items that the policy shows are missing from it.`,
    );
  }
  for (const { estimator, lambda, shrunkShare } of estimates) {
    if (shrunkShare === 0 || lambda === null) continue;
    warnings.push(
      `${estimator} shrinks the weights of ${percent(shrunkShare)} of the rounds (lambda ${plainNumber(lambda, 3)}), and so estimates a quantity other than the policy's value.`,
    );
  }
  if (!found.rewardRangeIsKnown && estimates.some(({ bernstein }) => bernstein !== null)) {
    warnings.push(
      `The bounds by empirical Bernstein take the smallest and largest reward seen, ${found.rewardRange.map((end) => plainNumber(end, 3)).join(' and ')}, as the possible range; rewardRange (in a terminal, --reward-range) sets another.`,
    );
  }
  return warnings;
}
