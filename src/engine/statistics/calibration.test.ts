import { describe, expect, it } from 'vitest';
import { draws } from '../random/draws.ts';
import { rootKey } from '../random/key.ts';
import {
  brierScore,
  calibrationError,
  confidencesOf,
  errorByChance,
  fitTemperature,
  logitExcess,
  logSumExp,
  negativeLogLikelihood,
  reliabilityBins,
  type Classified,
} from './calibration.ts';

const log = Math.log;
/** Probabilities 0.5, 0.25, 0.25 of class 0, and 0.1, 0.8, 0.1 of class 1. */
const two: Classified = {
  logits: [log(2), 0, 0, 0, log(8), 0].map((logit) => logit + 3),
  labels: [0, 2],
  classes: 3,
};

describe('scores of probabilities', () => {
  it('are those of a hand', () => {
    expect(logSumExp([log(2), 0, 0])).toBeCloseTo(log(4), 12);
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + log(2), 10);
    expect(negativeLogLikelihood(two)).toBeCloseTo((log(2) + log(10)) / 2, 12);
    expect(brierScore(two)).toBeCloseTo((0.25 + 0.125 + (0.01 + 0.64 + 0.81)) / 2, 12);
    const { confidence, right } = confidencesOf(two);
    expect([...confidence]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.8, 12)]);
    expect([...right]).toEqual([1, 0]);
  });

  it('of a temperature without end are those of the uniform law', () => {
    expect(negativeLogLikelihood(two, 1e9)).toBeCloseTo(log(3), 8);
    expect(brierScore(two, 1e9)).toBeCloseTo(1 - 1 / 3, 8);
  });
});

describe('calibration error', () => {
  const said = {
    confidence: Float64Array.of(0.55, 0.6, 0.95, 0.85, 1),
    right: Uint8Array.of(1, 0, 1, 0, 1),
  };

  it('of equal widths', () => {
    // Bins of a tenth: 0.55 and 0.6 (an edge belongs below), 0.85, 0.95 and 1.
    const bins = reliabilityBins(said, 10, 'width');
    expect(bins.map(({ count }) => count)).toEqual([2, 1, 2]);
    expect(calibrationError(bins)).toBeCloseTo((2 * 0.075 + 0.85 + 2 * 0.025) / 5, 12);
  });

  it('of equal mass', () => {
    const bins = reliabilityBins(said, 2, 'mass');
    expect(bins.map(({ count }) => count)).toEqual([3, 2]);
    expect(calibrationError(bins)).toBeCloseTo((3 * (2 / 3 - 1 / 3) + 2 * 0.025) / 5, 12);
  });

  it('of one bin is the distance of two means, which more bins can only raise', () => {
    const one = calibrationError(reliabilityBins(said, 1, 'width'));
    expect(one).toBeCloseTo(Math.abs(0.79 - 0.6), 12);
    expect(calibrationError(reliabilityBins(said, 5, 'mass'))).toBeGreaterThanOrEqual(one);
  });

  /** A mean over 200 samples with a relative standard error of about 2 % each way; off by 10 % once in 10 000 seeds. */
  it('of confidences that are right is not 0 but what chance makes it', () => {
    const random = draws(rootKey(8));
    let [found, foretold] = [0, 0];
    for (let round = 0; round < 200; round++) {
      const confidence = Float64Array.from({ length: 400 }, () => 0.5 + 0.4 * random.uniform());
      const right = Uint8Array.from(confidence, (p) => Number(random.uniform() < p));
      const bins = reliabilityBins({ confidence, right }, 10, 'width');
      found += calibrationError(bins) / 200;
      foretold += errorByChance(bins) / 200;
    }
    expect(found).toBeGreaterThan(0.03);
    expect(Math.abs(foretold / found - 1)).toBeLessThan(0.1);
  });
});

describe('temperature', () => {
  /** Two classes and a logit of d for the first: right three times in four. */
  const sure = (d: number): Classified => ({
    logits: [d, 0, d, 0, d, 0, d, 0],
    labels: [0, 0, 0, 1],
    classes: 2,
  });

  it.each([0.5, 4, 12])('a logit of %d that is right three times in four has d / ln 3', (d) => {
    const { temperature, excess } = fitTemperature(sure(d));
    expect(temperature).toBeCloseTo(d / log(3), 8);
    expect(Math.abs(excess)).toBeLessThan(1e-10);
    expect(calibrationError(reliabilityBins(confidencesOf(sure(d), temperature), 15, 'width'))).toBeCloseTo(
      0,
      8,
    );
  });

  it('the maximum-entropy condition holds at the least negative log-likelihood, and is its slope', () => {
    const random = draws(rootKey(3));
    const logits = Float64Array.from({ length: 900 }, () => 3 * random.normal());
    const labels = Int32Array.from({ length: 300 }, (_, n) =>
      random.uniform() < 0.6
        ? logits.subarray(3 * n, 3 * n + 3).indexOf(Math.max(...logits.subarray(3 * n, 3 * n + 3)))
        : random.integer(3),
    );
    const many = { logits, labels, classes: 3 };
    const { temperature, excess } = fitTemperature(many);
    expect(Math.abs(excess)).toBeLessThan(1e-10);
    const best = negativeLogLikelihood(many, temperature);
    for (const other of [0.9, 0.99, 1.01, 1.1])
      expect(negativeLogLikelihood(many, other * temperature)).toBeGreaterThan(best);
    const slope =
      (negativeLogLikelihood(many, 1 / 0.50001) - negativeLogLikelihood(many, 1 / 0.49999)) / 2e-5;
    expect(logitExcess(many, 2)).toBeCloseTo(slope, 5);
    // Who is right stays who is right.
    expect(confidencesOf(many, temperature).right).toEqual(confidencesOf(many).right);
  });

  it('where all are right it is as cold as it may be, and the condition is not met', () => {
    const { temperature, excess } = fitTemperature({ logits: [1, 0, 0, 1], labels: [0, 1], classes: 2 });
    expect(temperature).toBe(1 / 20);
    expect(excess).toBeLessThanOrEqual(0);
    // Wrong more often than right: no confidence at all would be best.
    expect(fitTemperature({ logits: [1, 0, 0, 1], labels: [1, 0], classes: 2 }).temperature).toBe(20);
  });
});
