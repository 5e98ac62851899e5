import { describe, expect, it } from 'vitest';
import { drawLog, items, policyOf, success, valueOf } from '../../../../test/support/off-policy/small-log.ts';
import { opeSettingsSchema } from '../../../shared/ope.ts';
import type { Policy } from '../../core/capabilities.ts';
import { rootKey } from '../../random/key.ts';
import type { LoggedRounds } from '../logged-rounds.ts';
import { generateObp, obpSyntheticSchema } from '../obp-synthetic.ts';
import { evaluatePolicy, type OpeLog } from './evaluate.ts';
import { uniformPolicy } from './judge.ts';

const log = (judged: LoggedRounds, own: Partial<OpeLog> = {}): OpeLog => ({
  source: 'a small log',
  contextDimension: 1,
  contextNames: ['x'],
  items,
  positions: 1,
  repeatedRows: 0,
  judged,
  others: null,
  ...own,
});
const drawn = drawLog(rootKey(7), 600);
const policy = policyOf([...drawn.context]);
const evaluate = (settings: object = {}, rounds: LoggedRounds = drawn, of: Policy = policy, own = {}) =>
  evaluatePolicy(
    log(rounds, own),
    of,
    'a policy',
    opeSettingsSchema.parse({ estimators: ['ipw', 'snipw', 'dr'], resamples: 50, ...settings }),
  );

describe('a policy by a log', () => {
  it('has a value near the truth, with an interval around it, for each estimator', () => {
    const { estimates, trueValue, warnings } = evaluate();
    expect(trueValue).toBeCloseTo(valueOf(success), 12);
    for (const { value, standardError, low, high } of estimates) {
      expect(Math.abs(value - trueValue!)).toBeLessThan(4 * standardError);
      expect(low!).toBeLessThan(value);
      expect(high!).toBeGreaterThan(value);
    }
    expect(warnings).toEqual([]);
  });

  it('keeps bounds of unbiased estimates within the rewards', () => {
    const { estimates } = evaluate(
      {},
      drawLog(rootKey(1), 12),
      policyOf([0, 1, 2].flatMap(() => [0, 1, 2, 0])),
    );
    const { bernstein } = estimates[0]!;
    expect([bernstein!.low, bernstein!.high]).toEqual([0, 1]);
  });

  it('fits the reward model to other rounds, or to folds of these', () => {
    // All of the others have reward 1.
    const others = { ...drawn, reward: drawn.reward.map(() => 1) };
    const directOf = (settings: object) =>
      evaluate({ estimators: ['dm'], ...settings }, drawn, policy, { others }).estimates[0]!.value;
    expect(directOf({})).toBeGreaterThan(0.99);
    expect(directOf({ folds: 2 })).toBeLessThan(0.8);
  });

  it('chooses lambda where nobody gives one', () => {
    const { estimates } = evaluate({
      estimators: ['ipw', 'switch-dr', 'dros', 'sg-dr'],
      lambdas: { dros: 3, 'sg-dr': null },
    });
    expect(estimates.map(({ lambdaBy }) => lambdaBy)).toEqual(['standard', 'mse', 'given', 'given']);
    expect(estimates.map(({ lambda }) => lambda).slice(2)).toEqual([3, 0]);
    expect(estimates[2]!.unbiased).toBe(false);
    expect(estimates[3]!.unbiased).toBe(true);
  });

  it.each([
    ['mse', 25],
    ['slope', 1],
  ])('shrinks by %s where large weights bring nothing but noise', (chooseLambda, most) => {
    // One round in fifty has a weight of 25, and rewards are the same everywhere.
    const rounds = 1000;
    const action = Int32Array.from({ length: rounds }, (_, n) => Number(n % 50 === 0));
    const noisy: LoggedRounds = {
      rounds,
      context: new Float64Array(rounds),
      action,
      reward: Float64Array.from(action, (item, n) => (item === 1 ? Math.floor(n / 50) % 2 : n % 2)),
      propensity: Float64Array.from(action, (item) => (item === 1 ? 0.02 : 0.98)),
      position: null,
      expectedReward: null,
      behaviour: null,
    };
    const even: Policy = { row: () => Float64Array.of(0.5, 0.5, 0) };
    const [chosen] = evaluate({ estimators: ['switch-dr'], chooseLambda }, noisy, even).estimates;
    expect(chosen!.lambdaBy).toBe(chooseLambda);
    expect(chosen!.lambda).toBeLessThan(most);
  });
});

describe('what is said of it', () => {
  const said = (rounds: LoggedRounds, of: Policy, settings: object = {}) =>
    evaluate(settings, rounds, of).warnings.join('\n');

  it('names rows that carry the estimate', () => {
    const rare = { ...drawn, propensity: drawn.propensity!.map((p, n) => (n === 5 ? 1e-6 : p)) };
    const text = said({ ...rare, behaviour: null }, policy);
    expect(text).toMatch(/Effective sample size 1\.?0* of 600 rounds/);
    expect(text).toMatch(/rests on \d+ rows? of 600/);
    expect(text).toMatch(/One row carries (9\d|100)/);
  });

  it('names a mean weight that is not 1', () => {
    const wrong = { ...drawn, propensity: drawn.propensity!.map((p) => p / 2), behaviour: null };
    expect(said(wrong, policy)).toMatch(/mean weight is [12]\.\d+ ± [\d.]+ where 1 is expected/);
  });

  it('names items that the log never shows', () => {
    const rounds = Array.from(drawn.action.keys()).filter((n) => drawn.action[n] !== 2);
    const pick = <A extends Float64Array | Int32Array>(values: A) =>
      values.filter((_, n) => drawn.action[n] !== 2) as A;
    const part: LoggedRounds = {
      rounds: rounds.length,
      context: pick(drawn.context),
      action: pick(drawn.action),
      reward: pick(drawn.reward),
      propensity: pick(drawn.propensity!),
      position: null,
      expectedReward: null,
      behaviour: null,
    };
    expect(said(part, policyOf([...part.context]))).toMatch(/1 item of 3 are? never shown/);
  });

  it('names items that the logging policy cannot show', () => {
    const without = Float64Array.from(drawn.behaviour!, (p, i) => (i % 3 === 2 ? 0 : p));
    expect(said({ ...drawn, behaviour: without }, policy)).toMatch(
      /where the logging policy cannot show them/,
    );
  });

  it('names estimated propensities on which figures rest', () => {
    const text = said({ ...drawn, propensity: null, behaviour: null }, policy, {
      estimatePropensities: true,
    });
    expect(text).toMatch(/The log has no propensities: every figure but dm rests on estimated ones/);
  });

  it('names estimates of another quantity', () => {
    expect(said(drawn, policy, { lambdas: { ipw: 1 } })).toMatch(/ipw shrinks the weights of \d/);
  });
});

describe('what is refused', () => {
  const at = (n: number, value: number, values: Float64Array) =>
    values.map((one, i) => (i === n ? value : one));

  it.each([0, -0.1, 1.5, NaN])('a propensity of %d, naming the round', (value) => {
    const rounds = { ...drawn, propensity: at(17, value, drawn.propensity!) };
    expect(() => evaluate({}, rounds)).toThrow(/^round 17 of the log: expected a propensity above 0/);
  });

  it.each([NaN, Infinity])('a reward of %d, naming the round', (value) => {
    expect(() => evaluate({}, { ...drawn, reward: at(3, value, drawn.reward) })).toThrow(
      /^round 3 of the log: expected a number as reward/,
    );
  });

  it.each([
    ['no propensities', {}, { propensity: null }, /--estimate-propensities/],
    ['a range that does not hold the rewards', { rewardRange: [0, 0.5] }, {}, /expected one that holds all/],
    ['a lambda out of range', { estimators: ['sg-dr'], lambdas: { 'sg-dr': 2 } }, {}, /a number from 0 to 1/],
    ['a lambda of an estimator that has none', { lambdas: { snipw: 2 } }, {}, /snipw has none/],
    ['one fold', { folds: 1, estimators: ['dm'] }, {}, /at least 2, found 1/],
    ['marginalised weights without categories', { estimators: ['mips'] }, {}, /leave mips out/],
  ])('%s', (_, settings, rounds, message) => {
    expect(() => evaluate(settings, { ...drawn, ...rounds })).toThrow(message);
  });

  it('a policy that shows nothing that was shown', () => {
    const rounds = { ...drawn, action: drawn.action.map(() => 0) };
    const other: Policy = { row: () => Float64Array.of(0, 1, 0) };
    expect(() => evaluate({}, rounds, other)).toThrow(/nothing can be weighed/);
  });

  it('a single item', () => {
    expect(() => evaluate({}, drawn, policy, { items: { ...items, count: 1 } })).toThrow(/a single item/);
  });
});

describe('the synthetic log of the Open Bandit Pipeline', () => {
  const estimatesOf = (own: object, estimators: readonly string[], of: (items: number) => Policy) => {
    const config = obpSyntheticSchema.parse({ kind: 'obp-synthetic', ...own });
    const { train, test, ...data } = generateObp(config);
    return evaluatePolicy(
      { ...data, judged: test, others: train },
      of(config.actions),
      'uniform',
      opeSettingsSchema.parse({ estimators, resamples: 0 }),
    );
  };

  it('gives the published value of the uniform policy as the true one, and estimates near it', () => {
    const { estimates, trueValue } = estimatesOf({}, ['dm', 'ipw', 'snipw', 'dr'], uniformPolicy);
    expect(trueValue).toBeCloseTo(0.49992528545607, 13);
    for (const { value, low } of estimates) {
      expect(Math.abs(value - trueValue!)).toBeLessThan(0.012);
      expect(low).toBeNull();
    }
  });

  it('with categories, mips is far less uncertain than ipw of a policy that picks within them', () => {
    const own = { actions: 40, categories: 4, beta: 1 };
    const firstTen: (count: number) => Policy = (count) => ({
      row: () => Float64Array.from({ length: count }, (_, a) => (a < 4 ? 0.25 : 0)),
    });
    const { estimates, trueValue } = estimatesOf(own, ['ipw', 'mips', 'snmips'], firstTen);
    const [ipw, mips, snmips] = estimates;
    expect(mips!.standardError).toBeLessThan(ipw!.standardError / 2);
    for (const one of [mips!, snmips!])
      expect(Math.abs(one.value - trueValue!)).toBeLessThan(4 * one.standardError);
  });
});
