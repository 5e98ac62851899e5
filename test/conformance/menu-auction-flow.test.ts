/** Menus of lotteries over a flow: the training graph against plain arithmetic, on each backend. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { CategoricalChoice } from '../../src/engine/core/choice.ts';
import { loadAuctionData } from '../../src/engine/auctions/buyers/auction-data.ts';
import { optionValue, type Menu } from '../../src/engine/auctions/menus/menu.ts';
import { PlainFlow } from '../../src/engine/flows/flow-doubles.ts';
import { initialFlow, type FlowShape } from '../../src/engine/flows/flow-shape.ts';
import type { BundleFlowAllocationConfig } from '../../src/engine/problems/menu-auction/bundle-flow-config.ts';
import { menuAuctionConfigSchema } from '../../src/engine/problems/menu-auction/config.ts';
import { gatedLogits, gatedPayment } from '../../src/engine/problems/menu-auction/training-payment.ts';
import { chunkedValues, learnedLotteries } from '../../src/engine/problems/menu-auction/learned-lotteries.ts';
import { createMenuInstance } from '../../src/engine/problems/menu-auction/menu-model.ts';
import { minibatchOf } from '../../src/engine/problems/menu-auction/minibatch.ts';
import { plainLotteries } from '../../src/engine/problems/menu-auction/plain-lotteries.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { bareHost } from '../support/engine-host.ts';

const ITEMS = 4;
const OPTIONS = 5;
const key = rootKey(3);

function shapeOf(items: number): FlowShape {
  return { items, field: 'diagonal', width: 8, eulerSteps: 5, inputCentre: 0.5, inputScale: 0.1 };
}

async function setting(
  allocation: object,
  valuations: object = { kind: 'xor', atoms: 3, bidders: 200 },
  items = ITEMS,
) {
  const config = menuAuctionConfigSchema.parse({
    items,
    options: OPTIONS,
    batch: 12,
    noise: 0.02,
    valuations,
    allocation: { kind: 'bundle-flow', support: 3, flow: { path: 'flow' }, ...allocation },
  });
  const shape = shapeOf(items);
  const flowInputs = { flow: { shape, weights: initialFlow(shape, rootKey(9)) }, start: null };
  const own = config.allocation as BundleFlowAllocationConfig;
  const data = { ...(await loadAuctionData(config, bareHost)), flowInputs };
  return { config, own, data, options: learnedLotteries(config, own, data, flowInputs, key) };
}

const buyers = Int32Array.of(8, 0, 3, 3, 5, 60, 7);

describe.each([
  ['xor', undefined],
  ['additive', { kind: 'additive', bidders: 200 }],
  ['unit-demand', { kind: 'unit-demand', bidders: 200 }],
])('options of %s buyers', (_name, valuations) => {
  it.each(['liouville', 'free'])('are worth what the lotteries sold are, %s', async (weighting) => {
    const { config, data, options } = await setting({ weighting, deviation: { redraw: false } }, valuations);
    const { prices, allocation } = await options.download();
    const menu: Menu = { options: OPTIONS, items: ITEMS, prices, allocation };
    const expected = [...buyers].flatMap((n) =>
      Array.from({ length: OPTIONS }, (_, k) => optionValue(data.bidders, n, menu, k) / config.noise),
    );
    const actual = tf.tidy(() => options.values(() => buyers, { step: 0, key, temperature: 1 }).dataSync());
    expect(actual).toBeAllClose(expected, { absolute: 1e-3, relative: 1e-4 });
    tf.dispose(Object.values(options.parameters));
    options.dispose?.();
  });
});

it('without a bundle gradient, the gradient is that of the weights, by differences in doubles', async () => {
  const { config, own, data, options } = await setting({
    bundleGradient: 'none',
    deviation: { redraw: false },
  });
  const { flow } = data.flowInputs;
  const plain = new PlainFlow(flow.shape, flow.weights);
  const parameter = (name: string) => Float32Array.from(options.parameters[name]!.dataSync());
  const tensors = {
    locations: parameter('locations'),
    weights: parameter('weights'),
    deviations: parameter('deviations'),
  };
  const base = plainLotteries(plain, own, tensors);
  const total = (changed: typeof tensors) => {
    // Bundles as they were: only their weights move.
    const allocation = { ...plainLotteries(plain, own, changed), bundles: base.bundles };
    const menu: Menu = { options: OPTIONS, items: ITEMS, prices: new Float64Array(OPTIONS), allocation };
    let sum = 0;
    buyers.forEach((n, b) => {
      for (let k = 0; k < OPTIONS; k++) sum += (b + k + 1) * optionValue(data.bidders, n, menu, k);
    });
    return sum / config.noise;
  };
  const step = 2 ** -12;
  const slopes = (name: 'locations' | 'weights') =>
    Array.from(tensors[name], (x, i) => {
      const [up, down] = [step, -step].map((h) =>
        total({ ...tensors, [name]: tensors[name].map((v, at) => (at === i ? x + h : v)) }),
      );
      return (up! - down!) / (2 * step);
    });
  const { locations, weights } = options.parameters;
  const { grads, value } = tf.tidy(() =>
    tf.variableGrads(() => {
      const values = options.values(() => buyers, { step: 0, key, temperature: 1 });
      const factors = tf.tensor2d(
        Array.from(buyers, (_, b) => Array.from({ length: OPTIONS }, (__, k) => b + k + 1)),
      );
      return tf.sum(tf.mul(values, factors));
    }, [locations!, weights!]),
  );
  expect(grads[weights!.name]!.dataSync()).toBeAllClose(slopes('weights'), {
    absolute: 0.05,
    relative: 1e-3,
  });
  expect(grads[locations!.name]!.dataSync()).toBeAllClose(slopes('locations'), {
    absolute: 0.05,
    relative: 5e-3,
  });
  tf.dispose([grads, value, Object.values(options.parameters)]);
  options.dispose?.();
});

it('densities that differ by hundreds of nats give weights that sum to 1 and finite gradients', async () => {
  const { options } = await setting({ deviation: { from: 4, range: 30 } }, undefined, 60);
  const { allocation } = await options.download();
  if (allocation.kind !== 'lotteries') throw new Error('expected lotteries');
  const rows = Array.from({ length: OPTIONS }, (_, k) => [...allocation.weights.subarray(3 * k, 3 * k + 3)]);
  rows.forEach((row) => expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12));
  // The spread of sums of 60 uniforms on [4, 34]: some weights are below the smallest float32.
  expect(rows.flat().some((weight) => weight < 1e-38)).toBe(true);
  const { grads, value } = tf.tidy(() =>
    tf.variableGrads(
      () => tf.sum(options.values(() => buyers, { step: 0, key, temperature: 1 })),
      [options.parameters['locations']!, options.parameters['weights']!],
    ),
  );
  for (const gradient of Object.values(grads)) expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
  expect(Number.isFinite(value.dataSync()[0])).toBe(true);
  tf.dispose([grads, value, Object.values(options.parameters)]);
  options.dispose?.();
});

it('chunks change nothing, nor does leaving out the gradient', async () => {
  const { data } = await setting({});
  const batch = minibatchOf(data.bidders, 1);
  const [whole, parts, hard] = tf.tidy(() => {
    const logits = tf.tensor2d(
      Array.from({ length: 11 * ITEMS }, (_, i) => Math.sin(7 * i)),
      [11, ITEMS],
    );
    const made = batch(rootKey(1), () => buyers);
    const values = [
      chunkedValues(logits, made, 1),
      chunkedValues(logits, made, 1, 50),
      chunkedValues(logits, made, null, 50),
    ];
    return values.map((v) => v.dataSync());
  });
  expect(parts).toEqual(whole);
  expect(hard).toEqual(whole);
});

describe('the explicit gate', () => {
  it('takes no money where the utility is negative, and has the slope of a sigmoid', () => {
    const [paid, known, slope, logits] = tf.tidy(() => {
      const prices = tf.tensor1d([2, 3]);
      const utilities = tf.tensor2d([
        [1, -1],
        [-2, 0],
      ]);
      const z = tf.tensor3d([[[0, 0.25, 0.75]], [[0, 0.5, 0.5]]]);
      const revenue = (u: tf.Tensor) => tf.sum(gatedPayment(prices, u as tf.Tensor2D, 0.5).evaluate(z));
      const made = gatedPayment(prices, utilities, 0.5);
      return [made.evaluate(z), made.enumerate!(), tf.grad(revenue)(utilities), gatedLogits(utilities)].map(
        (tensor) => [...tensor.dataSync()],
      );
    }) as [number[], number[], number[], number[]];
    expect(paid).toBeAllClose([0.25 * 2, 0.5 * 3], { absolute: 1e-6 });
    expect(known).toBeAllClose([0, 2, 0, 0, 0, 3], { absolute: 1e-6 });
    expect(logits).toEqual([-Infinity, 1, -1, -Infinity, -2, 0]);
    const sigmoidSlope = (x: number) => Math.exp(-x) / (1 + Math.exp(-x)) ** 2;
    const expected = [
      0.25 * 2 * sigmoidSlope(2),
      0.75 * 3 * sigmoidSlope(-2),
      0.5 * 2 * sigmoidSlope(-4),
      0.5 * 3 * sigmoidSlope(0),
    ].map((value) => value / 0.5);
    expect(slope).toBeAllClose(expected, { absolute: 1e-5 });
  });

  it('is what an instance trains with if asked', async () => {
    const { config, data } = await setting({ participation: 'gate' });
    const instance = createMenuInstance(config, data, key);
    tf.tidy(() => {
      const { choice } = instance.step({ step: 0, key, temperature: 0.02 });
      const { logits } = choice as CategoricalChoice;
      expect(logits.shape).toEqual([12, 1, OPTIONS + 1]);
      expect([...tf.slice(logits, [0, 0, 0], [12, 1, 1]).dataSync()].every((x) => x === -Infinity)).toBe(
        true,
      );
    });
    instance.dispose();
  });
});

describe('training both', () => {
  it('starts at the given flow, and the gradient reaches it', async () => {
    const joint = await setting({ joint: true, flowStep: 0.05 });
    const fixed = await setting({});
    const [bundles, weights] = await Promise.all(
      [joint, fixed].map(async ({ options }) => (await options.download()).allocation),
    );
    if (bundles!.kind !== 'lotteries' || weights!.kind !== 'lotteries') throw new Error('expected lotteries');
    expect([...bundles!.bundles]).toEqual([...weights!.bundles]);
    expect([...bundles!.weights]).toBeAllClose([...weights!.weights], { absolute: 1e-5 });
    const before = tf.memory().numTensors;
    const instance = createMenuInstance(joint.config, joint.data, key);
    const { grads, value } = tf.tidy(() =>
      tf.variableGrads(() => {
        const { choice, objective } = instance.step({ step: 0, key, temperature: 0.02 });
        return tf.mean<tf.Scalar>(objective.evaluate(tf.softmax((choice as CategoricalChoice).logits)));
      }, Object.values(instance.parameters)),
    );
    // Deviations are kept with the parameters and never change.
    expect(Object.keys(grads)).toHaveLength(Object.keys(instance.parameters).length - 1);
    const flow = grads[instance.parameters['flow.q1']!.name]!.dataSync();
    expect(flow.some((slope) => slope !== 0)).toBe(true);
    tf.dispose([grads, value]);
    instance.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('starts from a menu of another run', async () => {
    const first = await setting({});
    const start = Object.fromEntries(
      Object.entries(first.options.parameters).map(([name, variable]) => [
        name,
        Float32Array.from(variable.dataSync()),
      ]),
    ) as never;
    const { config, own, data } = first;
    const next = learnedLotteries(config, own, data, { ...data.flowInputs, start }, rootKey(77));
    expect(await next.download()).toEqual(await first.options.download());
  });
});
