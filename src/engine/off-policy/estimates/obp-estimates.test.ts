/** The estimators against those of the Open Bandit Pipeline on one of its logs: test/golden/obp-estimates.py. */
import { expect, it } from 'vitest';
import golden from '../../../../test/golden/obp-estimates.json' with { type: 'json' };
import type { OpeEstimatorName } from '../../../shared/ope.ts';
import { generateObp, obpSyntheticSchema } from '../obp-synthetic.ts';
import type { RewardModel } from '../reward-model.ts';
import { estimateOf, findOpeEstimator, partsOf } from './estimators.ts';
import { categoriesOf, judge } from './judge.ts';

const config = obpSyntheticSchema.parse({ kind: 'obp-synthetic', ...golden.config });
const { train, items } = generateObp(config);
const qOf = (n: number) => train.expectedReward!.subarray(n * items.count, (n + 1) * items.count);

const judged = judge({
  rounds: train,
  shape: { contextDimension: config.contextDimension, items: items.count, positions: 1 },
  categories: categoriesOf(items),
  policy: {
    row(n) {
      const row = qOf(n).map((q, a) => Math.exp(3 * q + 0.3 * a));
      const sum = row.reduce((total, value) => total + value, 0);
      return row.map((value) => value / sum);
    },
  },
  propensity: train.propensity!,
  model: (n): RewardModel => ({
    kind: 'ridge',
    items: items.count,
    predict: (_context, _offset, _position, out) => out.set(qOf(n).map((q) => 0.8 * q + 0.05)),
  }),
});

it.each(golden.estimates)('$estimator with lambda $lambda is $value', ({ estimator, lambda, value }) => {
  const parts = partsOf(findOpeEstimator(estimator as OpeEstimatorName), judged, lambda);
  expect(estimateOf(parts).value).toBeCloseTo(value, 12);
});
