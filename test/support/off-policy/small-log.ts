/** A log of 3 contexts and 3 items small enough to enumerate, and to draw thousands of times. */
import type { LoggedItems, LoggedRounds } from '../../../src/engine/off-policy/logged-rounds.ts';
import type { RewardModel } from '../../../src/engine/off-policy/reward-model.ts';
import { fillUniform } from '../../../src/engine/random/fill.ts';
import type { Key } from '../../../src/engine/random/key.ts';

export const CONTEXTS = 3;
export const ITEMS = 3;
export const shape = { contextDimension: 1, items: ITEMS, positions: 1 };

/** By context, then by item. */
export const behaviour = [
  [0.6, 0.3, 0.1],
  [0.2, 0.5, 0.3],
  [0.25, 0.25, 0.5],
] as const;
const target = [
  [0.1, 0.2, 0.7],
  [0.5, 0.3, 0.2],
  [0.3, 0.6, 0.1],
] as const;
export const success = [
  [0.2, 0.5, 0.7],
  [0.9, 0.1, 0.4],
  [0.3, 0.6, 0.5],
] as const;

/** The mean over the contexts of what `target` earns. */
export function valueOf(rewards: readonly (readonly number[])[]): number {
  return (
    target.reduce((sum, row, x) => sum + row.reduce((own, p, a) => own + p * rewards[x]![a]!, 0), 0) /
    CONTEXTS
  );
}

export const items: LoggedItems = {
  count: ITEMS,
  names: ['a', 'b', 'c'],
  dimension: 0,
  features: new Float64Array(0),
};

/** A model that is wrong everywhere, and for each context and item differently. */
export const wrongModel: RewardModel = {
  kind: 'ridge',
  items: ITEMS,
  predict(context, offset, _, out) {
    for (let a = 0; a < ITEMS; a++) out[a] = 0.3 + 0.1 * context[offset]! - 0.25 * a;
  },
};

export function logOf(
  contexts: readonly number[],
  actions: readonly number[],
  rewards: readonly number[],
): LoggedRounds {
  return {
    rounds: contexts.length,
    context: Float64Array.from(contexts),
    action: Int32Array.from(actions),
    reward: Float64Array.from(rewards),
    propensity: Float64Array.from(contexts, (x, n) => behaviour[x]![actions[n]!]!),
    position: null,
    expectedReward: Float64Array.from(contexts.flatMap((x) => success[x]!)),
    behaviour: Float64Array.from(contexts.flatMap((x) => behaviour[x]!)),
  };
}

export const policyOf = (contexts: readonly number[]) => ({
  row: (round: number) => Float64Array.from(target[contexts[round]!]!),
});

/** Contexts in turn, items and rewards by their probabilities. */
export function drawLog(key: Key, rounds: number): LoggedRounds {
  const uniforms = new Float32Array(2 * rounds);
  fillUniform(key, uniforms);
  const contexts = Array.from({ length: rounds }, (_, n) => n % CONTEXTS);
  const actions = contexts.map((x, n) => {
    const [first, second] = behaviour[x]!;
    const u = uniforms[2 * n]!;
    return u < first ? 0 : u < first + second ? 1 : 2;
  });
  const rewards = contexts.map((x, n) => Number(uniforms[2 * n + 1]! < success[x]![actions[n]!]));
  return logOf(contexts, actions, rewards);
}
