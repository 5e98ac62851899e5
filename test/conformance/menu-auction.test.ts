/** The training graph of the menu auction against plain arithmetic, on each backend. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { CategoricalChoice } from '../../src/engine/core/choice.ts';
import type { StepChoice } from '../../src/engine/core/problem.ts';
import { fillNormal, fillUniform } from '../../src/engine/random/fill.ts';
import { fold, rootKey, type Key } from '../../src/engine/random/key.ts';
import {
  bundleValue,
  xorBidders,
  type Bidders,
  type XorBidders,
} from '../../src/engine/auctions/buyers/bidders.ts';
import { addItem, hasItem, wordsFor } from '../../src/engine/auctions/buyers/bundle-bits.ts';
import { menuAuctionConfigSchema } from '../../src/engine/problems/menu-auction/config.ts';
import { loadAuctionData, randomXorBidders } from '../../src/engine/auctions/buyers/auction-data.ts';
import { createMenuInstance } from '../../src/engine/problems/menu-auction/menu-model.ts';
import {
  choiceLogits,
  payment,
  utilityPayment,
} from '../../src/engine/problems/menu-auction/training-payment.ts';
import { minibatchOf } from '../../src/engine/problems/menu-auction/minibatch.ts';
import { bundleValues } from '../../src/engine/problems/menu-auction/relaxed-values.ts';
import { bareHost } from '../support/engine-host.ts';

const logitsOf = ({ choice }: StepChoice) => (choice as CategoricalChoice).logits;

const uniforms = (key: Key, count: number) => {
  const out = new Float32Array(count);
  fillUniform(key, out);
  return out;
};

/** Buyers with different numbers of atoms, so that minibatches need padding. */
function raggedXor(items: number, count: number): XorBidders {
  const all = randomXorBidders(items, 4, count, rootKey(8));
  const buyers = Array.from({ length: count }, (_, n) =>
    Array.from({ length: 1 + (n % 4) }, (__, a) => {
      const atom = all.starts[n]! + a;
      return {
        items: Array.from({ length: items }, (___, j) => j).filter((j) =>
          hasItem(all.bundles, atom * wordsFor(items), j),
        ),
        value: all.values[atom]!,
      };
    }),
  );
  return xorBidders(items, buyers);
}

const ITEMS = 6;
const COUNT = 9;
const cases: [string, Bidders][] = [
  ['additive', { kind: 'additive', items: ITEMS, count: COUNT, values: uniforms(rootKey(1), COUNT * ITEMS) }],
  [
    'unit-demand',
    { kind: 'unit-demand', items: ITEMS, count: COUNT, values: uniforms(rootKey(2), COUNT * ITEMS) },
  ],
  ['xor', raggedXor(ITEMS, COUNT)],
];

/** The documented relaxation of buyer n's value, in doubles. */
function relaxedValue(bidders: Bidders, n: number, logits: readonly number[], temperature: number): number {
  const inside = logits.map((l) => 1 / (1 + Math.exp(-l / temperature)));
  if (bidders.kind !== 'xor') {
    const worth = inside.map((p, j) => p * bidders.values[n * bidders.items + j]!);
    return bidders.kind === 'additive' ? worth.reduce((a, b) => a + b, 0) : Math.max(...worth);
  }
  const worth: number[] = [];
  for (let a = bidders.starts[n]!; a < bidders.starts[n + 1]!; a++) {
    const wanted = inside.filter((_, j) => hasItem(bidders.bundles, a * wordsFor(bidders.items), j));
    worth.push(wanted.reduce((product, p) => product * p, bidders.values[a]!));
  }
  return Math.max(...worth);
}

describe.each(cases)('values of bundles, %s', (_name, bidders) => {
  const OPTIONS = 5;
  const SCALE = 2.5;
  const raw = new Float32Array(OPTIONS * ITEMS);
  fillNormal(rootKey(3), raw);
  const buyers = Int32Array.of(8, 0, 3, 3, 5, 6, 7);
  const batchOf = minibatchOf(bidders, SCALE);

  it('forward: exactly what the hard bundles are worth', () => {
    const bits = new Uint32Array(OPTIONS);
    raw.forEach((l, i) => {
      if (l > 0) addItem(bits, Math.floor(i / ITEMS), i % ITEMS);
    });
    const expected = [...buyers].flatMap((n) =>
      [...bits].map((_, k) => bundleValue(bidders, n, bits, k) / SCALE),
    );
    const actual = tf.tidy(() =>
      bundleValues(
        tf.tensor2d(raw, [OPTIONS, ITEMS]),
        batchOf(rootKey(1), () => buyers),
        0.7,
      ).dataSync(),
    );
    expect(actual).toBeAllClose(expected, { absolute: 1e-6 });
  });

  it.each([0.3, 1, 2])(
    'backward: the gradient of the documented relaxation, temperature %f',
    (temperature) => {
      const weights = uniforms(rootKey(4), buyers.length * OPTIONS);
      const total = (at: readonly number[]) => {
        let sum = 0;
        buyers.forEach((n, b) => {
          for (let k = 0; k < OPTIONS; k++) {
            const logits = at.slice(k * ITEMS, (k + 1) * ITEMS);
            sum += (weights[b * OPTIONS + k]! * relaxedValue(bidders, n, logits, temperature)) / SCALE;
          }
        });
        return sum;
      };
      const step = 1e-5;
      const expected = Array.from(raw, (l, i) => {
        const [up, down] = [l + step, l - step].map((x) => total(Array.from(raw).with(i, x)));
        return (up! - down!) / (2 * step);
      });
      const actual = tf.tidy(() => {
        const weighted = (logits: tf.Tensor) =>
          tf.sum(
            tf.mul(
              bundleValues(
                logits as tf.Tensor2D,
                batchOf(rootKey(1), () => buyers),
                temperature,
              ),
              tf.tensor2d(weights, [buyers.length, OPTIONS]),
            ),
          );
        return tf
          .grad(weighted)(tf.tensor2d(raw, [OPTIONS, ITEMS]))
          .dataSync();
      });
      expect(actual).toBeAllClose(expected, { absolute: 1e-5, relative: 1e-4 });
    },
  );
});

// Utilities and prices of the brief's example, temperature 0.1. The exponents relative to the third option are -25, -15, 0, -10:
// revenue (2 + e^-10 + 1.5 e^-15) / (1 + e^-10 + e^-15) = 1.99995 among the four options. The brief prints 1.998..., which
// would need a temperature of 0.16. With the null option (u = 0, price 0) in the softmax it is
// (2 + e^-10 + 1.5 e^-15) / (1 + e^-5 + e^-10 + e^-15) = 1.98657. The hard revenue is 2 either way.
describe('worked example: u = [-2, -1, 0.5, -0.5], prices = [1, 1.5, 2, 1]', () => {
  const NOISE = 0.01;
  const relaxed = (prices: readonly number[], logits: (utilities: tf.Tensor2D) => tf.Tensor3D) =>
    tf.tidy(() => {
      const choice = tf.softmax(tf.div(logits(tf.tensor2d([[-2, -1, 0.5, -0.5]])), 0.1 / NOISE));
      return payment(tf.tensor1d([...prices]), 1)
        .evaluate(choice)
        .dataSync()[0]!;
    });

  it('softmax revenue with the null option: 1.98657', () => {
    expect(relaxed([1, 1.5, 2, 1], (u) => choiceLogits(tf.div(u, NOISE)))).toBeCloseTo(1.9865703, 5);
  });

  it('softmax revenue without the null option: 1.99995', () => {
    const withoutNull = (u: tf.Tensor2D) => {
      const never = tf.tensor3d([[[-Infinity, 0, 0, 0, 0]]]);
      return tf.add<tf.Tensor3D>(choiceLogits(tf.div(u, NOISE)), never);
    };
    expect(relaxed([1, 1.5, 2, 1], withoutNull)).toBeCloseTo(1.9999545, 5);
  });

  it('hard revenue: 2', () => {
    const hard = (logits: tf.Tensor3D) => tf.oneHot(tf.argMax<tf.Tensor2D>(logits, 2), 5);
    const revenue = tf.tidy(() => {
      const choice = hard(choiceLogits(tf.div(tf.tensor2d([[-2, -1, 0.5, -0.5]]), NOISE)));
      return payment(tf.tensor1d([1, 1.5, 2, 1]), 1)
        .evaluate(tf.cast(choice, 'float32'))
        .dataSync()[0];
    });
    expect(revenue).toBe(2);
  });
});

describe('value less the largest utility, for the buyer of the worked example', () => {
  const NOISE = 0.01;
  const values = [-1, 0.5, 2.5, 0.5];
  const objective = (prices: tf.Tensor1D) => {
    const v = tf.tensor2d([values.map((value) => value / NOISE)]);
    const u = tf.sub<tf.Tensor2D>(v, tf.div(prices, NOISE));
    return { u, f: utilityPayment(v, u, NOISE) };
  };
  const mixed = (prices: tf.Tensor1D) => {
    const { u, f } = objective(prices);
    return tf.sum<tf.Scalar>(f.evaluate(tf.softmax(tf.div(choiceLogits(u), 50))));
  };

  it('is the price of the choice that the buyer makes, and less for any other', () => {
    const found = tf.tidy(() => {
      const { f } = objective(tf.tensor1d([1, 1.5, 2, 1]));
      return {
        each: tf
          .eye(5)
          .arraySync()
          .map((z) => f.evaluate(tf.tensor3d([[z]])).dataSync()[0]!),
        all: [...f.enumerate!().dataSync()],
      };
    });
    expect(found.each).toBeAllClose([-0.5, -1.5, 0, 2, 0], { absolute: 1e-5 });
    expect(found.all).toBeAllClose(found.each, { absolute: 1e-6 });
  });

  it('has the gradient of finite differences for the prices', () => {
    const prices = [1, 1.5, 2, 1];
    const at = (changed: readonly number[]) => tf.tidy(() => mixed(tf.tensor1d([...changed])).dataSync()[0]!);
    const gradient = tf.tidy(() => [
      ...tf
        .grad((p) => mixed(p as tf.Tensor1D))(tf.tensor1d(prices))
        .dataSync(),
    ]);
    const STEP = 1e-2;
    const differences = prices.map((price, k) => {
      const moved = (by: number) => at(prices.map((p, i) => (i === k ? price + by : p)));
      return (moved(STEP) - moved(-STEP)) / (2 * STEP);
    });
    expect(gradient).toBeAllClose(differences, { absolute: 1e-3 });
  });
});

describe('an instance', () => {
  const config = menuAuctionConfigSchema.parse({
    items: 3,
    options: 7,
    batch: 16,
    temperature: 0.2,
    noise: 0.02,
    valuations: { kind: 'xor', atoms: 3, bidders: 300 },
  });
  const key = rootKey(11);

  it('offers a choice among K options and nothing, and an f that enumerates', async () => {
    const instance = createMenuInstance(config, await loadAuctionData(config, bareHost), key);
    const { logits, choice, values, nothing, temperature } = tf.tidy(() => {
      const made = instance.step({ step: 0, key: fold(key, 0), temperature: 0.2 });
      const z = tf.oneHot(
        tf.tensor2d(
          Array.from({ length: 16 }, (_, b) => b % 8),
          [16, 1],
          'int32',
        ),
        8,
      );
      return {
        logits: logitsOf(made).shape,
        choice: made.objective.evaluate(tf.cast(z, 'float32')).arraySync(),
        values: made.objective.enumerate!().arraySync(),
        nothing: tf.slice(logitsOf(made), [0, 0, 0], [16, 1, 1]).dataSync(),
        temperature: made.temperature,
      };
    });
    expect(logits).toEqual([16, 1, instance.classes]);
    expect(instance).toMatchObject({ kind: 'categorical', latents: 1, classes: 8 });
    expect(temperature).toBeCloseTo(10, 12);
    expect([...nothing].every((logit) => logit === 0)).toBe(true);
    choice.forEach((paid, b) => expect(paid).toBeCloseTo(values[b]![b % 8]!, 6));
    expect(values.every((row) => row[0] === 0 && row.slice(1).every((price) => price > 0))).toBe(true);
    instance.dispose();
  });

  it('draws the same minibatch for the same key, another for another', async () => {
    const instance = createMenuInstance(config, await loadAuctionData(config, bareHost), key);
    const logitsAt = (step: number) =>
      tf.tidy(() => [
        ...logitsOf(instance.step({ step, key: fold(key, step), temperature: 0.2 })).dataSync(),
      ]);
    expect(logitsAt(3)).toEqual(logitsAt(3));
    expect(logitsAt(4)).not.toEqual(logitsAt(3));
    instance.dispose();
  });

  it('starts from its key alone', async () => {
    const data = await loadAuctionData(config, bareHost);
    const parametersOf = (init: Key) => {
      const instance = createMenuInstance(config, data, init);
      const all = Object.entries(instance.parameters).map(([name, variable]) => [
        name,
        [...variable.dataSync()],
      ]);
      instance.dispose();
      return all;
    };
    expect(parametersOf(key)).toEqual(parametersOf(key));
    expect(parametersOf(fold(key, 'other'))).not.toEqual(parametersOf(key));
  });

  it('evaluates the menu that its parameters say, in original units', async () => {
    const files =
      'goods 2\nbids 10\ndummy 0\n' +
      Array.from({ length: 10 }, (_, i) => `${i} ${i < 5 ? 100 : 200} 0 1 #`).join('\n');
    const cats = menuAuctionConfigSchema.parse({ options: 2, valuations: { kind: 'cats', path: 'a' } });
    const data = await loadAuctionData(cats, {
      ...bareHost,
      listFiles: () => Promise.resolve(['a']),
      readText: () => Promise.resolve(files),
    });
    const instance = createMenuInstance(cats, data, key);
    // Both items for 150, one item for 1: only the five buyers of value 200 buy.
    instance.parameters['bundles']!.assign(
      tf.tensor2d([
        [3, 0.1],
        [1, -1],
      ]),
    );
    const price = (money: number) => Math.log(Math.expm1(money / data.valueScale));
    instance.parameters['prices']!.assign(tf.tensor1d([price(150), price(1)]));
    let revenue = 0;
    for (const [split, name] of [
      ['train', 'hardTrainRevenue'],
      ['validation', 'hardValidationRevenue'],
      ['test', 'hardTestRevenue'],
    ] as const) {
      const values = await instance.evaluate(split, 'full');
      revenue += values[name]! * data.split[split].length;
      if (split === 'validation') expect(values).toMatchObject({ validationIrViolations: 0 });
      if (split === 'test') expect(values).toMatchObject({ testIrViolations: 0, dsicViolations: 0 });
    }
    expect(revenue).toBeCloseTo(750, 2);
    instance.dispose();
  });

  it('leaves no tensor behind', async () => {
    const data = await loadAuctionData(config, bareHost);
    const before = tf.memory().numTensors;
    const instance = createMenuInstance(config, data, key);
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const made = instance.step({ step: 0, key, temperature: 0.2 });
        return tf.mean<tf.Scalar>(made.objective.evaluate(tf.softmax(logitsOf(made))));
      }, Object.values(instance.parameters));
      expect(Object.keys(grads)).toHaveLength(2);
    });
    await instance.evaluate('test', 'full');
    instance.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
