/** The logging policy as the log lets one guess it, where it does not say its probabilities. */
import { classProbabilities, fitMultinomial } from '../logistic-regression.ts';
import type { LoggedRounds } from '../logged-rounds.ts';
import { MOST_FITTED, type LogShape } from '../reward-model.ts';

/** Rounds of one half are judged by a model of the other. */
const FOLDS = 2;
const PENALTY = 1;
/** Below, one round would carry weights of thousands on the word of a model. */
const LEAST = 1e-4;
const BINS = 10;

/** Predictions of any item of any round that are alike. */
export interface PredictedShare {
  readonly predictions: number;
  /** Mean of the predicted probabilities. */
  readonly predicted: number;
  /** Share of these items that were shown. */
  readonly shown: number;
}

export interface EstimatedPropensities {
  /** Of the items shown, [rounds]. */
  readonly propensity: Float64Array;
  /** Bins of equal width, by rising probability; those without predictions are left out. */
  readonly shares: readonly PredictedShare[];
  /** Mean difference between predicted and observed shares over these bins, a round's items together. */
  readonly calibrationError: number;
}

/** Multinomial logistic regression of the items on the contexts, cross-fitted. */
export function estimatedPropensities(
  rounds: LoggedRounds,
  { contextDimension: dimension, items }: LogShape,
): EstimatedPropensities {
  const propensity = new Float64Array(rounds.rounds);
  const bins = Array.from({ length: BINS }, () => ({ predictions: 0, predicted: 0, shown: 0 }));
  const row = new Float64Array(items);
  for (let half = 0; half < FOLDS; half++) {
    const counts = Float64Array.from({ length: rounds.rounds }, (_, n) =>
      Number(n % FOLDS !== half && n < FOLDS * MOST_FITTED),
    );
    const model = fitMultinomial(
      {
        rows: rounds.rounds,
        dimension,
        features: rounds.context,
        classes: items,
        labels: rounds.action,
        counts,
      },
      PENALTY,
    );
    for (let n = half; n < rounds.rounds; n += FOLDS) {
      classProbabilities(model, rounds.context, n * dimension, row);
      const item = rounds.action[n]!;
      propensity[n] = Math.max(LEAST, row[item]!);
      row.forEach((probability, a) => {
        const bin = bins[Math.min(BINS - 1, Math.floor(probability * BINS))]!;
        bin.predictions += 1;
        bin.predicted += probability;
        bin.shown += Number(a === item);
      });
    }
  }
  const differences = bins.reduce((sum, bin) => sum + Math.abs(bin.predicted - bin.shown), 0);
  const shares = bins
    .filter(({ predictions }) => predictions > 0)
    .map(({ predictions, predicted, shown }) => ({
      predictions,
      predicted: predicted / predictions,
      shown: shown / predictions,
    }));
  return { propensity, shares, calibrationError: differences / rounds.rounds };
}
