import { describe, expect, it } from 'vitest';
import { generateObp, obpSyntheticSchema } from './obp-synthetic.ts';
import { crossFit, fitRewardModel, type LogShape, type ModelOfRound } from './reward-model.ts';
import type { LoggedRounds } from './logged-rounds.ts';

const shape = { contextDimension: 1, items: 2, positions: 1 };
const none = { propensity: null, position: null, expectedReward: null, behaviour: null };
/** q-hat of every item in every round, [rounds, items]. */
function predictAll(model: ModelOfRound, rounds: LoggedRounds, { items, contextDimension }: LogShape) {
  const out = new Float64Array(rounds.rounds * items);
  for (let n = 0; n < rounds.rounds; n++) {
    const row = out.subarray(n * items, (n + 1) * items);
    model(n).predict(rounds.context, n * contextDimension, 0, row);
  }
  return out;
}
const line = (reward: (x: number, item: number) => number): LoggedRounds => {
  const rounds = 40;
  const context = Float64Array.from({ length: rounds }, (_, n) => Math.floor(n / 2) / 10);
  const action = Int32Array.from({ length: rounds }, (_, n) => n % 2);
  return {
    rounds,
    context,
    action,
    reward: Float64Array.from(action, (item, n) => reward(context[n]!, item)),
    ...none,
  };
};

it('is ridge regression of real rewards, with a line of its own for each item', () => {
  const log = line((x, item) => (item === 0 ? 3 + 2 * x : -1));
  const model = fitRewardModel(log, shape, { interaction: true, penalty: 1e-9 });
  const row = new Float64Array(2);
  model.predict(Float64Array.of(5), 0, 0, row);
  expect(model.kind).toBe('ridge');
  expect(row[0]).toBeCloseTo(13, 3);
  expect(row[1]).toBeCloseTo(-1, 3);
});

it('is logistic regression of rewards of 0 and 1, and says their share', () => {
  const log = line((x, item) => (item === 0 ? Number(Math.round(10 * x) % 4 === 0) : 1));
  const model = fitRewardModel(log, shape, { interaction: false, penalty: 1e-6 });
  expect(model.kind).toBe('logistic');
  const all = predictAll(() => model, log, shape);
  const of = (item: number) =>
    all.filter((_, i) => i % 2 === item).reduce((sum, q) => sum + q, 0) / log.rounds;
  expect(of(0)).toBeCloseTo(0.25, 3);
  expect(of(1)).toBeGreaterThan(0.99);
});

it('takes an item without rounds for one like the others', () => {
  const log = line(() => 4);
  const model = fitRewardModel(log, { ...shape, items: 3 });
  const row = new Float64Array(3);
  model.predict(Float64Array.of(1), 0, 0, row);
  expect(row[2]).toBeCloseTo(4, 6);
});

it('knows places on the page', () => {
  const plain = line(() => 0);
  const position = plain.action.map((_, n) => Math.floor(n / 2) % 2);
  const log = { ...plain, position, reward: Float64Array.from(position, (place) => 1 + 5 * place) };
  const model = fitRewardModel(log, { ...shape, positions: 2 }, { interaction: true, penalty: 1e-9 });
  const row = new Float64Array(2);
  model.predict(Float64Array.of(1), 0, 1, row);
  expect(row[0]).toBeCloseTo(6, 3);
});

describe('cross-fitting', () => {
  it('never shows a model the rounds that it speaks on', () => {
    // Rounds of fold 0 alone have reward 1: their own model has seen none.
    const plain = line(() => 0);
    const log = { ...plain, reward: plain.reward.map((_, n) => Number(n % 4 === 0)) };
    const all = predictAll(crossFit(log, shape, 4), log, shape);
    for (let n = 0; n < log.rounds; n += 4) expect(all[n * 2]).toBeLessThan(0.05);
  });

  it('comes near the truth of a synthetic log', () => {
    const config = obpSyntheticSchema.parse({ kind: 'obp-synthetic', beta: 0, rounds: 20_000, actions: 4 });
    const { train } = generateObp(config);
    const four = { contextDimension: 5, items: 4, positions: 1 };
    const all = predictAll(crossFit(train, four, 3), train, four);
    const error = Math.sqrt(
      all.reduce((sum, q, i) => sum + (q - train.expectedReward![i]!) ** 2, 0) / all.length,
    );
    expect(error).toBeLessThan(0.03);
  });
});
