/** The discrete VAE through the ordinary training loop: a known optimum, every estimator in every form, and a run that fails. */
import { beforeAll, describe, expect, it } from 'vitest';
import { canTake } from '../../../src/shared/choice.ts';
import type { EngineHost } from '../../../src/engine/core/engine-host.ts';
import { estimators } from '../../../src/engine/estimators/registry.ts';
import type { ImageData } from '../../../src/engine/images/image-data.ts';
import { discreteVae } from '../../../src/engine/problems/discrete-vae/discrete-vae.ts';
import { parseConfig } from '../../../src/engine/problems/registry.ts';
import { record, type Recorded } from '../../support/recorded-training.ts';

const host = { breathe: () => Promise.resolve() } as EngineHost;
const last = ({ points }: Recorded, name: string) => points.get(name)!.at(-1)![1];

/** The six images of 2 x 2 pixels whose rows or columns are of one colour. */
const patterns = { kind: 'bars-and-stripes', side: 2 };
const common = { data: patterns, network: 'linear', batch: 24, prior: 'learned', iwae: { samples: 20 } };
const configOf = (raw: object) => parseConfig(discreteVae, { ...common, ...raw });

let data: ImageData;
beforeAll(async () => {
  data = (await discreteVae.load(configOf({}), host)) as ImageData;
});

describe('bars and stripes by enumeration', () => {
  it('one category of eight comes within 0.1 nat of the entropy', async () => {
    const raw = { latent: 'categorical', latents: 1, classes: 8, learningRate: 0.05 };
    const config = configOf({ ...raw, steps: 400, evaluateEvery: 200 });
    const run = await record({
      problem: discreteVae,
      config: { ...config },
      data,
      estimator: 'exact',
      seed: 3,
    });
    expect(run.error).toBeUndefined();
    const entropy = Math.log(6);
    expect(data.entropy).toBeCloseTo(entropy, 12);
    expect(last(run, 'testLogLikelihood')).toBeGreaterThan(-entropy - 0.1);
    expect(last(run, 'testLogLikelihood')).toBeLessThan(-entropy);
    expect(last(run, 'hardTestElbo')).toBeGreaterThan(-entropy - 0.1);
    expect(last(run, 'trainingElbo')).toBeGreaterThan(-entropy - 0.15);
    expect(await discreteVae.computeBaselines(config, data, host)).toMatchObject({ entropy: -data.entropy! });
  });
});

const forms: readonly [string, object][] = [
  ['bits', { latents: 3 }],
  ['categories', { latent: 'categorical', latents: 2, classes: 3, kl: 'sampled' }],
  ['two layers of bits', { layers: 2, latents: 2 }],
  ['two layers of categories', { layers: 2, latent: 'categorical', latents: 1, classes: 3, kl: 'sampled' }],
];

describe.each(forms)('%s', (_, raw) => {
  const config = configOf({
    ...raw,
    steps: 4,
    batch: 6,
    evaluateEvery: 4,
    logEvery: 1,
    learningRate: 0.05,
    warmUp: 2,
  });
  const able = estimators.filter((one) => canTake(one, discreteVae.choice(config)));
  it.each(able.map(({ id }) => id))('%s trains it', async (estimator) => {
    const run = await record({ problem: discreteVae, config: { ...config }, data, estimator });
    expect(run.error).toBeUndefined();
    expect(run.outcome?.state).toBe('completed');
    for (const name of ['trainingElbo', 'hardTestElbo', 'iwaeTest']) {
      expect(Number.isFinite(last(run, name)), name).toBe(true);
    }
    expect(run.points.get('gradientNorm')!.every(([, norm]) => norm > 0)).toBe(true);
  });
});

it('a learning rate that makes NaN fails the run, with its step, and keeps the last good checkpoint', async () => {
  const config = configOf({ steps: 50, learningRate: 1e30, network: 'nonlinear' });
  const run = await record({ problem: discreteVae, config: { ...config }, data, checkpointAt: 1 });
  expect(String(run.error)).toMatch(
    /step \d+ of st-gumbel-softmax \(seed 1\): the training value is \S+, and parameter\/\w+ is not finite; the last good checkpoint is kept/,
  );
});
