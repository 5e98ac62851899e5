/** Two towers on whole logs: known values of the published one, trainings that beat it, and a log that knows less. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/engine/problems/registry.ts';
import { twoTowerConfigSchema } from '../../../src/engine/problems/two-tower/config.ts';
import {
  describeTowerData,
  loadTowerData,
  towerBaselines,
} from '../../../src/engine/problems/two-tower/tower-data.ts';
import { twoTower } from '../../../src/engine/problems/two-tower/two-tower.ts';
import { createTwoTowerInstance } from '../../../src/engine/problems/two-tower/two-tower-model.ts';
import { rootKey } from '../../../src/engine/random/key.ts';
import { bareHost } from '../../support/engine-host.ts';
import { hostOf } from '../../support/off-policy-log.ts';
import { record } from '../../support/recorded-training.ts';

describe('reference lines', () => {
  // Truths of the Open Bandit Pipeline's own generator: uniform as its notebook prints it, the others computed with it.
  it.each([
    [1, 0.539848],
    [-2, 0.423879],
    [-3, 0.390982],
  ])('of the published log, beta %d', async (beta, behaviour) => {
    const config = twoTowerConfigSchema.parse({
      data: { kind: 'obp-synthetic', beta },
      rewardModel: { kind: 'none' },
    });
    const lines = towerBaselines(await loadTowerData(config, bareHost));
    expect(lines['uniformPolicy']).toBeCloseTo(0.49992528545607, 13);
    expect(lines['bestPolicy']).toBeCloseTo(0.79986, 6);
    expect(lines['behaviourPolicy']).toBeCloseTo(behaviour, 6);
  });
});

describe('trainings', () => {
  const training = { steps: 200, batch: 200, learningRate: 0.01, evaluateEvery: 200, logEvery: 50 };
  const generated = loadTowerData(twoTowerConfigSchema.parse({}), bareHost);
  // All published values of learners on this log lie between 0.70 and 0.80.
  it.each(['ips', 'snips', 'dr', 'regression'])(
    '%s beats the uniform and the logging policy',
    async (kind) => {
      const config = parseConfig(twoTower, { ...training, learning: { kind } });
      const estimator = kind === 'dr' ? 'exact' : 'gradient';
      const { points } = await record({ problem: twoTower, data: await generated, config, estimator });
      const last = (name: string) => points.get(name)?.at(-1)?.[1];
      expect(last('trueTestValue')).toBeGreaterThan(0.62);
      expect(last('trueTestValue')).toBeLessThan(0.79986);
      // Regression is trained by no value of a policy.
      expect(points.has('gap')).toBe(kind !== 'regression');
    },
  );
});

describe('a log without propensities', () => {
  const rows = Array.from({ length: 30 }, (_, n) => `${n % 5},${n % 3},${n % 2}`);
  const host = hostOf({ 'log.csv': `x,item,reward\n${rows.join('\n')}\n` });
  const data = { kind: 'csv', path: 'log.csv', propensityColumn: null };

  it.each([{ kind: 'regression' }, { kind: 'direct' }])(
    'is judged by its reward model: %o',
    async (learning) => {
      const config = twoTowerConfigSchema.parse({ data, learning });
      const instance = createTwoTowerInstance(config, await loadTowerData(config, host), rootKey(1));
      const figures = await instance.evaluate('test', 'full');
      expect(figures['hardTestEstimate']).toBe(figures['testDm']);
      expect(Object.keys(figures)).not.toContain('testIps');
      expect(Object.values(figures).every(Number.isFinite)).toBe(true);
      instance.dispose();
    },
  );

  it('teaches no method with weights, and needs a reward model', async () => {
    const config = twoTowerConfigSchema.parse({ data });
    const taught = await loadTowerData(config, host);
    expect(() => createTwoTowerInstance(config, taught, rootKey(1))).toThrow(
      'data.propensityColumn: learning.kind=ips weighs rounds by the probability with which an item was shown, but log.csv does not give it; name its column, estimate it (estimatePropensities=true), or learn with direct or regression.',
    );
    expect(() => twoTowerConfigSchema.parse({ data, rewardModel: { kind: 'none' } })).toThrow(
      'expected a model: without propensities nothing else says what a policy is worth',
    );
  });

  it('is learned from by estimated propensities, of which every figure says so', async () => {
    const config = twoTowerConfigSchema.parse({ data, estimatePropensities: true });
    const taught = await loadTowerData(config, host);
    const guessed = taught.log.train.propensity!;
    // Items come in turn, whatever the context: a third each, as far as eight rounds can tell.
    expect(Math.abs(guessed.reduce((sum, p) => sum + p, 0) / guessed.length - 1 / 3)).toBeLessThan(0.1);
    expect(describeTowerData(taught)).toMatch(
      /rests on estimated ones, whose predicted shares .+ differ .+ %/,
    );
    const instance = createTwoTowerInstance(config, taught, rootKey(1));
    expect(Object.keys(await instance.evaluate('test', 'full'))).toContain('testIps');
    instance.dispose();
  });

  it('has no estimated propensities beside its own', () => {
    expect(() => twoTowerConfigSchema.parse({ estimatePropensities: true })).toThrow(
      'expected false, because the log gives the probability with which each item was shown',
    );
  });
});
