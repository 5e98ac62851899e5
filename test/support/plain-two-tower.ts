/** Two towers and what each method makes of logged rounds, in plain doubles and by enumeration: for finite differences. */
import type { Learning } from '../../src/engine/problems/two-tower/config.ts';
import type { PlainParameters } from './instance.ts';

/** A round of a log, with q(x, a) for each item. */
export interface PlainRound {
  readonly x: readonly number[];
  readonly action: number;
  readonly reward: number;
  readonly propensity: number;
  readonly q: readonly number[];
}

interface PlainSetup {
  readonly learning: Learning;
  readonly temperature: number;
  readonly exploration: number;
  readonly variancePenalty: number;
  readonly imitation: number;
  /** Features of the items; empty: the tower sees none. */
  readonly features: readonly (readonly number[])[];
  readonly items: number;
  readonly meanReward: number;
  /** Items that are drawn, and how often each is in the mean; absent: the policy is normalised over all. */
  readonly drawn?: readonly { readonly item: number; readonly times: number }[];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** x W + b, with W [in, out] row by row. */
function dense(x: readonly number[], weights: readonly number[], biases: readonly number[]): number[] {
  return biases.map((b, o) => x.reduce((sum, value, i) => sum + value * weights[i * biases.length + o]!, b));
}

const relu = (values: readonly number[]) => values.map((value) => Math.max(0, value));

function tower(p: PlainParameters, name: string, first: readonly number[]): number[] {
  return p[`${name}Weights2`] === undefined
    ? [...first]
    : dense(relu(first), p[`${name}Weights2`]!, p[`${name}Biases2`]!);
}

export function plainScores(p: PlainParameters, setup: PlainSetup, x: readonly number[]): number[] {
  const u = tower(p, 'user', dense(x, p['userWeights1']!, p['userBiases1']!));
  const width = p['itemBiases1']!.length;
  return Array.from({ length: setup.items }, (_, item) => {
    const own = p['itemIds']?.slice(item * width, (item + 1) * width) ?? new Array<number>(width).fill(0);
    const sums = dense(setup.features[item] ?? [], p['itemWeights1'] ?? [], p['itemBiases1']!);
    const v = tower(
      p,
      'item',
      sums.map((sum, i) => sum + own[i]!),
    );
    return u.reduce((sum, value, e) => sum + value * v[e]!, 0);
  });
}

export function plainPolicy(scores: readonly number[], { temperature, exploration }: PlainSetup): number[] {
  const powers = scores.map((score) => Math.exp(score / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => (1 - exploration) * (power / sum) + exploration / scores.length);
}

/** Probability of the item shown, over all items or over those that are drawn. */
function shownChance(scores: readonly number[], action: number, setup: PlainSetup): number {
  const { drawn, temperature, exploration, items } = setup;
  if (drawn === undefined) return plainPolicy(scores, setup)[action]!;
  const power = (item: number) => Math.exp(scores[item]! / temperature);
  const others = drawn.reduce((sum, { item, times }) => sum + (item === action ? 0 : power(item) / times), 0);
  return ((1 - exploration) * power(action)) / (power(action) + others) + exploration / items;
}

/**
 * The objective of a minibatch, to be maximised. @param at parameters at which weights that the method takes for constants are
 * held: those of clipped IPS and the switch
 */
export function plainObjective(
  p: PlainParameters,
  at: PlainParameters,
  setup: PlainSetup,
  rounds: readonly PlainRound[],
): number {
  const { learning, variancePenalty, imitation, meanReward } = setup;
  if (learning.kind === 'regression') {
    return mean(
      rounds.map(({ x, action, reward }) => {
        const score = plainScores(p, setup, x)[action]! + p['intercept']![0]!;
        if (learning.loss === 'squared') return -((score - reward) ** 2) / 2;
        return reward * score - Math.log(1 + Math.exp(score));
      }),
    );
  }
  const seen = rounds.map((round) => {
    const scores = plainScores(p, setup, round.x);
    const before = plainScores(at, setup, round.x);
    return {
      ...round,
      policy: plainPolicy(scores, setup),
      held: shownChance(before, round.action, setup) / round.propensity,
      w: shownChance(scores, round.action, setup) / round.propensity,
    };
  });
  const terms = seen.map(({ w, held, reward, action, q }) => {
    const missed = reward - q[action]!;
    switch (learning.kind) {
      case 'ips':
        // d/dw of c r ln w is c r / w.
        return learning.clip === null
          ? w * reward
          : Math.min(held, learning.clip) * reward * (1 + Math.log(w / held));
      case 'snips': {
        const shift = learning.shift ?? meanReward;
        return w * (reward - shift) + shift;
      }
      case 'shrinkage':
        return ((learning.lambda * w) / (w * w + learning.lambda)) * reward;
      case 'sub-gaussian':
        return (w / (1 - learning.lambda + learning.lambda * w)) * reward;
      case 'dr':
        return w * missed;
      case 'switch-dr':
        return held <= learning.limit ? w * missed : 0;
      case 'direct':
        return 0;
    }
  });
  const direct = learning.kind === 'dr' || learning.kind === 'switch-dr' || learning.kind === 'direct';
  const variance = mean(terms.map((term) => (term - mean(terms)) ** 2));
  return (
    mean(terms) -
    variancePenalty * variance +
    imitation * mean(seen.map(({ w }) => Math.log(w))) +
    (direct
      ? mean(seen.map(({ policy, q }) => policy.reduce((sum, chance, a) => sum + chance * q[a]!, 0)))
      : 0)
  );
}
