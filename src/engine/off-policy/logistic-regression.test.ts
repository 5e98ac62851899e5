import { describe, expect, it } from 'vitest';
import { classProbabilities, fitMultinomial } from './logistic-regression.ts';
import { generateObp, obpSyntheticSchema } from './obp-synthetic.ts';

describe("the Open Bandit Pipeline's IPWLearner: multinomial logistic, C = 100, 10 items, seed 12345", () => {
  it.each([
    // examples/quickstart/opl.ipynb
    [-2, 0.7933299733929567, 13],
    // README of examples/opl: 0.782430; the convex optimum by scikit-learn with a tight tolerance: 0.782432
    [-3, 0.782432, 6],
  ])('has the published value for beta %f', (beta, value, places) => {
    const { train, test } = generateObp(obpSyntheticSchema.parse({ kind: 'obp-synthetic', beta }));
    const model = fitMultinomial(
      {
        rows: train.rounds,
        dimension: 5,
        features: train.context,
        classes: 10,
        labels: train.action,
        counts: train.reward.map((reward, n) => reward / train.propensity![n]!),
      },
      1 / 100,
    );
    const row = new Float64Array(10);
    let total = 0;
    for (let n = 0; n < test.rounds; n++) {
      classProbabilities(model, test.context, n * 5, row);
      total += test.expectedReward![n * 10 + row.indexOf(Math.max(...row))]!;
    }
    expect(total / test.rounds).toBeCloseTo(value, places);
  });
});

describe('a multinomial fit', () => {
  const labels = Int32Array.of(0, 0, 0, 2);
  const data = { rows: 4, dimension: 1, features: new Float64Array(4), classes: 3, counts: null, labels };
  const probabilities = (counts: Float64Array | null) => {
    const out = new Float64Array(3);
    classProbabilities(fitMultinomial({ ...data, counts }, 1), Float64Array.of(0), 0, out);
    return [...out];
  };

  it('says the frequencies where the features say nothing, and 0 of a class never seen', () => {
    const found = probabilities(null);
    [0.75, 0, 0.25].forEach((p, c) => expect(found[c]).toBeCloseTo(p, 8));
    expect(found[1]).toBe(0);
  });

  it('counts rows as often as it is told', () => {
    const found = probabilities(Float64Array.of(1, 0, 0, 3));
    [0.25, 0, 0.75].forEach((p, c) => expect(found[c]).toBeCloseTo(p, 8));
  });
});
