/** The table of an evaluation for other programs: one row per estimator. */
import { csvText } from '../../../shared/csv.ts';
import type { OpeResult } from '../../../shared/ope.ts';

const HEAD = [
  ...['log', 'policy', 'estimator', 'value', 'standard_error', 'low', 'high', 'bernstein_low'],
  ...['bernstein_high', 'bernstein_range_known', 'unbiased', 'lambda', 'lambda_by', 'shrunk_share'],
  ...['propensities', 'effective_sample_size', 'logged_value', 'true_value'],
];

export function opeCsv({ log, policy, estimates, diagnostics, loggedValue, trueValue }: OpeResult): string {
  const rows = estimates.map((estimate) => [
    ...[log, policy, estimate.estimator, estimate.value, estimate.standardError, estimate.low, estimate.high],
    ...[estimate.bernstein?.low ?? null, estimate.bernstein?.high ?? null],
    ...[estimate.bernstein === null ? null : String(estimate.bernstein.rangeIsKnown)],
    ...[String(estimate.unbiased), estimate.lambda, estimate.lambdaBy, estimate.shrunkShare],
    ...[diagnostics.propensities, diagnostics.effectiveSampleSize, loggedValue, trueValue],
  ]);
  return csvText([HEAD, ...rows]);
}
