/** Trainings of text GANs: what maximum likelihood reaches, what is reported, and that a run goes on where it was. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/engine/problems/registry.ts';
import { textGanConfigSchema } from '../../../src/engine/problems/text-gan/config.ts';
import { loadSequences } from '../../../src/engine/problems/text-gan/sequence-data.ts';
import { textGan } from '../../../src/engine/problems/text-gan/text-gan.ts';
import { bareHost } from '../../support/engine-host.ts';
import { hostOf } from '../../support/off-policy-log.ts';
import { record } from '../../support/recorded-training.ts';

const small = {
  ...{ embeddingSize: 4, hiddenUnits: 8, batch: 16, logEvery: 5 },
  discriminator: { kind: 'convolution', filters: 4 },
};

async function job(raw: object, estimator: string, settings: Record<string, unknown> = {}, host = bareHost) {
  const config = parseConfig(textGan, { ...small, ...raw });
  return {
    problem: textGan,
    config,
    data: await loadSequences(textGanConfigSchema.parse(config), host),
    ...{ estimator, settings },
  };
}

it('maximum likelihood comes near a chain of four tokens, in both directions', async () => {
  const { points, error } = await record(
    await job(
      {
        data: { kind: 'tabular', symbols: 4 },
        ...{ method: { kind: 'likelihood' }, steps: 500, evaluateEvery: 500, learningRate: 0.01, batch: 64 },
      },
      'gradient',
    ),
  );
  expect(error).toBeUndefined();
  const last = (name: string) => points.get(name)!.at(-1)![1];
  const first = (name: string) => points.get(name)![0]![1];
  for (const name of ['klFromOracle', 'klToOracle']) {
    expect(last(name)).toBeLessThan(0.1);
    expect(last(name)).toBeLessThan(first(name) / 5);
  }
  expect(last('collapsed')).toBe(0);
});

describe.each([
  ['reinforce', { samples: 2, baseline: 'leave-one-out' }, {}],
  ['reinforce', { baseline: 'moving-average' }, { rollouts: 2, rolloutRate: 0.8, reward: 'probability' }],
  ['st-gumbel-softmax', {}, {}],
])('%s %j %j', (estimator, settings, method) => {
  const raw = {
    ...{ steps: 24, evaluateEvery: 8 },
    method: { kind: 'adversarial', warmSteps: 10, ...method },
  };

  it('goes on with the same numbers where it was cut off, and keeps no tensor', async () => {
    const options = await job(raw, estimator, settings);
    const whole = await record(options);
    expect(whole.error).toBeUndefined();
    expect(new Set(whole.tensors.slice(-3)).size).toBe(1);
    // In the warm start, and after it.
    for (const cancelAt of [7, 17]) {
      const cut = await record({ ...options, cancelAt });
      const rest = await record({ ...options, resume: cut.checkpoints.at(-1) });
      expect(rest.checkpoints.at(-1)!.tensors).toEqual(whole.checkpoints.at(-1)!.tensors);
    }
  });
});

it('reports what is described, of the split that the descriptor says', async () => {
  const options = await job({}, 'reinforce');
  const instance = textGan.create(options.config, options.data, { words: [1, 2] });
  const found: string[] = [];
  for (const split of ['train', 'validation', 'test'] as const) {
    const names = Object.keys(await instance.evaluate(split, 'quick'));
    found.push(...names);
    for (const name of names) {
      const own = textGan.metrics.find((metric) => metric.name === name);
      expect(own, name).toBeDefined();
      if (own!.split !== undefined) expect(own!.split, name).toBe(split);
    }
  }
  instance.dispose();
  const expected = textGan.metrics.map(({ name }) => name);
  expect(found.sort()).toEqual(expected.filter((name) => !['trainingLoss', 'gap'].includes(name)).sort());
});

it('trains on a text of a user, right to left', async () => {
  const text = 'שלום עולם זה ספר קטן של מילים '.repeat(60);
  const { error, points } = await record(
    await job(
      {
        data: { kind: 'text', path: 'book.txt' },
        ...{ steps: 6, evaluateEvery: 3, method: { kind: 'adversarial', warmSteps: 3 } },
      },
      'gumbel-softmax',
      {},
      hostOf({ 'book.txt': text }),
    ),
  );
  expect(error).toBeUndefined();
  // Nobody knows the law of a text.
  expect(points.has('oracleNll')).toBe(false);
  expect(points.get('hardTestNll')!.at(-1)![1]).toBeGreaterThan(0);
});
