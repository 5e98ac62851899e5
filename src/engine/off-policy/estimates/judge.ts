/** A policy beside logged rounds: the weights of the rounds, and what a reward model says of the policy. */
import { AppError } from '../../../shared/errors.ts';
import type { Policy } from '../../core/capabilities.ts';
import type { LoggedItems, LoggedRounds } from '../logged-rounds.ts';
import type { LogShape, ModelOfRound } from '../reward-model.ts';
import type { Judged } from './estimators.ts';

export function uniformPolicy(items: number): Policy {
  const row = new Float64Array(items).fill(1 / items);
  return { row: () => row };
}

/** Numbers of a round for one item, which an estimator's term is a function of. */
export interface Possible {
  readonly weight: number;
  readonly categoryWeight: number;
  /** q(x, a); 0 without a reward model. */
  readonly model: number;
}

export interface JudgedLog extends Judged {
  /** E[reward | x, policy] in the mean over the rounds; null: nobody knows it. */
  readonly trueValue: number | null;
  /** Probability of items in the mean over the rounds, by item. */
  readonly mass: Float64Array;
  /** Probability of items that the logging policy does not show in that context; null: it is not known. */
  readonly massWithoutSupport: number | null;
  /** What the log could have shown in a round; null: only what it did show is known. */
  readonly possible: ((round: number, see: (item: Possible) => void) => void) | null;
}

/** @throws AppError validation: a propensity or a reward that cannot be; precondition: nothing to choose */
export function checkRounds(rounds: LoggedRounds, items: LoggedItems): void {
  if (items.count < 2) {
    throw new AppError(
      'precondition',
      'the log has a single item, so every policy does the same; judge one with at least two items',
    );
  }
  if (rounds.rounds < 2) {
    throw new AppError(
      'precondition',
      `the log has ${rounds.rounds} rounds to judge by; at least 2 are needed`,
    );
  }
  for (let n = 0; n < rounds.rounds; n++) {
    const propensity = rounds.propensity?.[n] ?? 1;
    if (!(propensity > 0 && propensity <= 1)) {
      throw new AppError(
        'validation',
        `round ${n} of the log: expected a propensity above 0 and at most 1, found ${propensity}; leave the round out, or correct it`,
      );
    }
    if (!Number.isFinite(rounds.reward[n])) {
      throw new AppError(
        'validation',
        `round ${n} of the log: expected a number as reward, found ${rounds.reward[n]}; leave the round out, or correct it`,
      );
    }
  }
}

interface JudgeInput {
  readonly rounds: LoggedRounds;
  readonly shape: LogShape;
  /** Category of each item; null: they have none. */
  readonly categories: Int32Array | null;
  readonly policy: Policy;
  readonly propensity: Float64Array;
  readonly model: ModelOfRound | null;
}

export function judge({ rounds, shape, categories, policy, propensity, model }: JudgeInput): JudgedLog {
  const { items, contextDimension } = shape;
  const count = rounds.rounds;
  const { action, behaviour, expectedReward } = rounds;
  const weights = new Float64Array(count);
  const marginal = categories !== null && behaviour !== null ? new Float64Array(count) : null;
  const shown = new Float64Array(count);
  const direct = new Float64Array(count);
  const mass = new Float64Array(items);
  const predicted = new Float64Array(items);
  const [ofPolicy, ofLog] = [new Float64Array(items), new Float64Array(items)];
  const predict = (n: number) =>
    model?.(n).predict(rounds.context, n * contextDimension, rounds.position?.[n] ?? 0, predicted);
  /** Category weights of a round, into `ofPolicy`. */
  const categorise = (row: Float64Array, n: number) => {
    ofPolicy.fill(0);
    ofLog.fill(0);
    for (let a = 0; a < items; a++) {
      ofPolicy[categories![a]!]! += row[a]!;
      ofLog[categories![a]!]! += behaviour![n * items + a]!;
    }
    for (let c = 0; c < items; c++) ofPolicy[c] = ofLog[c] === 0 ? 0 : ofPolicy[c]! / ofLog[c]!;
  };
  let [trueValue, withoutSupport] = [0, 0];
  for (let n = 0; n < count; n++) {
    const row = policy.row(n);
    const item = action[n]!;
    weights[n] = row[item]! / propensity[n]!;
    predict(n);
    shown[n] = predicted[item]!;
    for (let a = 0; a < items; a++) {
      const probability = row[a]!;
      mass[a]! += probability / count;
      direct[n]! += probability * predicted[a]!;
      if (expectedReward !== null) trueValue += (probability * expectedReward[n * items + a]!) / count;
      if (behaviour?.[n * items + a] === 0) withoutSupport += probability / count;
    }
    if (marginal === null) continue;
    categorise(row, n);
    marginal[n] = ofPolicy[categories![item]!]!;
  }
  const possible: JudgedLog['possible'] =
    behaviour === null
      ? null
      : (n, see) => {
          const row = policy.row(n);
          predict(n);
          if (marginal !== null) categorise(row, n);
          for (let a = 0; a < items; a++) {
            const chance = behaviour[n * items + a]!;
            if (chance === 0) continue;
            const categoryWeight = marginal === null ? 0 : ofPolicy[categories![a]!]!;
            see({ weight: row[a]! / chance, categoryWeight, model: predicted[a]! });
          }
        };
  return {
    rounds: count,
    reward: rounds.reward,
    weights,
    categoryWeights: marginal,
    model: model === null ? null : { shown, direct },
    trueValue: expectedReward === null ? null : trueValue,
    mass,
    massWithoutSupport: behaviour === null ? null : withoutSupport,
    possible,
  };
}

/** Items of equal features are of one category; null: items have no features, or each its own. */
export function categoriesOf({ count, dimension, features }: LoggedItems): Int32Array | null {
  if (dimension === 0) return null;
  const known = new Map<string, number>();
  const categories = Int32Array.from({ length: count }, (_, item) => {
    const key = features.subarray(item * dimension, (item + 1) * dimension).join();
    const category = known.get(key) ?? known.size;
    known.set(key, category);
    return category;
  });
  return known.size === count ? null : categories;
}
