/**
 * The policy of the towers judged on a split, in doubles: its true value where the log's expected rewards are known, and what the
 * estimators of off-policy evaluation say of it in any case.
 */
import type { NamedTensorData } from '../../core/named-tensor.ts';
import {
  estimateOf,
  findOpeEstimator,
  mean,
  partsOf,
  type Judged,
} from '../../off-policy/estimates/estimators.ts';
import { judge } from '../../off-policy/estimates/judge.ts';
import type { LoggedRounds } from '../../off-policy/logged-rounds.ts';
import type { ModelOfRound } from '../../off-policy/reward-model.ts';
import { rankCorrelation } from '../../statistics/correlation.ts';
import type { Split } from '../../../shared/split.ts';
import type { TwoTowerConfig } from './config.ts';
import { named, type Measure } from './metrics.ts';
import { plainPolicy, plainTowers } from './plain-towers.ts';
import { gini, rankedAt } from './ranking.ts';
import { judgedRounds, shownCounts, type TowerData } from './tower-data.ts';

/** Probabilities of items between two breaths. */
const BREATH = 200_000;

/** What is seen of a policy in some rounds. */
export interface SeenPolicy {
  readonly judged: Judged;
  /** Mean of the expected reward, under the policy and for the item that it likes most; null: nobody knows it. */
  readonly value: number | null;
  readonly greedyValue: number | null;
  /** Nats, in the mean over the rounds. */
  readonly entropy: number;
  /** Mean probability of the items that the training rounds never show. */
  readonly unsupported: number;
  /** Of the rounds whose reward is above 0, at `config.rankingCutoff`, in the mean; null: there is none. */
  readonly ranking: { readonly ndcg: number; readonly recall: number } | null;
  /** Gini coefficient of the items' mean probabilities. */
  readonly concentration: number;
  /** Rank correlation of these with how often the training rounds show the items; null: one of them is the same for all items. */
  readonly popularity: number | null;
}

/** @param rounds of the split, from the first */
export async function seePolicy(
  config: TwoTowerConfig,
  data: TowerData,
  trained: { readonly parameters: readonly NamedTensorData[]; readonly outcome: readonly NamedTensorData[] },
  split: Split,
  rounds: number,
  breathe: () => Promise<void> = () => Promise.resolve(),
): Promise<SeenPolicy> {
  const { log, rewardModel } = data;
  const towers = plainTowers(trained.parameters, trained.outcome);
  const items = log.items.count;
  const shape = { contextDimension: log.contextDimension, items, positions: log.positions };
  const shown = shownCounts(log.train.action, items);
  // A training round is judged by a model that has not seen its reward.
  const model = rewardModel === null ? null : split === 'train' ? rewardModel.crossFitted : rewardModel.whole;
  const parts: { readonly judged: Judged; readonly value: number | null }[] = [];
  const exposure = new Float64Array(items);
  let [greedyValue, entropy] = [0, 0];
  let [positives, ndcg, recall] = [0, 0, 0];
  const size = Math.max(1, Math.floor(BREATH / items));
  for (let from = 0; from < rounds; from += size) {
    const part = roundsFrom(log[split], from, Math.min(rounds, from + size), shape);
    const policy = plainPolicy(config, towers, part);
    const row = (n: number) => {
      const probabilities = policy.row(n);
      greedyValue += part.expectedReward?.[n * items + policy.greedy()] ?? 0;
      for (let item = 0; item < items; item++) {
        const p = probabilities[item]!;
        if (p > 0) entropy -= p * Math.log(p);
      }
      if (part.reward[n]! > 0) {
        const ranked = rankedAt(policy.scores, part.action[n]!, config.rankingCutoff);
        positives++;
        ndcg += ranked.ndcg;
        recall += ranked.recall;
      }
      return probabilities;
    };
    const { trueValue, mass, ...judged } = judge({
      rounds: part,
      shape,
      categories: null,
      policy: { row },
      propensity: part.propensity ?? new Float64Array(part.rounds).fill(Number.NaN),
      model: model === null ? null : from === 0 ? model : shifted(model, from),
    });
    mass.forEach((share, item) => (exposure[item]! += (share * part.rounds) / rounds));
    parts.push({ judged, value: trueValue === null ? null : trueValue * part.rounds });
    await breathe();
  }
  const known = log[split].expectedReward !== null;
  return {
    judged: joined(parts.map((part) => part.judged)),
    value: known ? parts.reduce((sum, { value }) => sum + value!, 0) / rounds : null,
    greedyValue: known ? greedyValue / rounds : null,
    entropy: entropy / rounds,
    unsupported: exposure.reduce((sum, share, item) => sum + (shown[item] === 0 ? share : 0), 0),
    ranking: positives === 0 ? null : { ndcg: ndcg / positives, recall: recall / positives },
    concentration: gini(exposure),
    popularity: rankCorrelation(exposure, shown),
  };
}

/** `ProblemInstance.evaluate` */
export async function evaluateTowers(
  config: TwoTowerConfig,
  data: TowerData,
  trained: { readonly parameters: readonly NamedTensorData[]; readonly outcome: readonly NamedTensorData[] },
  split: Split,
  mode: 'quick' | 'full',
  breathe?: () => Promise<void>,
): Promise<Readonly<Record<string, number>>> {
  const seen = await seePolicy(config, data, trained, split, judgedRounds(data, split, mode), breathe);
  const { judged, value, greedyValue, entropy, unsupported, ranking, concentration, popularity } = seen;
  const weighted = data.log.train.propensity !== null;
  const estimate = (name: 'ipw' | 'snipw' | 'dr' | 'dm') =>
    estimateOf(partsOf(findOpeEstimator(name), judged, null));
  const { rewardModel } = data;
  const best = weighted ? estimate(rewardModel === null ? 'snipw' : 'dr') : estimate('dm');
  const found: Partial<Record<Measure, number>> = {
    Estimate: best.value,
    EstimateError: best.standardError,
    ...(value === null ? {} : { Value: value, GreedyValue: greedyValue! }),
    ...(rewardModel === null ? {} : { Dm: estimate('dm').value }),
    ...(weighted ? weightFigures(judged, estimate('ipw').value, estimate('snipw').value) : {}),
    Entropy: entropy,
    Unsupported: unsupported,
    ...(ranking === null ? {} : { Ndcg: ranking.ndcg, Recall: ranking.recall }),
    Concentration: concentration,
    ...(popularity === null ? {} : { Popularity: popularity }),
  };
  return Object.fromEntries(
    Object.entries(found).map(([measure, x]) => [named(split, measure as Measure), x]),
  );
}

function weightFigures(
  { weights, rounds }: Judged,
  ips: number,
  snips: number,
): Partial<Record<Measure, number>> {
  const sum = weights.reduce((total, w) => total + w, 0);
  const squares = weights.reduce((total, w) => total + w * w, 0);
  return {
    Ips: ips,
    // A policy that shows nothing of what the log shows has no weights to divide by.
    ...(sum === 0 ? {} : { Snips: snips }),
    EffectiveShare: squares === 0 ? 0 : (sum * sum) / squares / rounds,
    LargestWeight: weights.reduce((most, w) => Math.max(most, w), 0),
    MeanWeight: mean(weights),
  };
}

function roundsFrom(
  all: LoggedRounds,
  from: number,
  to: number,
  { contextDimension, items }: { readonly contextDimension: number; readonly items: number },
): LoggedRounds {
  return {
    rounds: to - from,
    context: all.context.subarray(from * contextDimension, to * contextDimension),
    action: all.action.subarray(from, to),
    reward: all.reward.subarray(from, to),
    propensity: all.propensity?.subarray(from, to) ?? null,
    position: all.position?.subarray(from, to) ?? null,
    expectedReward: all.expectedReward?.subarray(from * items, to * items) ?? null,
    behaviour: all.behaviour?.subarray(from * items, to * items) ?? null,
  };
}

function shifted(model: ModelOfRound, from: number): ModelOfRound {
  return (round) => model(from + round);
}

function joined(parts: readonly Judged[]): Judged {
  const all = (of: (part: Judged) => Float64Array) => {
    const out = new Float64Array(parts.reduce((sum, { rounds }) => sum + rounds, 0));
    let at = 0;
    for (const part of parts) {
      out.set(of(part), at);
      at += part.rounds;
    }
    return out;
  };
  return {
    rounds: parts.reduce((sum, { rounds }) => sum + rounds, 0),
    reward: all(({ reward }) => reward),
    weights: all(({ weights }) => weights),
    categoryWeights: null,
    model:
      parts[0]?.model === null
        ? null
        : { shown: all(({ model }) => model!.shown), direct: all(({ model }) => model!.direct) },
  };
}
