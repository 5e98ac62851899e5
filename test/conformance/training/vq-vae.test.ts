/** The VQ-VAE through the ordinary training loop: resumed with its averages, every estimator, answers, exports, and runs that fail. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { canTake } from '../../../src/shared/choice.ts';
import { imageBytes } from '../../../src/shared/pictures/images.ts';
import type { Picture } from '../../../src/shared/pictures/picture.ts';
import type { Trained } from '../../../src/engine/core/capabilities.ts';
import type { EngineHost } from '../../../src/engine/core/engine-host.ts';
import { download } from '../../../src/engine/core/named-tensor.ts';
import type { TrainingConfig } from '../../../src/engine/core/problem.ts';
import { estimators } from '../../../src/engine/estimators/registry.ts';
import type { ImageData } from '../../../src/engine/images/image-data.ts';
import { parseConfig } from '../../../src/engine/problems/registry.ts';
import { vqVae } from '../../../src/engine/problems/vq-vae/vq-vae.ts';
import { rootKey } from '../../../src/engine/random/key.ts';
import { record, type Recorded } from '../../support/recorded-training.ts';

const host = { breathe: () => Promise.resolve() } as EngineHost;
const last = ({ points }: Recorded, name: string) => points.get(name)!.at(-1)![1];

const common = {
  data: { kind: 'bars-and-stripes', side: 3 },
  ...{ positions: 2, codes: 4, codeSize: 2, hiddenUnits: 6, batch: 8 },
  prior: { codeSize: 2, hiddenUnits: 3 },
};
const configOf = (raw: object) => parseConfig(vqVae, { ...common, ...raw });
const job = (raw: object) => ({ problem: vqVae, config: { ...configOf(raw) }, data });

let data: ImageData;
beforeAll(async () => {
  data = (await vqVae.load(configOf({}), host)) as ImageData;
});

describe('averages and restarts are of the run', () => {
  const raw = {
    ...{ steps: 12, evaluateEvery: 4, learningRate: 0.02, start: 'uniform' },
    quantiser: { kind: 'nearest', codebook: 'ema', decay: 0.7 },
    restart: { every: 3, below: 1 },
  };

  it('a run that is cut off goes on with the same numbers', async () => {
    const whole = await record({ ...job(raw), estimator: 'gradient' });
    const cut = await record({ ...job(raw), estimator: 'gradient', cancelAt: 7 });
    const resumed = await record({ ...job(raw), estimator: 'gradient', resume: cut.checkpoints.at(-1) });
    expect(last(resumed, 'hardTestElbo')).toBe(last(whole, 'hardTestElbo'));
    expect(resumed.checkpoints.at(-1)!.tensors).toEqual(whole.checkpoints.at(-1)!.tensors);
    expect(whole.checkpoints.at(-1)!.tensors.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['state/usage', 'state/sums', 'state/counts']),
    );
  });
});

describe('the stochastic quantiser', () => {
  const raw = {
    ...{ steps: 3, evaluateEvery: 3, logEvery: 1, quantiser: { kind: 'stochastic' } },
    ...{ restart: { every: 2 } },
  };
  const able = estimators.filter((one) => canTake(one, { kind: 'categorical' })).map(({ id }) => id);

  it.each(able)('%s trains it', async (estimator) => {
    const run = await record({ ...job(raw), estimator });
    expect(run.error).toBeUndefined();
    for (const name of ['trainingObjective', 'hardTestElbo', 'testRate', 'gap']) {
      expect(Number.isFinite(last(run, name)), name).toBe(true);
    }
    expect(run.points.get('gradientNorm')!.every(([, norm]) => norm > 0)).toBe(true);
  });
});

describe('bars and stripes', () => {
  it.each(['loss', 'ema'])(
    'with the copied gradient and codes by %s come near their entropy',
    async (codebook) => {
      const run = await record({
        ...job({
          ...{ steps: 500, batch: 28, evaluateEvery: 250, learningRate: 0.01, hiddenUnits: 32, codeSize: 4 },
          quantiser: { kind: 'nearest', codebook },
          prior: { codeSize: 4, hiddenUnits: 8 },
        }),
        estimator: 'gradient',
        seed: 2,
      });
      // Fourteen patterns; no law of them is above minus ln 14, and independent pixels are at -5.5.
      expect(data.entropy).toBeCloseTo(Math.log(14), 12);
      expect(last(run, 'hardTestElbo')).toBeLessThan(-data.entropy!);
      expect(last(run, 'hardTestElbo')).toBeGreaterThan(-3.6);
      expect(last(run, 'testPerplexity')).toBeGreaterThan(2.5);
    },
  );
});

it('a learning rate that makes NaN fails the run, with its step', async () => {
  const run = await record({ ...job({ steps: 50, learningRate: 1e30 }), estimator: 'gradient' });
  expect(String(run.error)).toMatch(/step \d+ of gradient \(seed 1\): .*the last good checkpoint is kept/);
});

describe('what a run can be asked', () => {
  const config = configOf({});
  let trained: Trained<TrainingConfig>;
  beforeAll(async () => {
    const instance = vqVae.create(config, data, rootKey(1));
    const parameters = await Promise.all(
      Object.entries(instance.parameters).map(([name, variable]) => download(name, variable)),
    );
    trained = {
      ...{ config, step: 0, parameters, outcome: [] },
      data: () => Promise.resolve(data),
      instance: () => Promise.resolve(instance),
    };
  });
  const ask = async (name: string, input: object) => {
    const question = vqVae.questions!.find((one) => one.name === name)!;
    const answer = await question.answer(trained, question.input.parse(input), host);
    return question.output.parse(answer) as Picture;
  };
  const codesOf = ({ note }: Picture) => note.replace('Codes: ', '').split(', ').map(Number);

  it('the codes of an image decode to its reconstruction, and cost what the prior says', async () => {
    const encoded = await ask('encode', { image: { kind: 'split', split: 'train', index: 3 } });
    const codes = codesOf(encoded);
    expect(codes).toHaveLength(2);
    const decoded = await ask('decode', { codes });
    const pixels = ({ panels: [panel] }: Picture, image: number) =>
      panel?.kind === 'images' ? [...imageBytes(panel, panel.images[image]!.pixels)] : [];
    expect(pixels(decoded, 0)).toEqual(pixels(encoded, 1));
    expect(pixels(encoded, 0)).toEqual([...data.train.pixels.slice(27, 36)].map((grey) => 255 * grey));
    // The prior has learned nothing yet: two codes of four.
    expect(encoded.facts[0]?.value).toBeCloseTo(4, 5);
    expect(decoded.facts[0]?.value).toBeCloseTo(4, 5);
  });

  it('an image that is drawn has the codes of the same image of a split', async () => {
    const image = { kind: 'split', split: 'train', index: 3 };
    const bytes = Uint8Array.from(data.train.pixels.slice(27, 36), (grey) => 255 * grey);
    const pixels = { width: 3, height: 3, bytes: btoa(String.fromCharCode(...bytes)) };
    const drawn = await ask('encode', { image: { kind: 'drawn', pixels } });
    expect(codesOf(drawn)).toEqual(codesOf(await ask('encode', { image })));
  });

  it('a shorter code map goes on with its last code', async () => {
    expect(codesOf(await ask('decode', { codes: [3] }))).toEqual([3, 3]);
    expect(codesOf(await ask('decode', {}))).toEqual([0, 0]);
  });

  it.each([
    [
      'encode',
      { image: { kind: 'split', index: 14 } },
      /index: expected 0 to 13, the validation images, found 14/,
    ],
    ['decode', { codes: [0, 4] }, /codes: expected codes from 0 to 3, found 4/],
    ['decode', { codes: [0, 1, 2] }, /codes: expected at most 2 codes, one for each position, found 3/],
  ])('%s %j is refused in one sentence', async (name, input, message) => {
    await expect(ask(name, input)).rejects.toThrow(message);
  });

  it('codebook and code maps are tables', async () => {
    const written = async (name: string) => {
      const text = await vqVae.exports!.find((one) => one.name === name)!.write(trained, host);
      return String(text)
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split(','));
    };
    const codebook = await written('codebook');
    expect(codebook[0]).toEqual(['code', 'e0', 'e1']);
    const stored = trained.parameters.find(({ name }) => name === 'codebook')!.data;
    expect(codebook.slice(1).flatMap(([, ...numbers]) => numbers.map(Number))).toEqual([...stored]);
    const maps = await written('code-maps');
    expect(maps[0]).toEqual(['split', 'image', 'label', 'c0', 'c1']);
    expect(maps).toHaveLength(1 + 3 * 14);
    expect(maps[4]!.slice(3).map(Number)).toEqual(
      codesOf(await ask('encode', { image: { kind: 'split', split: 'train', index: 3 } })),
    );
  });

  it('none of it leaves a tensor behind', async () => {
    const before = tf.memory().numTensors;
    await ask('encode', {});
    await ask('decode', { codes: [1, 2] });
    for (const { draw } of vqVae.pictures!) await draw(trained, host);
    for (const { write } of vqVae.exports!) await write(trained, host);
    expect(tf.memory().numTensors).toBe(before);
  });
});
