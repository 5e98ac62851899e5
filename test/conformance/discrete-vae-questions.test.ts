/** What a run of the discrete VAE can be asked and writes, on digits: the codes that its own networks give. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineHost } from '../../src/engine/core/engine-host.ts';
import type { AnyProblemInstance } from '../../src/engine/core/problem.ts';
import type { ImageData } from '../../src/engine/images/image-data.ts';
import { discreteVae } from '../../src/engine/problems/discrete-vae/discrete-vae.ts';
import { networksOf } from '../../src/engine/problems/discrete-vae/networks.ts';
import { discreteVaeConfigSchema } from '../../src/engine/problems/discrete-vae/config.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { readPicture, type Picture } from '../../src/shared/pictures/picture.ts';
import { engineFiles } from '../../src/trainer/engine-files.ts';

const host: EngineHost = {
  ...engineFiles,
  ...{ log: () => undefined, now: () => 0, breathe: () => Promise.resolve() },
};
const config = discreteVaeConfigSchema.parse({
  ...{ data: { kind: 'digits', limit: 60, binarize: 'threshold' }, latents: 3 },
  ...{ latent: 'categorical', classes: 4, network: 'linear' },
});

let data: ImageData;
let instance: AnyProblemInstance;
beforeAll(async () => {
  data = (await discreteVae.load(config, host)) as ImageData;
  instance = discreteVae.create(config, data, rootKey(1));
});
afterAll(() => instance.dispose());

const trained = () => ({
  ...{ config, step: 3, parameters: [], outcome: [] },
  data: () => Promise.resolve(data),
  instance: () => Promise.resolve(instance),
});
async function ask(name: string, input: unknown): Promise<Picture> {
  const question = discreteVae.questions!.find((one) => one.name === name)!;
  const before = tf.memory().numTensors;
  const answer = await question.answer(trained(), question.input.parse(input), host);
  expect(tf.memory().numTensors).toBe(before);
  return readPicture(answer, name);
}

/** The most probable values of a test image, by its encoder's logits. */
function likeliest(index: number): number[] {
  const size = data.height * data.width;
  const logits = tf.tidy(() => {
    const pixels = data.test.pixels.slice(index * size, (index + 1) * size);
    return networksOf(config, instance.parameters)
      .encode(tf.tensor2d(pixels, [1, size]))
      .dataSync();
  });
  return [0, 1, 2].map((d) => {
    const own = Array.from(logits.slice(4 * d, 4 * d + 4));
    return own.indexOf(Math.max(...own));
  });
}

describe('encode', () => {
  it('an image of the run', async () => {
    const { note, facts, panels } = await ask('encode', {
      image: { kind: 'split', split: 'test', index: 2 },
    });
    expect(note).toContain(likeliest(2).join(' '));
    const [elbo, iwae] = facts.map(({ value }) => value!);
    expect(elbo).toBeLessThan(iwae!);
    expect(panels.map(({ title }) => title)).toEqual([
      'Image and reconstruction',
      'Probability of each value',
    ]);
  });

  it('a drawn image is brought to the size of the data: a white left half stays a white left half', async () => {
    const bytes = Array.from({ length: 28 * 28 }, (_, i) => (i % 28 < 14 ? 255 : 0));
    const pixels = { width: 28, height: 28, bytes: btoa(String.fromCharCode(...bytes)) };
    const { panels } = await ask('encode', { image: { kind: 'drawn', pixels } });
    const [panel] = panels;
    const [image] = panel!.kind === 'images' ? panel.images : [];
    expect(Array.from(atob(image!.pixels as string), (char) => char.charCodeAt(0))).toEqual(
      Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 255 : 0)),
    );
  });

  it.each([
    [
      { kind: 'split', split: 'test', index: 5000 },
      /image\.index: expected 0 to \d+, the test images, found 5000; choose one of them\./,
    ],
    [
      { kind: 'drawn', pixels: { width: 2, height: 2, bytes: btoa('abc') } },
      /expected 2 x 2 pixels, 4 bytes, found 3/,
    ],
  ])('%j is refused', async (image, message) => {
    await expect(ask('encode', { image })).rejects.toThrow(message);
  });
});

describe('decode', () => {
  it('a code: the image is the decoder at it', async () => {
    const { panels } = await ask('decode', { code: '3 0 1' });
    const [panel] = panels;
    const pixels = panel!.kind === 'images' ? atob(panel.images[0]!.pixels as string) : '';
    const code = [3, 0, 1].flatMap((k) => Array.from({ length: 4 }, (_, i) => Number(i === k)));
    const expected = tf.tidy(() =>
      tf.sigmoid(networksOf(config, instance.parameters).decode(tf.tensor3d(code, [1, 3, 4]))).dataSync(),
    );
    expect(Array.from(pixels, (char) => char.charCodeAt(0))).toEqual(
      Array.from(expected, (p) => Math.round(255 * p)),
    );
  });

  it('without a code, codes of the prior: the same for the same seed', async () => {
    const [first, again, other] = [
      await ask('decode', { seed: 1 }),
      await ask('decode', { seed: 1 }),
      await ask('decode', { seed: 2 }),
    ];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it.each(['3 0', '3 0 4', '3 0 x'])('%s is refused', async (code) => {
    await expect(ask('decode', { code })).rejects.toThrow(
      /code: expected 3 whole numbers from 0 to 3, found/,
    );
  });
});

it('codes of all images as a file', async () => {
  const [codes] = discreteVae.exports!;
  const text = (await codes!.write(trained(), host)) as string;
  const [header, ...rows] = text.trim().split('\n');
  expect(header).toBe('split,image,label,z0,z1,z2');
  expect(rows).toHaveLength(60);
  expect(rows).toContain(`test,2,${data.test.labels![2]},${likeliest(2).join(',')}`);
});
