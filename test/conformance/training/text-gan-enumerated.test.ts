/**
 * Policy gradients and rollouts of text GANs against plain sums over all sequences: what is sampled is the algorithm's affair, on one backend; the
 * slopes that the draws are weighted with are checked on both (test/conformance/text-gan.test.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { StagedObjective } from '../../../src/engine/core/choice.ts';
import { fold, rootKey } from '../../../src/engine/random/key.ts';
import { estimated, type PlainParameters } from '../../support/instance.ts';
import { allLogs, sequencesFrom, softplus, verdict } from '../../support/plain-text-gan.ts';
import { cold, filters, judge, made, mean, shapeOf, slopesOf, step } from '../../support/small-text-gan.ts';

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
