/** Two towers on a small log: gradients of all methods and figures against plain doubles. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { LoggedData } from '../../src/engine/off-policy/logged-rounds.ts';
import { logSampledPolicy } from '../../src/engine/problems/two-tower/learning.ts';
import { twoTowerConfigSchema, type TwoTowerConfig } from '../../src/engine/problems/two-tower/config.ts';
import { loadTowerData, type TowerData } from '../../src/engine/problems/two-tower/tower-data.ts';
import { createTwoTowerInstance } from '../../src/engine/problems/two-tower/two-tower-model.ts';
import { policyOf } from '../../src/engine/problems/two-tower/trained-towers.ts';
import { randomIntegers } from '../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { bareHost } from '../support/engine-host.ts';
import { estimated, readParameters, shake, type PlainParameters } from '../support/instance.ts';
import { plainObjective, plainPolicy, plainScores, type PlainRound } from '../support/plain-two-tower.ts';

const step = { step: 0, key: rootKey(2), temperature: 0.7 };
const small = {
  data: { kind: 'obp-synthetic', rounds: 40, actions: 4, contextDimension: 3, beta: 1, categories: 2 },
  embeddingSize: 3,
  hiddenUnits: 4,
  batch: 6,
  rankingCutoff: 2,
  policyTemperature: 0.8,
  rewardModel: { kind: 'linear', folds: 2 },
};

async function made(raw: object) {
  const config = twoTowerConfigSchema.parse({ ...small, ...raw });
  const data = await loadTowerData(config, bareHost);
  const instance = createTwoTowerInstance(config, data, rootKey(1));
  // Off their start, so that no two items are alike.
  shake(instance.parameters, 0.4);
  return { config, data, instance, parameters: readParameters(instance.parameters) };
}

/** Generated contexts are scaled by what training rounds have. */
function scaled({ train, contextDimension: d }: LoggedData, row: number): number[] {
  return Array.from({ length: d }, (_, c) => {
    const column = Array.from({ length: train.rounds }, (__, n) => train.context[n * d + c]!);
    const mean = column.reduce((a, b) => a + b, 0) / train.rounds;
    const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / train.rounds);
    return (column[row]! - mean) / deviation;
  });
}

function plainRounds({ log, rewardModel }: TowerData, rows: Int32Array, cross: boolean): PlainRound[] {
  const { train, items, contextDimension } = log;
  return Array.from(rows, (row) => {
    const q = new Float64Array(items.count);
    const model = cross ? rewardModel!.crossFitted : rewardModel!.whole;
    model(row).predict(train.context, row * contextDimension, 0, q);
    return {
      x: scaled(log, row),
      action: train.action[row]!,
      reward: train.reward[row]!,
      propensity: train.propensity![row]!,
      q: [...q],
    };
  });
}

/** The draws of the step: an item of a random round, or any item. */
function drawnIn({ log }: TowerData, candidates: NonNullable<TwoTowerConfig['candidates']>) {
  const { action } = log.train;
  const actions = candidates.from === 'log' ? [...action] : [];
  const all = actions.length + log.items.count;
  return Array.from(randomIntegers(fold(step.key, 'candidates'), candidates.count, all), (n) => {
    const item = actions[n] ?? n - actions.length;
    const chance = (1 + actions.filter((one) => one === item).length) / all;
    return { item, times: candidates.count * chance };
  });
}

function setupOf(config: TwoTowerConfig, data: TowerData) {
  const { log } = data;
  const { count, dimension, features } = log.items;
  return {
    ...(config.candidates !== null && { drawn: drawnIn(data, config.candidates) }),
    learning: config.learning,
    temperature: config.policyTemperature,
    exploration: config.exploration,
    variancePenalty: config.variancePenalty,
    imitation: config.imitation,
    items: count,
    meanReward: log.train.reward.reduce((a, b) => a + b, 0) / log.train.rounds,
    features:
      config.itemInput === 'ids'
        ? []
        : Array.from({ length: count }, (_, i) => [...features.slice(i * dimension, (i + 1) * dimension)]),
  };
}

const methods: readonly [string, object][] = [
  ['ips', { learning: { kind: 'ips' } }],
  ['ips, clipped', { learning: { kind: 'ips', clip: 0.9 } }],
  ['ips, with exploration and features', { learning: { kind: 'ips' }, exploration: 0.2, itemInput: 'both' }],
  [
    'ips, penalties, features alone, two layers',
    {
      learning: { kind: 'ips' },
      variancePenalty: 0.3,
      imitation: 0.2,
      itemInput: 'features',
      itemTower: 'mlp',
    },
  ],
  ['ips over drawn items', { learning: { kind: 'ips' }, candidates: { count: 3, from: 'uniform' } }],
  [
    'snips over items drawn as the log shows them, with exploration',
    { learning: { kind: 'snips' }, candidates: { count: 5, from: 'log' }, exploration: 0.2 },
  ],
  ['snips', { learning: { kind: 'snips' }, userTower: 'linear' }],
  ['snips, given shift', { learning: { kind: 'snips', shift: 0.3 }, itemTower: 'mlp' }],
  ['shrinkage', { learning: { kind: 'shrinkage', lambda: 2 } }],
  ['sub-gaussian', { learning: { kind: 'sub-gaussian', lambda: 0.3 } }],
  ['dr', { learning: { kind: 'dr' } }],
  [
    'dr, penalties and exploration',
    { learning: { kind: 'dr' }, variancePenalty: 0.3, imitation: 0.2, exploration: 0.1 },
  ],
  ['switch-dr', { learning: { kind: 'switch-dr', limit: 0.9 } }],
  ['direct', { learning: { kind: 'direct' } }],
  ['regression, logistic', { learning: { kind: 'regression' } }],
  ['regression, squared', { learning: { kind: 'regression', loss: 'squared' }, itemInput: 'both' }],
];

describe.each(methods)('%s', (_, raw) => {
  it('the gradient of every parameter is the slope of the enumerated objective', async () => {
    const { config, data, instance, parameters } = await made(raw);
    const rows = randomIntegers(fold(step.key, 'rows'), config.batch, data.log.train.rounds);
    const rounds = plainRounds(data, rows, config.learning.kind !== 'direct');
    const setup = setupOf(config, data);
    const objective = (moved: PlainParameters) => plainObjective(moved, parameters, setup, rounds);
    const estimator = instance.kind === 'none' ? 'gradient' : 'exact';
    const { gradients, believed } = estimated(instance, estimator, step);
    expect(believed).toBeCloseTo(objective(parameters), 5);
    const WIDTH = 1e-4;
    for (const [name, values] of Object.entries(parameters)) {
      const at = (i: number, by: number) =>
        objective({ ...parameters, [name]: values.map((x, n) => (n === i ? x + by : x)) });
      const slopes = values.map((__, i) => (at(i, WIDTH) - at(i, -WIDTH)) / (2 * WIDTH));
      expect(gradients[name], name).toBeAllClose(slopes, { absolute: 2e-4 });
    }
    instance.dispose();
  });

  it('the hard evaluation and the policy of the run are those of plain doubles', async () => {
    const { config, data, instance, parameters } = await made(raw);
    const { train, items } = data.log;
    const setup = setupOf(config, data);
    const result = await instance.evaluate('train', 'full');
    const trained = {
      ...{ config, step: 3, outcome: (await instance.outcome?.()) ?? [] },
      parameters: Object.entries(instance.parameters).map(([name, variable]) => ({
        name,
        shape: variable.shape,
        data: Float32Array.from(parameters[name]!),
      })),
      data: () => Promise.resolve(data),
      instance: () => Promise.resolve(instance),
    };
    const learned = policyOf(trained, train);
    let [value, greedyValue, ips, weights, squares] = [0, 0, 0, 0, 0];
    let [positives, ndcg, recall] = [0, 0, 0];
    const exposure = new Array<number>(items.count).fill(0);
    for (let n = 0; n < train.rounds; n++) {
      const scores = plainScores(parameters, setup, scaled(data.log, n));
      const best = scores.indexOf(Math.max(...scores));
      const policy =
        config.learning.kind === 'regression'
          ? scores.map((__, a) => Number(a === best))
          : plainPolicy(scores, setup);
      expect([...learned.row(n)]).toBeAllClose(policy, { absolute: 1e-5 });
      const expected = (a: number) => train.expectedReward![n * items.count + a]! / train.rounds;
      value += policy.reduce((sum, chance, a) => sum + chance * expected(a), 0);
      greedyValue += expected(best);
      policy.forEach((chance, a) => (exposure[a]! += chance / train.rounds));
      if (train.reward[n]! > 0) {
        // Items of one category are alike to towers that see features alone: each of their places counts in part.
        const lead = scores.map((score) => score - scores[train.action[n]!]!);
        const above = lead.filter((by) => by > 1e-9).length;
        const places = lead.filter((by) => Math.abs(by) <= 1e-9).map((__, i) => above + 1 + i);
        positives++;
        for (const rank of places.filter((place) => place <= 2)) {
          ndcg += 1 / Math.log2(1 + rank) / places.length;
          recall += 1 / places.length;
        }
      }
      const w = policy[train.action[n]!]! / train.propensity![n]!;
      ips += (w * train.reward[n]!) / train.rounds;
      weights += w;
      squares += w * w;
    }
    expect(result['trueTrainValue']).toBeCloseTo(value, 5);
    expect(result['trueTrainGreedyValue']).toBeCloseTo(greedyValue, 6);
    expect(result['trainIps']).toBeCloseTo(ips, 4);
    expect(result['trainSnips']).toBeCloseTo((ips * train.rounds) / weights, 4);
    expect(result['trainEffectiveShare']).toBeCloseTo(weights ** 2 / squares / train.rounds, 4);
    expect(result['trainNdcg']).toBeCloseTo(ndcg / positives, 6);
    expect(result['trainRecall']).toBeCloseTo(recall / positives, 12);
    const differences = exposure.flatMap((a) => exposure.map((b) => Math.abs(a - b)));
    expect(result['trainConcentration']).toBeCloseTo(
      differences.reduce((a, b) => a + b, 0) / (2 * items.count),
      5,
    );
    instance.dispose();
  });
});

describe('ranking metrics', () => {
  it('are absent where no reward is above 0', async () => {
    const { data, instance } = await made({ learning: { kind: 'ips' } });
    expect(Object.keys(await instance.evaluate('test', 'full'))).toContain('testNdcg');
    data.log.test.reward.fill(0);
    const names = Object.keys(await instance.evaluate('test', 'full'));
    expect(names).not.toContain('testNdcg');
    expect(names).not.toContain('testRecall');
    expect(names).toContain('testConcentration');
    instance.dispose();
  });
});

describe('items that stand for all', () => {
  const scores = [0.3, -1, 2, 0.5];
  const chances = [0.4, 0.3, 0.2, 0.1];

  it('give the sum over all items in the mean, whichever item is shown', () => {
    const sum = scores.reduce((all, score) => all + Math.exp(score), 0);
    scores.forEach((score, shown) => {
      // One draw: all that can come of it, and how likely that is.
      const sums = scores.map((other, item) => {
        const logs = tf.tidy(() =>
          logSampledPolicy(
            tf.tensor1d([score]),
            {
              scores: tf.tensor2d([[other]]),
              logDraws: tf.tensor1d([Math.log(chances[item]!)]),
              hits: tf.tensor2d([[Number(item === shown)]]),
            },
            0,
            scores.length,
          ),
        );
        const [log] = logs.dataSync();
        logs.dispose();
        return Math.exp(score - log!);
      });
      expect(sums.reduce((mean, one, item) => mean + chances[item]! * one, 0)).toBeCloseTo(sum, 4);
    });
  });
});

describe('softmax of predictions', () => {
  it('is that of plain doubles', async () => {
    const { config, data, instance, parameters } = await made({
      learning: { kind: 'regression', act: 'softmax' },
      policyTemperature: 0.1,
      exploration: 0.1,
    });
    const setup = setupOf(config, data);
    const { train, items } = data.log;
    const value = Array.from({ length: train.rounds }, (_, n) => {
      const predictions = plainScores(parameters, setup, scaled(data.log, n)).map(
        (score) => 1 / (1 + Math.exp(-score - parameters['intercept']![0]!)),
      );
      return plainPolicy(predictions, setup).reduce(
        (sum, chance, a) => sum + chance * train.expectedReward![n * items.count + a]!,
        0,
      );
    }).reduce((a, b) => a + b, 0);
    expect((await instance.evaluate('train', 'full'))['trueTrainValue']).toBeCloseTo(value / train.rounds, 5);
    instance.dispose();
  });
});
