/** Trainings of word models on a text whose law is known: what NCE promises, and that a run goes on where it was. */
import { describe, expect, it } from 'vitest';
import { loadWordData, wordBaselines } from '../../../src/engine/problems/noise-contrastive/word-data.ts';
import { noiseContrastiveConfigSchema } from '../../../src/engine/problems/noise-contrastive/config.ts';
import { noiseContrastive } from '../../../src/engine/problems/noise-contrastive/noise-contrastive.ts';
import { parseConfig } from '../../../src/engine/problems/registry.ts';
import { bareHost } from '../../support/engine-host.ts';
import { record } from '../../support/recorded-training.ts';

const training = {
  data: { kind: 'generated', words: 12, length: 20_000 },
  ...{ model: 'log-bilinear', window: 1, embeddingSize: 6 },
  ...{ steps: 400, batch: 128, learningRate: 0.02, evaluateEvery: 400, logEvery: 50 },
};
const config = noiseContrastiveConfigSchema.parse(training);
const loaded = loadWordData(config, bareHost);

async function trained(raw: object, estimator = 'gradient') {
  const data = await loaded;
  const { points, error } = await record({
    problem: noiseContrastive,
    data,
    config: parseConfig(noiseContrastive, { ...training, ...raw }),
    estimator,
  });
  expect(error).toBeUndefined();
  const last = (name: string) => points.get(name)!.at(-1)![1];
  return { points, last, lines: wordBaselines(config, data) };
}

describe('a text whose law is known', () => {
  // Of seed 1, whose numbers are the same every time.
  it.each([
    ['full-softmax', {}],
    ['nce', {}],
    ['nce', { partition: 'learned' }],
    ['negative-sampling', {}],
    ['sampled-softmax', {}],
    ['importance', {}],
  ])('%s %j comes near the likelihood of the law', async (kind, raw) => {
    const { last, lines } = await trained({ loss: { kind, ...raw } });
    expect(last('hardTestNll')).toBeLessThan(lines['truth']! + 0.05);
    expect(last('hardTestNll')).toBeLessThan(lines['unigram']!);
    if (kind !== 'nce') return;
    // Z is learned as 1, though nothing divides by it.
    expect(Math.abs(last('testLogZ'))).toBeLessThan(0.05);
    expect(last('testLogZDeviation')).toBeLessThan(0.15);
  });

  it('so does the gradient of ln Z by words that the model draws', async () => {
    const { last, lines } = await trained({ loss: { kind: 'log-partition' } }, 'reinforce');
    expect(last('hardTestNll')).toBeLessThan(lines['truth']! + 0.05);
  });
});

describe('the gap of training loss and exact NLL', () => {
  const short = { steps: 10, batch: 16, evaluateEvery: 5, logEvery: 5 };

  it.each(['full-softmax', 'sampled-softmax', 'importance', 'log-partition'])(
    '%s estimates the likelihood, and has one',
    async (kind) => {
      const { points, last } = await trained(
        { ...short, loss: { kind } },
        kind === 'log-partition' ? 'exact' : 'gradient',
      );
      expect(points.get('gap')!.map(([step]) => step)).toEqual([5, 10]);
      expect(last('gap')).toBe(last('trainingLoss') - last('hardTrainNll'));
    },
  );

  it.each([{ kind: 'nce' }, { kind: 'nce', partition: 'learned' }, { kind: 'negative-sampling' }])(
    '%j is trained by another quantity, and has none',
    async (loss) => {
      const { points } = await trained({ ...short, loss });
      expect([points.has('trainingLoss'), points.has('hardTrainNll'), points.has('gap')]).toEqual([
        true,
        true,
        false,
      ]);
    },
  );
});

describe('a run that was cut off', () => {
  it.each([
    ['gradient', 'nce'],
    ['reinforce', 'log-partition'],
  ])('goes on with the same numbers: %s, %s', async (estimator, kind) => {
    const options = {
      problem: noiseContrastive,
      data: await loaded,
      config: parseConfig(noiseContrastive, {
        ...training,
        loss: { kind },
        steps: 30,
        evaluateEvery: 10,
        logEvery: 5,
      }),
      estimator,
    };
    const whole = await record(options);
    const first = await record({ ...options, cancelAt: 17 });
    expect(first.checkpoints).toHaveLength(1);
    const rest = await record({ ...options, resume: first.checkpoints[0] });
    for (const [name, points] of whole.points) {
      // A clock's, which two runs do not share.
      if (name === 'wordsPerSecond') continue;
      const joined = [...(first.points.get(name) ?? []), ...(rest.points.get(name) ?? [])];
      expect(joined, name).toEqual(points);
    }
  });
});
