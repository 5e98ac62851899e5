/** Text GANs as instances: gradients against slopes of plain sums over all sequences (draws: training/text-gan-enumerated.test.ts). */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { AnyProblemInstance } from '../../src/engine/core/problem.ts';
import { estimators } from '../../src/engine/estimators/registry.ts';
import {
  textGanConfigSchema,
  textGanForkIssue,
  type TextGanConfig,
} from '../../src/engine/problems/text-gan/config.ts';
import { sequenceOf, type SequenceData } from '../../src/engine/problems/text-gan/sequence-data.ts';
import { randomIntegers } from '../../src/engine/random/fill.ts';
import { fold } from '../../src/engine/random/key.ts';
import { estimated, readParameters, type PlainParameters } from '../support/instance.ts';
import { allLogs, logOf, sequencesFrom, softplus, verdict } from '../support/plain-text-gan.ts';
import {
  cold,
  filters,
  judge,
  made,
  mean,
  shapeOf,
  slopesOf,
  small,
  step,
} from '../support/small-text-gan.ts';

/** The minibatch of the step. */
function realRows(config: TextGanConfig, data: SequenceData): number[][] {
  const rows = randomIntegers(fold(step.key, 'rows'), config.batch, data.train.starts.length);
  return Array.from(rows, (row) => [...sequenceOf(data, 'train', row)]);
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
