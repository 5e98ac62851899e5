/** A confident classifier of a few units: losses, gradients of all three networks and figures against plain doubles, and the toy. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { confidentConfigSchema } from '../../../src/engine/problems/confident-classifier/config.ts';
import { confidentClassifier } from '../../../src/engine/problems/confident-classifier/confident-classifier.ts';
import {
  loadConfident,
  type ConfidentData,
} from '../../../src/engine/problems/confident-classifier/confident-data.ts';
import { createConfidentInstance } from '../../../src/engine/problems/confident-classifier/classifier-model.ts';
import { uniformRows } from '../../../src/engine/problems/confident-classifier/ground.ts';
import { networksOf } from '../../../src/engine/problems/confident-classifier/networks.ts';
import { outliersOf } from '../../../src/engine/problems/confident-classifier/outliers.ts';
import { look, scoresOf } from '../../../src/engine/problems/confident-classifier/scores.ts';
import { crossEntropy, klFromUniform } from '../../../src/engine/networks/cross-entropy.ts';
import { imageBatches } from '../../../src/engine/images/minibatch.ts';
import { fold, rootKey } from '../../../src/engine/random/key.ts';
import { normal } from '../../../src/engine/random/noise.ts';
import type { Picture } from '../../../src/shared/pictures/picture.ts';
import { pairingOf } from '../../../src/trainer/pairing.ts';
import { bareHost } from '../../support/engine-host.ts';
import { estimated, readParameters, shake, type PlainParameters } from '../../support/instance.ts';
import { record } from '../../support/recorded-training.ts';

const small = {
  data: { kind: 'plane', classes: 3, count: 40, halfSide: 30 },
  ...{ hiddenLayers: 1, hiddenUnits: 4, activation: 'tanh', batch: 5, klWeight: 0.7 },
};
const step = { step: 0, key: rootKey(2), temperature: 1 };
const SHAKE = 0.4;

async function made(raw: object) {
  const config = confidentConfigSchema.parse({ ...small, ...raw });
  const data = await loadConfident(config, bareHost);
  const instance = createConfidentInstance(config, data, rootKey(1));
  shake(instance.parameters, SHAKE);
  return { config, data, instance, parameters: readParameters(instance.parameters) };
}

/** A network of one hidden layer, in doubles. */
function plain(
  name: string,
  inputs: readonly number[],
  own: PlainParameters,
  activate: (x: number) => number,
) {
  const layer = (x: readonly number[], depth: number) =>
    own[`${name}Biases${depth}`]!.map((bias, out, { length }) =>
      x.reduce((sum, value, i) => sum + value * own[`${name}Weights${depth}`]![i * length + out]!, bias),
    );
  return layer(layer(inputs, 1).map(activate), 2);
}
const leaky = (x: number) => (x > 0 ? x : 0.3 * x);
const logSum = (values: readonly number[]) => Math.log(values.reduce((sum, x) => sum + Math.exp(x), 0));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const softplus = (x: number) => Math.log1p(Math.exp(x));
const rowsOf = (values: ArrayLike<number>, size: number) =>
  Array.from({ length: values.length / size }, (_, n) => Array.from(values).slice(n * size, (n + 1) * size));

/** -ln p(y | x), and KL(U || p(. | x)) = -ln K - mean_k ln p_k. */
const lossAt = (x: readonly number[], label: number, own: PlainParameters) => {
  const logits = plain('classifier', x, own, Math.tanh);
  return logSum(logits) - logits[label]!;
};
const klAt = (x: readonly number[], own: PlainParameters) => {
  const logits = plain('classifier', x, own, Math.tanh);
  const logs = logits.map((f) => f - logSum(logits));
  return -Math.log(logits.length) - mean(logs);
};

function batchOf(data: ConfidentData, count: number) {
  return tf.tidy(() => {
    const { x, labels } = imageBatches(data.inside).minibatch(step.key, count);
    return { rows: x.arraySync(), labels: labels!.arraySync() };
  });
}

/** Central differences of a loss for the parameters of one network. */
function slopes(name: string, parameters: PlainParameters, loss: (own: PlainParameters) => number) {
  const WIDTH = 1e-4;
  return Object.entries(parameters)
    .filter(([own]) => own.startsWith(name))
    .map(([own, values]) => {
      const at = (i: number, by: number) =>
        loss({ ...parameters, [own]: values.map((x, n) => (n === i ? x + by : x)) });
      return [own, values.map((_, i) => (at(i, WIDTH) - at(i, -WIDTH)) / (2 * WIDTH))] as const;
    });
}

describe.each([
  ['none', { kind: 'none' }],
  ['the whole box', { kind: 'box', count: null }],
  ['a box near the data', { kind: 'near', count: 7 }],
  ['a second set', { kind: 'second' }],
])('outliers: %s', (_, outliers) => {
  it('f and its gradient are cross-entropy and KL(U || p) on them', async () => {
    const { config, data, instance, parameters } = await made({ outliers });
    const { rows, labels } = batchOf(data, 5);
    const drawn = outliersOf(config, data)?.minibatch(fold(step.key, 'outliers'), 5) ?? [];
    const loss = (own: PlainParameters) =>
      mean(rows.map((x, n) => lossAt(x, labels[n]!, own))) +
      (drawn.length === 0 ? 0 : 0.7 * mean(rowsOf(drawn, 2).map((x) => klAt(x, own))));
    const { gradients, believed } = estimated(instance, 'gradient', step);
    expect(believed).toBeCloseTo(loss(parameters), 5);
    for (const [name, expected] of slopes('classifier', parameters, loss))
      expect(gradients[name], name).toBeAllClose(expected, { absolute: 2e-4 });
    instance.dispose();
  });
});

describe.each(['saturating', 'non-saturating'] as const)('outliers of a generator, %s', (kind) => {
  it('each of the three networks has the gradient of its own loss alone', async () => {
    const { data, instance, parameters } = await made({
      outliers: { kind: 'gan', latents: 2, hiddenLayers: 1, hiddenUnits: 3, loss: kind },
    });
    const { rows, labels } = batchOf(data, 5);
    const noise = tf.tidy(() => normal<tf.Rank.R2>(fold(step.key, 'noise'), [5, 2]).arraySync());
    const makes = (own: PlainParameters) =>
      noise.map((z) => plain('generator', z, own, leaky).map((o) => 6 / (1 + Math.exp(-o)) - 3));
    /** Logits of rows, each beside the deviations over all of them. */
    const judged = (seen: readonly (readonly number[])[], own: PlainParameters) => {
      const spread = [0, 1].map((i) => {
        const middle = mean(seen.map((x) => x[i]!));
        return Math.sqrt(mean(seen.map((x) => (x[i]! - middle) ** 2)) + 1e-6);
      });
      return seen.map((x) => plain('discriminator', [...x, ...spread], own, leaky)[0]!);
    };
    const fixed = makes(parameters);
    const losses = {
      classifier: (own: PlainParameters) =>
        mean(rows.map((x, n) => lossAt(x, labels[n]!, own))) + 0.7 * mean(fixed.map((x) => klAt(x, own))),
      discriminator: (own: PlainParameters) =>
        mean(judged(rows, own).map((d) => softplus(-d))) + mean(judged(fixed, own).map(softplus)),
      generator(own: PlainParameters) {
        const made = makes(own);
        const logits = judged(made, parameters);
        return mean(
          made.map(
            (x, n) =>
              (kind === 'saturating' ? -softplus(logits[n]!) : softplus(-logits[n]!)) +
              0.7 * klAt(x, parameters),
          ),
        );
      },
    };
    const { gradients, believed } = estimated(instance, 'gradient', step);
    expect(believed).toBeCloseTo(losses.classifier(parameters), 5);
    for (const [network, loss] of Object.entries(losses)) {
      const found = slopes(network, parameters, loss);
      expect(found.length).toBe(4);
      for (const [name, expected] of found)
        expect(gradients[name], name).toBeAllClose(expected, { absolute: 3e-4 });
    }
    instance.dispose();
  });
});

describe('KL(U || p)', () => {
  it('is 0 for equal logits and for no others', () => {
    const kl = (logits: number[][]) =>
      tf.tidy(() => Array.from(klFromUniform(tf.tensor2d(logits)).dataSync()));
    expect(
      kl([
        [0, 0, 0],
        [70, 70, 70],
      ]),
    ).toEqual([expect.closeTo(0, 6), expect.closeTo(0, 6)]);
    for (const value of kl([
      [0.1, 0, 0],
      [0, 0, -0.1],
      [80, 0, 0],
    ]))
      expect(value).toBeGreaterThan(1e-4);
    // U first: a class that is all but ruled out costs without end, and KL(p || U) would be ln K at most.
    expect(kl([[1000, 0]])[0]).toBeCloseTo(500 - Math.log(2), 2);
  });

  it('is the mean cross-entropy of all labels, less ln K', () => {
    const found = tf.tidy(() => {
      const logits = tf.tensor2d([[0.3, -1, 2]]);
      const each = [0, 1, 2].map(
        (label) => crossEntropy(logits, tf.tensor1d([label], 'int32')).dataSync()[0]!,
      );
      return [klFromUniform(logits).dataSync()[0]!, mean(each) - Math.log(3)];
    });
    expect(found[0]).toBeCloseTo(found[1]!, 5);
  });
});

describe('the hard evaluation', () => {
  it('has the loss of all training rows and outliers', async () => {
    const { data, instance, parameters } = await made({ outliers: { kind: 'near', count: 9 } });
    const { pixels, labels } = data.inside.train;
    const outliers = outliersOf(
      confidentConfigSchema.parse({ ...small, outliers: { kind: 'near', count: 9 } }),
      data,
    );
    const expected =
      mean(rowsOf(pixels, 2).map((x, n) => lossAt(x, labels![n]!, parameters))) +
      0.7 * mean(rowsOf(outliers!.fixed!.pixels, 2).map((x) => klAt(x, parameters)));
    const found = await instance.evaluate('train', 'full');
    expect(found['hardTrainLoss']).toBeCloseTo(expected, 5);
    instance.dispose();
  });

  it('names what is described, of the split that the descriptor says', async () => {
    const { instance } = await made({ outliers: { kind: 'gan' } });
    for (const split of ['train', 'validation', 'test'] as const) {
      const expected = confidentClassifier.metrics
        .filter((metric) => metric.split === split && !['trainingLoss', 'gap'].includes(metric.name))
        .map(({ name }) => name);
      expect(Object.keys(await instance.evaluate(split, 'full')).sort()).toEqual(expected.sort());
    }
    instance.dispose();
  });

  it('scaling leaves accuracy, and of two classes the order of confidences; the condition is met on validation rows', async () => {
    // Classes that overlap: some rows are wrong, so that there is a best temperature.
    const data = { kind: 'plane', classes: 2, deviation: 12, count: 400 };
    const { instance } = await made({ data });
    const found = await instance.evaluate('validation', 'full');
    expect(found['hardValidationAccuracy']).toBeLessThan(1);
    expect(found['fittedTemperature']).toBeGreaterThan(0.05);
    expect(Math.abs(found['scaledValidationLogitExcess']!)).toBeLessThan(1e-9);
    expect(Math.abs(found['hardValidationLogitExcess']!)).toBeGreaterThan(1e-3);
    expect(found['scaledValidationNll']).toBeLessThan(found['hardValidationNll']!);
    expect(found['scaledValidationAuroc']).toBe(found['hardValidationAuroc']);
    expect(found['scaledValidationTnr']).toBe(found['hardValidationTnr']);
    instance.dispose();
  });

  it('ODIN moves every input to where its likeliest class is likelier', async () => {
    const { config, data, instance } = await made({ odin: { temperature: 2, epsilon: 1e-3 } });
    const networks = networksOf(config, data.ground, instance.parameters);
    const rows = data.inside.test.pixels;
    const looked = await look(config, networks, data.inside.test.count, (from, to) =>
      tf.tensor2d(rows.slice(2 * from, 2 * to), [to - from, 2]),
    );
    const own = scoresOf(looked, 1, config);
    const before = scoresOf({ ...looked, moved: looked.logits }, 1, config);
    own.odin.forEach((score, n) => expect(score).toBeGreaterThan(before.odin[n]!));
    // Energy is the logarithm of a sum that holds the largest logit.
    own.energy.forEach((score, n) => expect(score).toBeGreaterThan(own.maxLogit[n]!));
    instance.dispose();
  });
});

describe('what a trained classifier is asked', () => {
  const trainedOf = async (raw: object) => {
    const { config, data, instance, parameters } = await made(raw);
    const named = Object.entries(parameters).map(([name, values]) => ({
      ...{ name, shape: [values.length], data: Float32Array.from(values) },
    }));
    return {
      ...{ config, data, instance },
      trained: {
        ...{ config, step: 0, parameters: named, outcome: [] },
        data: () => Promise.resolve(data),
        instance: () => Promise.resolve(instance),
      },
    };
  };
  const ask = (name: string) => confidentClassifier.questions!.find((question) => question.name === name)!;

  it('a point: probabilities of the classes as plain doubles have them, in the unit of the axes', async () => {
    const { trained, instance } = await trainedOf({});
    const { panels } = (await ask('point').answer(trained, { x: 5, y: -20 }, bareHost)) as Picture;
    const logits = plain('classifier', [0.5, -2], readParameters(instance.parameters), Math.tanh);
    const bars = panels.find((panel) => panel.kind === 'bars')!;
    expect(bars.series[0]!.values as number[]).toBeAllClose(
      logits.map((f) => Math.exp(f - logSum(logits))),
      { absolute: 1e-5 },
    );
    await expect(ask('image').answer(trained, { image: { kind: 'split' } }, bareHost)).rejects.toThrow(
      'this run classifies points of a plane; ask the question point.',
    );
    instance.dispose();
  });

  it('its export has a row for each row of validation and test, on either side', async () => {
    const { trained, data, instance } = await trainedOf({});
    const text = (await confidentClassifier.exports![0]!.write(trained, bareHost)) as string;
    const lines = text.trim().split('\n');
    const counts = (['validation', 'test'] as const).map(
      (split) => data.inside[split].count + data.unseen[split].count,
    );
    expect(lines).toHaveLength(1 + counts[0]! + counts[1]!);
    expect(lines[0]!.trim()).toBe('split,side,row,label,class,confidence,hard,scaled,maxLogit,energy,odin');
    instance.dispose();
  });
});

describe('outliers', () => {
  it('of a box are within it and away from the classes, and the same for every run', async () => {
    const { config, data } = await made({ outliers: { kind: 'near', count: 200, share: 0.5 } });
    const { fixed } = outliersOf(config, data)!;
    const { means, reach, high } = data.ground;
    const centre = [0, 1].map((axis) => mean(rowsOf(data.inside.train.pixels, 2).map((row) => row[axis]!)));
    for (const row of rowsOf(fixed!.pixels, 2)) {
      row.forEach((x, axis) => expect(Math.abs(x - centre[axis]!)).toBeLessThanOrEqual(0.5 * high + 1e-6));
      for (const [x, y] of means)
        expect(Math.hypot(row[0]! - x!, row[1]! - y!)).toBeGreaterThan(reach - 1e-6);
    }
    expect(outliersOf(config, data)!.fixed!.pixels).toEqual(fixed!.pixels);
  });

  it('variants that differ in them have the same data and initial classifier', async () => {
    const pairings = await Promise.all(
      ['none', 'near', 'gan', 'second'].map(async (kind) => {
        const config = confidentConfigSchema.parse({ ...small, outliers: { kind } });
        const data = await loadConfident(config, bareHost);
        const instance = createConfidentInstance(config, data, rootKey(1));
        const parameters = Object.entries(readParameters(instance.parameters)).map(([name, values]) => ({
          ...{ name, shape: [values.length], data: Float32Array.from(values) },
        }));
        instance.dispose();
        return pairingOf({ data, dataConfig: {}, seed: 1, batch: 5, parameters });
      }),
    );
    expect(new Set(pairings.map(({ task }) => task)).size).toBe(1);
    expect(new Set(pairings.map(({ weights }) => JSON.stringify(weights['classifierWeights1']))).size).toBe(
      1,
    );
  });
});

describe('training', () => {
  const training = async (raw: object, config: object = {}) => {
    const parsed = confidentConfigSchema.parse({ ...small, steps: 14, evaluateEvery: 5, ...raw, ...config });
    return {
      problem: confidentClassifier,
      config: { ...parsed },
      data: await loadConfident(parsed, bareHost),
      estimator: 'gradient',
    };
  };

  it.each([['gan'], ['box']])(
    'with outliers of %s: the same seed gives the same bits, resumed or not',
    async (kind) => {
      const options = await training({ outliers: { kind } });
      const whole = await record(options);
      expect(whole.error).toBeUndefined();
      const cut = await record({ ...options, cancelAt: 7 });
      const resumed = await record({ ...options, resume: cut.checkpoints.at(-1) });
      expect(resumed.checkpoints.at(-1)!.tensors).toEqual(whole.checkpoints.at(-1)!.tensors);
      expect(new Map([...resumed.points].map(([name, all]) => [name, all.at(-1)]))).toEqual(
        new Map([...whole.points].map(([name, all]) => [name, all.at(-1)])),
      );
      // No tensor stays from step to step.
      expect(new Set(whole.tensors.slice(-3)).size).toBe(1);
    },
  );

  /** The toy of the paper, smaller: two classes, and as many outliers from the whole box as from the one near the data. */
  describe('the toy', () => {
    const toy = {
      data: { kind: 'plane', count: 400 },
      ...{ hiddenLayers: 2, hiddenUnits: 64, activation: 'relu', batch: 32, klWeight: 1 },
      ...{ steps: 600, evaluateEvery: 600, learningRate: 0.003 },
    };
    /** Mean confidence beside the classes, within the near box. */
    const found = new Map<string, { readonly near: number; readonly accuracy: number }>();

    beforeAll(async () => {
      for (const kind of ['none', 'box', 'near']) {
        const options = await training({ ...toy, outliers: { kind } });
        const { data, config } = options;
        const run = await record(options);
        const last = run.checkpoints.at(-1)!;
        const parameters = Object.fromEntries(
          last.tensors
            .filter(({ name }) => name.startsWith('parameter/'))
            .map((one) => [one.name.slice('parameter/'.length), tf.tensor(one.data, [...one.shape])]),
        );
        const box = { low: [-2, -2], high: [2, 2] };
        const rows = uniformRows(box, data.ground, 1000, rootKey(9), 'test');
        const logits = tf.tidy(() =>
          tf
            .max(
              tf.softmax(networksOf(config, data.ground, parameters).classify(tf.tensor2d(rows, [1000, 2]))),
              1,
            )
            .dataSync(),
        );
        tf.dispose(parameters);
        found.set(kind, {
          near: mean(Array.from(logits)),
          accuracy: run.points.get('hardTestAccuracy')!.at(-1)![1],
        });
      }
    }, 120_000);

    it('classifies, whatever the outliers', () => {
      for (const { accuracy } of found.values()) expect(accuracy).toBeGreaterThan(0.97);
    });

    it('outliers of the whole box leave it over-confident near the data, those of the near box do not', () => {
      const [none, box, near] = ['none', 'box', 'near'].map((kind) => found.get(kind)!.near) as [
        number,
        number,
        number,
      ];
      expect(none).toBeGreaterThan(0.9);
      expect(near).toBeLessThan(0.7);
      expect(box).toBeGreaterThan(near + 0.05);
    });
  });
});
