/** The training graph of RegretNet against plain doubles, on each backend. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CategoricalChoice } from '../../src/engine/core/choice.ts';
import type { StepInput } from '../../src/engine/core/problem.ts';
import { estimators, findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { regretnetConfigSchema, type RegretnetConfig } from '../../src/engine/problems/regretnet/config.ts';
import { hostNetworks, judge } from '../../src/engine/problems/regretnet/evaluation.ts';
import { frozenLayers, frozenNetworks } from '../../src/engine/problems/regretnet/frozen-networks.ts';
import {
  dealsOf,
  outputsFor,
  utility,
  type HostNetworks,
} from '../../src/engine/problems/regretnet/hard-mechanism.ts';
import { searchLies } from '../../src/engine/problems/regretnet/lie-search.ts';
import { drawRows, minibatchOf } from '../../src/engine/problems/regretnet/minibatch.ts';
import { climb, lyingUtilities } from '../../src/engine/problems/regretnet/misreports.ts';
import { createNetworks, parametersOf } from '../../src/engine/problems/regretnet/networks.ts';
import { drawBids, drawData, type RegretnetData } from '../../src/engine/problems/regretnet/profiles.ts';
import { createRegretnetInstance } from '../../src/engine/problems/regretnet/regretnet-model.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';

const BATCH = 5;
const breathe = () => Promise.resolve();
const small = {
  batch: BATCH,
  hiddenUnits: 6,
  profiles: { train: 12, validation: 8, test: 8 },
  misreports: { steps: 3, rate: 0.1 },
  lagrangian: { multiplier: 2, rate: 3, every: 2 },
  search: { profiles: 8, starts: 10, climbers: 2, steps: 5 },
  testSearch: { profiles: 8, starts: 10, climbers: 2, steps: 5 },
};
const shapes: [string, object][] = [
  ['one bidder, two items', { bidders: 1, items: 2 }],
  [
    'two bidders, two items on ranges',
    {
      bidders: 2,
      items: 2,
      ranges: [
        [1, 3],
        [0, 4],
      ],
    },
  ],
  ['three bidders, one item, three hidden layers', { bidders: 3, items: 1, hiddenLayers: 3 }],
  ['unit-demand, two bidders, three items', { bidders: 2, items: 3, demand: 'unit-demand' }],
];
const parse = (config: object) => regretnetConfigSchema.parse({ ...small, ...config });
const input: StepInput = { step: 0, key: rootKey(7), temperature: 1 };

/** Moves parameters off their start, so that nobody is treated like anybody else. */
function shake(parameters: Readonly<Record<string, tf.Variable>>, scale: number): void {
  for (const [name, variable] of Object.entries(parameters)) {
    const noise = tf.tidy(() => tf.mul(normal(fold(rootKey(3), name), variable.shape as [number]), scale));
    variable.assign(tf.tidy(() => tf.add(variable, noise)));
    noise.dispose();
  }
}

/** The same numbers where a difference of 1e-5 can be seen. */
function inDoublePrecision({ allocation, payment }: HostNetworks): HostNetworks {
  const [first, second] = [allocation, payment].map((layers) =>
    layers.map((layer) => ({
      ...layer,
      weights: Float64Array.from(layer.weights),
      biases: Float64Array.from(layer.biases),
    })),
  );
  return { allocation: first!, payment: second! };
}

/** Lottery utilities at the truth and at each bidder's own lie, and the revenue, profile by profile; lies [B, n, m]. */
function inDoubles(networks: HostNetworks, data: RegretnetData, rows: Int32Array, lies: ArrayLike<number>) {
  const { bidders, items } = data;
  const size = bidders * items;
  return Array.from(rows, (row, b) => {
    const bids = Float64Array.from(data.split.train.values.subarray(row * size, (row + 1) * size));
    const own = (i: number) => Float32Array.from(bids.subarray(i * items, (i + 1) * items));
    const truth = Array.from({ length: bidders }, (_, i) =>
      dealsOf(outputsFor(networks, bids), i, own(i), own(i), data),
    );
    const lying = Array.from({ length: bidders }, (_, i) => {
      const lie = Float64Array.from({ length: items }, (__, j) => lies[(b * bidders + i) * items + j]!);
      const lied = Float64Array.from(bids);
      lied.set(lie, i * items);
      return utility(dealsOf(outputsFor(networks, lied), i, lie, own(i), data).lottery);
    });
    return {
      revenue: truth.reduce((sum, { lottery }) => sum + lottery.payment, 0),
      gains: truth.map(({ lottery }, i) => lying[i]! - utility(lottery)),
      lying,
    };
  });
}

describe.each(shapes)('%s', (_name, shape) => {
  const config = parse(shape);
  const data = drawData(config);
  const { bidders, items } = data;

  /** An instance at work: its networks in doubles, and the lies that its first step finds. */
  async function atWork(own: RegretnetConfig = config) {
    const instance = createRegretnetInstance(own, data, rootKey(1));
    shake(instance.parameters, 0.7);
    tf.tidy(() => {
      instance.step(input);
    });
    instance.advance!(input);
    const rows = drawRows(input.key, BATCH, data.split.train.count);
    const kept = await instance.state!['misreports']!.data();
    const size = bidders * items;
    const lies = Array.from(rows, (row) => [...kept.subarray(row * size, (row + 1) * size)]).flat();
    // The step again, from the lies that it has found.
    const frozen = createRegretnetInstance(
      { ...own, misreports: { ...own.misreports, steps: 0 } },
      data,
      rootKey(1),
    );
    for (const [name, variable] of Object.entries({ ...frozen.parameters, ...frozen.state })) {
      variable.assign({ ...instance.parameters, ...instance.state }[name]!);
    }
    instance.dispose();
    return { instance: frozen, rows, lies, networks: await hostNetworks(frozen.parameters) };
  }

  /** Augmented Lagrangian of the lottery at these lies. */
  const lagrangianOf = (networks: HostNetworks, rows: Int32Array, lies: readonly number[]) => {
    const each = inDoubles(networks, data, rows, lies);
    const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
    const regrets = Array.from({ length: bidders }, (_, i) =>
      mean(each.map(({ gains }) => Math.max(0, gains[i]!))),
    );
    const { multiplier, rate } = config.lagrangian;
    return regrets.reduce(
      (sum, r) => sum - multiplier * r - (rate / 2) * r * r,
      mean(each.map(({ revenue }) => revenue)),
    );
  };

  it('f at the probabilities is the augmented Lagrangian of the lottery', async () => {
    const { instance, rows, lies, networks } = await atWork();
    const value = tf.tidy(() => {
      const { choice, objective } = instance.step(input);
      const { logits } = choice as CategoricalChoice;
      expect(logits.shape).toEqual([BATCH, instance.latents, instance.classes]);
      return tf.mean(objective.evaluate(tf.softmax(logits))).dataSync()[0]!;
    });
    instance.dispose();
    const expected = lagrangianOf(networks, rows, lies);
    const plain = inDoubles(networks, data, rows, lies);
    expect(
      plain.some(({ gains }) => gains.some((gain) => gain > 1e-3)),
      'some lies pay',
    ).toBe(true);
    expect(value).toBeCloseTo(expected, 5);
  });

  it.each(['softmax', 'exact'])(
    '%s: the gradient is that of the Lagrangian, by finite differences',
    async (id) => {
      const { instance, rows, lies, networks } = await atWork();
      const estimator = findEstimator(id);
      const { value, grads } = tf.variableGrads(() => {
        const { choice, objective } = instance.step(input);
        const settings = parseSettings(estimator, {});
        const state = { parameters: {}, buffers: {} };
        return estimator.estimate({ choice, objective, key: rootKey(5), temperature: 1, settings, state })
          .surrogate;
      }, Object.values(instance.parameters));
      value.dispose();
      const doubles = inDoublePrecision(networks);
      for (const [name, variable] of Object.entries(instance.parameters)) {
        const [, network, part, depth] = /^(allocation|payment)(Weights|Biases)(\d)$/.exec(name)!;
        const values =
          doubles[network as 'allocation'][Number(depth) - 1]![part === 'Weights' ? 'weights' : 'biases'];
        const actual = grads[variable.name]!.dataSync();
        for (let x = 0; x < values.length; x += 3) {
          const [held, h] = [values[x]!, 1e-5];
          const [up, down] = [held + h, held - h].map((moved) => {
            values[x] = moved;
            return lagrangianOf(doubles, rows, lies);
          });
          values[x] = held;
          expect(actual[x], `${name}[${x}]`).toBeCloseTo((up! - down!) / (2 * h), 4);
        }
      }
      tf.dispose(grads);
      instance.dispose();
    },
  );

  it('the gradient that lies climb is that of the expected utility, by finite differences', async () => {
    const networks = createNetworks(config, rootKey(1));
    const parameters = parametersOf(networks);
    shake(parameters, 0.7);
    const rows = drawRows(input.key, BATCH, data.split.train.count);
    const lies = drawBids(data.ranges, BATCH * bidders, rootKey(9));
    const slope = tf.tidy(() => {
      const batch = minibatchOf(data, data.split.train, input.key, () => rows);
      const outputs = frozenNetworks(frozenLayers(networks));
      const total = (at: tf.Tensor) => tf.sum(lyingUtilities(outputs, batch, at as tf.Tensor3D, config));
      return tf
        .grad(total)(tf.tensor3d(lies, [BATCH, bidders, items]))
        .dataSync();
    });
    const host = await hostNetworks(parameters);
    const total = (at: Float64Array) =>
      inDoubles(host, data, rows, at).reduce((sum, { lying }) => sum + lying.reduce((a, b) => a + b, 0), 0);
    const expected = Array.from(lies, (lie, x) => {
      const [up, down] = [lie + 1e-6, lie - 1e-6].map((moved) =>
        total(Float64Array.from(lies).with(x, moved)),
      );
      return (up! - down!) / 2e-6;
    });
    expect(slope).toBeAllClose(expected, { absolute: 1e-4, relative: 1e-3 });
    tf.dispose(parameters);
  });

  it('lies climb within the ranges, and pay more than where they started', async () => {
    const networks = createNetworks(config, rootKey(1));
    const parameters = parametersOf(networks);
    shake(parameters, 0.7);
    const rows = drawRows(input.key, BATCH, data.split.train.count);
    const start = drawBids(data.ranges, BATCH * bidders, rootKey(9));
    const climbing = parse({ ...shape, misreports: { steps: 60, rate: 0.02 } });
    const found = tf.tidy(() => {
      const batch = minibatchOf(data, data.split.train, input.key, () => rows);
      const from = tf.tensor3d(start, [BATCH, bidders, items]);
      return climb(networks, batch, from, climbing, data.ranges).dataSync<'float32'>();
    });
    const host = await hostNetworks(parameters);
    const total = (at: Float32Array) =>
      inDoubles(host, data, rows, at).reduce((sum, { lying }) => sum + lying.reduce((a, b) => a + b, 0), 0);
    expect(total(found)).toBeGreaterThan(total(start));
    found.forEach((lie, x) => {
      const [low, high] = data.ranges[x % items]!;
      expect(lie).toBeGreaterThanOrEqual(Math.fround(low));
      expect(lie).toBeLessThanOrEqual(Math.fround(high));
    });
    // The evaluation's search looks at all profiles of the split; here at the first, of which it must find as good lies.
    const lies = await searchLies(
      { networks: host, data, profiles: data.split.train, breathe },
      data.split.train.count,
      { profiles: 12, starts: 300, climbers: 5, steps: 60 },
      rootKey(4),
    );
    const all = Int32Array.from({ length: data.split.train.count }, (_, b) => b);
    const searched = inDoubles(host, data, all, lies.lottery);
    inDoubles(host, data, rows, found).forEach(({ lying }, b) => {
      lying.forEach((gained, i) => expect(searched[rows[b]!]!.lying[i]).toBeGreaterThan(gained - 2e-3));
    });
    tf.dispose(parameters);
  });

  it('nobody who bids the truth pays more than its value, whatever the networks', async () => {
    for (const scale of [0.5, 5, 500]) {
      const instance = createRegretnetInstance(config, data, rootKey(1));
      shake(instance.parameters, scale);
      expect(await instance.evaluate('test', 'full')).toMatchObject({ testIrViolations: 0 });
      instance.dispose();
    }
  });
});

const categorical = estimators.filter(({ supports }) => supports.includes('categorical'));

it.each(categorical.map(({ id }) => id))('%s gives both networks a finite gradient', (id) => {
  const estimator = findEstimator(id);
  const config = parse({ bidders: 2, items: 2 });
  const instance = createRegretnetInstance(config, drawData(config), rootKey(1));
  shake(instance.parameters, 0.7);
  const settings = parseSettings(estimator, {});
  const { kind, latents, classes } = instance;
  const state = estimator.init?.({ kind, latents, classes, settings, key: rootKey(6) }) ?? {
    parameters: {},
    buffers: {},
  };
  const { value, grads } = tf.variableGrads(() => {
    const { choice, objective, temperature } = instance.step(input);
    return estimator.estimate({ choice, objective, key: rootKey(5), temperature, settings, state }).surrogate;
  }, Object.values(instance.parameters));
  for (const [name, variable] of Object.entries(instance.parameters)) {
    const gradient = grads[variable.name]?.dataSync() ?? [];
    expect(gradient, name).toHaveLength(variable.size);
    expect(gradient.every(Number.isFinite), name).toBe(true);
    expect(
      gradient.some((slope) => slope !== 0),
      name,
    ).toBe(true);
  }
  tf.dispose([value, grads, state.parameters, state.buffers]);
  instance.dispose();
});

describe('known auctions', () => {
  const config = parse({ bidders: 1, items: 2, profiles: { train: 10, validation: 10, test: 2000 } });
  const data = drawData(config);
  let networks: HostNetworks;

  beforeAll(async () => {
    const instance = createRegretnetInstance(config, data, rootKey(1));
    // The bidder always gets both items and pays half of what it bids.
    for (const [name, variable] of Object.entries(instance.parameters)) {
      const last = name === 'allocationBiases3' ? [-50, 50, -50, 50] : undefined;
      variable.assign(tf.tidy(() => (last ? tf.tensor1d(last) : tf.zeros(variable.shape))));
    }
    networks = await hostNetworks(instance.parameters);
    instance.dispose();
  });

  it('half of the bid for everything: the best lie is to bid nothing, and gains half of the value', async () => {
    const { test } = data.split;
    const search = { profiles: 200, starts: 200, climbers: 3, steps: 60 };
    const lies = await searchLies({ networks, data, profiles: test, breathe }, 200, search, rootKey(2));
    const value = (from: number, to: number) => test.values.subarray(from, to).reduce((sum, v) => sum + v, 0);
    const found = judge(networks, data, test, test.count, lies);
    for (const mechanism of [found.lottery, found.hard]) {
      expect(mechanism.revenue).toBeCloseTo(value(0, 4000) / 2 / 2000, 9);
      expect(mechanism.welfare).toBeCloseTo(value(0, 4000) / 2000, 9);
      const gain = value(0, 400) / 2 / 200;
      expect(mechanism.regrets[0]).toBeLessThanOrEqual(gain);
      expect(mechanism.regrets[0]).toBeGreaterThan(gain - 2e-3);
      expect(mechanism.largestRegret).toBeLessThanOrEqual(1);
    }
    expect(found.irViolations).toBe(0);
  });
});
