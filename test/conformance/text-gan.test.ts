/** Text GANs as instances: gradients against slopes of plain sums over all sequences, rollouts against enumerated means. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { StagedObjective } from '../../src/engine/core/choice.ts';
import type { AnyProblemInstance } from '../../src/engine/core/problem.ts';
import { estimators } from '../../src/engine/estimators/registry.ts';
import {
  textGanConfigSchema,
  textGanForkIssue,
  type TextGanConfig,
} from '../../src/engine/problems/text-gan/config.ts';
import {
  loadSequences,
  sequenceOf,
  type SequenceData,
} from '../../src/engine/problems/text-gan/sequence-data.ts';
import { createTextGan } from '../../src/engine/problems/text-gan/text-gan-model.ts';
import { randomIntegers } from '../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { bareHost } from '../support/engine-host.ts';
import { estimated, readParameters, shake, type PlainParameters } from '../support/instance.ts';
import {
  allLogs,
  logOf,
  sequencesFrom,
  softplus,
  verdict,
  type PlainShape,
} from '../support/plain-text-gan.ts';

const step = { step: 7, key: rootKey(2), temperature: 1 };
const filters = { kind: 'convolution', widths: [1, 2, 9], filters: 3 };
const small = {
  data: { kind: 'tabular', symbols: 3, count: 60 },
  ...{ length: 3, embeddingSize: 2, hiddenUnits: 3, batch: 4, discriminator: filters },
};
const cold = { kind: 'adversarial', warmSteps: 0 };

async function made(raw: object) {
  const config = textGanConfigSchema.parse({ ...small, ...raw });
  const data = await loadSequences(config, bareHost);
  const instance = createTextGan(config, data, rootKey(1));
  shake(instance.parameters, 0.5);
  return { config, data, instance, parameters: readParameters(instance.parameters) };
}

function shapeOf(config: TextGanConfig, data: SequenceData): PlainShape {
  const { cell, embeddingSize, hiddenUnits } = config;
  return {
    cell,
    symbols: data.names.length,
    length: data.length,
    embedding: embeddingSize,
    hidden: hiddenUnits,
  };
}

function judge({ discriminator }: TextGanConfig, length: number) {
  if (discriminator.kind === 'recurrent') return { units: discriminator.units };
  return {
    widths: discriminator.widths.map((width) => Math.min(width, length)),
    filters: discriminator.filters,
  };
}

/** The minibatch of the step. */
function realRows(config: TextGanConfig, data: SequenceData): number[][] {
  const rows = randomIntegers(fold(step.key, 'rows'), config.batch, data.train.starts.length);
  return Array.from(rows, (row) => [...sequenceOf(data, 'train', row)]);
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

const WIDTH = 1e-5;
function slopesOf(of: (p: PlainParameters) => number, parameters: PlainParameters, name: string): number[] {
  const values = parameters[name]!;
  const at = (i: number, by: number) =>
    of({ ...parameters, [name]: values.map((x, n) => (n === i ? x + by : x)) });
  return values.map((_, i) => (at(i, WIDTH) - at(i, -WIDTH)) / (2 * WIDTH));
}

describe.each(['gru', 'lstm'] as const)('%s', (cell) => {
  it('maximum likelihood: the gradient of every parameter is the slope of the NLL per token', async () => {
    const { config, data, instance, parameters } = await made({ cell, method: { kind: 'likelihood' } });
    const shape = shapeOf(config, data);
    const rows = realRows(config, data);
    const loss = (p: PlainParameters) => -mean(rows.map((tokens) => logOf(shape, p, tokens))) / data.length;
    const { gradients, believed } = estimated(instance, 'gradient', step);
    expect(believed).toBeCloseTo(loss(parameters), 5);
    for (const name of Object.keys(parameters))
      slopesOf(loss, parameters, name).forEach((slope, i) =>
        expect(gradients[name]![i], `${name}[${i}]`).toBeCloseTo(slope, 4),
      );
    instance.dispose();
  });

  it.each([
    ['log', filters],
    ['probability', filters],
    ['log', { kind: 'recurrent', units: 3 }],
  ])(
    'adversarial, %s, %j: generator and discriminator get the slopes of their own losses, by enumeration',
    async (reward, discriminator) => {
      const raw = { cell, discriminator, method: { ...cold, reward } };
      const { config, data, instance, parameters } = await made(raw);
      const shape = shapeOf(config, data);
      const kind = judge(config, data.length);
      const all = sequencesFrom(shape);
      const real = realRows(config, data);
      const logits = (p: PlainParameters) => all.map((tokens) => verdict(shape, p, tokens, kind));
      const [fixedLogits, fixedLogs] = [logits(parameters), allLogs(shape, parameters)];
      const worth = (d: number) => (reward === 'log' ? softplus(-d) : 1 / (1 + Math.exp(d)));
      const forGenerator = (p: PlainParameters) =>
        allLogs(shape, p).reduce((sum, log, n) => sum + Math.exp(log) * worth(fixedLogits[n]!), 0);
      const forDiscriminator = (p: PlainParameters) =>
        (mean(real.map((tokens) => softplus(-verdict(shape, p, tokens, kind)))) +
          logits(p).reduce((sum, d, n) => sum + Math.exp(fixedLogs[n]!) * softplus(d), 0)) /
        2;
      const { gradients, believed } = estimated(instance, 'exact', step);
      expect(believed).toBeCloseTo(forGenerator(parameters), 5);
      for (const name of Object.keys(parameters)) {
        const loss = name.startsWith('generator') ? forGenerator : forDiscriminator;
        slopesOf(loss, parameters, name).forEach((slope, i) =>
          expect(gradients[name]![i], `${name}[${i}]`).toBeCloseTo(slope, 4),
        );
      }
      instance.dispose();
    },
    120_000,
  );
});

describe('every estimator that takes stages', () => {
  const taking = estimators.filter(({ stages }) => stages);

  it('trains generator and discriminator, and in the first steps by likelihood alone', async () => {
    const likelihood = await made({ method: { kind: 'likelihood' } });
    const expected = estimated(likelihood.instance, 'gradient', step).gradients;
    for (const { id, examples } of taking)
      for (const settings of examples as object[]) {
        for (const warmSteps of [0, 100]) {
          const { instance } = await made({ method: { ...cold, warmSteps } });
          const { gradients, believed } = estimated(instance, id, step, { settings });
          expect(Number.isFinite(believed), id).toBe(true);
          for (const [name, own] of Object.entries(gradients)) {
            const where = `${id} ${JSON.stringify(settings)} ${name}`;
            expect(own!.every(Number.isFinite), where).toBe(true);
            if (name.startsWith('discriminator'))
              expect(
                own!.some((x) => x !== 0),
                where,
              ).toBe(true);
            else if (warmSteps > 0)
              own!.forEach((x, i) => expect(x, where).toBeCloseTo(expected[name]![i]!, 5));
          }
          instance.dispose();
        }
      }
    likelihood.instance.dispose();
  });
});

/** The oracle of the issue: six tokens, sequences of five, 7776 of them. */
const whole = {
  data: { kind: 'tabular', symbols: 6, count: 200 },
  ...{ length: 5, embeddingSize: 2, hiddenUnits: 3, batch: 128, discriminator: filters },
};

describe('six tokens, sequences of five, summed over all 7776', () => {
  const enumerated = async (raw: object) => {
    const found = await made({ ...whole, ...raw });
    const shape = shapeOf(found.config, found.data);
    const kind = judge(found.config, found.data.length);
    const worth = sequencesFrom(shape).map((tokens) =>
      softplus(-verdict(shape, found.parameters, tokens, kind)),
    );
    const expected = (p: PlainParameters) =>
      allLogs(shape, p).reduce((sum, log, n) => sum + Math.exp(log) * worth[n]!, 0);
    return { ...found, shape, worth, expected };
  };

  // Fixed keys. With others, one of 2 x 9 coordinates is beyond 4.5 standard errors with a chance of 3e-4
  // (Student's t of 99).
  it.each([
    ['REINFORCE', 0],
    ['SeqGAN, two rollouts by the generator itself', 2],
  ])(
    '%s: its mean is the enumerated policy gradient',
    async (_, rollouts) => {
      const settings = { samples: 4, baseline: 'leave-one-out' };
      const { instance, parameters, expected } = await enumerated({ method: { ...cold, rollouts } });
      const names = ['generatorOutputBiases1', 'generatorBiases'] as const;
      const samples = Array.from(
        { length: 100 },
        (__, n) => estimated(instance, 'reinforce', step, { settings, key: fold(rootKey(7), n) }).gradients,
      );
      let [clearest, most] = [0, 0];
      for (const name of names) {
        const slopes = slopesOf(expected, { ...parameters }, name).slice(0, 6);
        slopes.slice(0, name === 'generatorBiases' ? 3 : 6).forEach((slope, i) => {
          const own = samples.map((one) => one[name]![i]!);
          const average = mean(own);
          const variance = own.reduce((sum, x) => sum + (x - average) ** 2, 0) / (own.length - 1);
          const error = Math.sqrt(variance / own.length);
          expect(Math.abs(average - slope), `${name}[${i}]`).toBeLessThan(4.5 * error + 1e-5);
          if (Math.abs(slope) / error > clearest) [clearest, most] = [Math.abs(slope) / error, error];
        });
      }
      // What is compared is no noise around 0.
      expect(clearest, `with errors of ${most}`).toBeGreaterThan(10);
      instance.dispose();
    },
    240_000,
  );

  it("a rollout's Q is the mean of f given the tokens so far, and of the last token f itself", async () => {
    const rollouts = 256;
    const { instance, shape, worth, parameters } = await enumerated({
      batch: 1,
      method: { ...cold, rollouts },
    });
    const tokens = [2, 0, 5, 1, 4];
    const { objective } = instance.step(step) as { objective: StagedObjective };
    const values = tokens.map((token) =>
      tf.reshape(tf.oneHot(tf.tensor1d([token], 'int32'), 6, 1, 0, 'float32'), [1, 1, 6]),
    );
    const found = Array.from({ length: 8 }, (_, n) =>
      Array.from(objective.rollouts!.returns(values, fold(rootKey(3), n)).dataSync()),
    );
    const logs = allLogs(shape, parameters);
    const all = sequencesFrom(shape);
    const given = (t: number) => all.map((one) => tokens.slice(0, t).every((token, n) => one[n] === token));
    for (let t = 1; t < 5; t++) {
      const among = given(t);
      const mass = logs.map((log, n) => (among[n] ? Math.exp(log) : 0));
      const sum = mass.reduce((total, p) => total + p, 0);
      const q = mass.reduce((total, p, n) => total + p * worth[n]!, 0) / sum;
      const variance = mass.reduce((total, p, n) => total + p * (worth[n]! - q) ** 2, 0) / sum;
      const error = Math.sqrt(variance / (8 * rollouts));
      // Fixed keys; one of four is beyond 4.5 standard errors with a chance of 3e-5.
      expect(Math.abs(mean(found.map((row) => row[t - 1]!)) - q), `t = ${t}`).toBeLessThan(
        4.5 * error + 1e-6,
      );
    }
    const place = all.findIndex((one) => one.join() === tokens.join());
    for (const row of found) expect(row[4]).toBeCloseTo(worth[place]!, 5);
    expect(objective.rollouts!.evaluations).toBe(4 * rollouts + 1);
    instance.dispose();
  });
});

describe('the network that completes rollouts', () => {
  it('is the generator while that is trained by likelihood, and then lags behind', async () => {
    const { instance, parameters } = await made({
      method: { kind: 'adversarial', warmSteps: 3, rollouts: 2, rolloutRate: 0.8 },
    });
    const lagging = () => readParameters((instance as { state: AnyProblemInstance['parameters'] }).state);
    const name = 'generatorOutputBiases1';
    instance.advance!({ ...step, step: 2 });
    expect(lagging()[`lagging.${name}`]).toEqual(parameters[name]);
    tf.tidy(() => instance.parameters[name]!.assign(tf.ones([3])));
    instance.advance!({ ...step, step: 3 });
    lagging()[`lagging.${name}`]!.forEach((x, i) =>
      expect(x).toBeCloseTo(0.8 * parameters[name]![i]! + 0.2, 6),
    );
    instance.dispose();
  });
});

it('a likelihood run has no discriminator to go on with', () => {
  const parsed = (method: object) => textGanConfigSchema.parse({ ...small, method });
  const [plain, against] = [parsed({ kind: 'likelihood' }), parsed(cold)];
  expect(textGanForkIssue(plain, against)?.path).toBe('method.kind');
  expect(textGanForkIssue(against, plain)).toBeNull();
  expect(textGanForkIssue(against, against)).toBeNull();
});
