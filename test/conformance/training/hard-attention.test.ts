/** Hard attention on four patches: f, gradients of all parameters and figures against plain doubles, canvases, and a training. */
import { describe, expect, it } from 'vitest';
import type { ImageData } from '../../../src/engine/images/image-data.ts';
import { createAttentionInstance } from '../../../src/engine/problems/hard-attention/attention-model.ts';
import { drawAttention } from '../../../src/engine/problems/hard-attention/attention-picture.ts';
import { drawCanvases, judgedCanvases } from '../../../src/engine/problems/hard-attention/canvas.ts';
import { hardAttentionConfigSchema } from '../../../src/engine/problems/hard-attention/config.ts';
import { hardAttention } from '../../../src/engine/problems/hard-attention/hard-attention.ts';
import { randomIntegers } from '../../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../../src/engine/random/key.ts';
import { readPicture } from '../../../src/shared/pictures/picture.ts';
import {
  PlainAttention,
  type PlainAttentionKind,
  type PlainCanvas,
} from '../../support/images/plain-attention.ts';
import { estimated, readParameters, shake, type PlainParameters } from '../../support/instance.ts';
import { record } from '../../support/recorded-training.ts';

/** Images of 2 x 2 pixels in three classes, twice as many of the first. */
const images: readonly (readonly [pixels: readonly number[], label: number])[] = [
  [[1, 0, 0, 0.5], 0],
  [[0.5, 1, 0, 0], 0],
  [[0, 0, 1, 0], 1],
  [[0.25, 0, 0, 1], 2],
];

function dataOf(): ImageData {
  const split = {
    count: images.length,
    pixels: Float32Array.from(images.flatMap(([pixels]) => pixels)),
    labels: Uint8Array.from(images, ([, label]) => label),
  };
  return {
    ...{ train: split, validation: split, test: split },
    ...{ height: 2, width: 2, classes: 3, entropy: null, source: 'four images', binarize: 'none' },
  };
}

const small = { cells: 2, clutter: 2, features: 3, scoreUnits: 2, hiddenUnits: 3, batch: 4 };
const SHAKE = 0.8;
const kinds: readonly PlainAttentionKind[] = [
  { kind: 'patch' },
  { kind: 'glimpses', glimpses: 2 },
  { kind: 'mask', price: 0.3 },
];
const step = { step: 0, key: rootKey(2), temperature: 0.7 };

function made(attention: object) {
  const config = hardAttentionConfigSchema.parse({ ...small, attention });
  const data = dataOf();
  const instance = createAttentionInstance(config, data, rootKey(1));
  // Off their start, so that no two patches score alike.
  shake(instance.parameters, SHAKE);
  const parameters = readParameters(instance.parameters);
  return { config, data, instance, parameters };
}

function plainCanvases(
  { patches, count }: { readonly patches: Float32Array; readonly count: number },
  labelOf: (n: number) => number,
): PlainCanvas[] {
  return Array.from({ length: count }, (_, n) => ({
    label: labelOf(n),
    patches: Array.from({ length: 4 }, (_patch, p) =>
      Array.from(patches.slice((n * 4 + p) * 4, (n * 4 + p + 1) * 4)),
    ),
  }));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each(kinds)('$kind', (attention) => {
  it('the exact gradient of every parameter is the slope of the enumerated loss', () => {
    const { config, data, instance, parameters } = made(attention);
    const rows = randomIntegers(fold(step.key, 'rows'), config.batch, images.length);
    const canvases = plainCanvases(drawCanvases(config, data, rows, step.key), (n) => images[rows[n]!]![1]);
    const loss = (moved: PlainParameters) =>
      mean(canvases.map((canvas) => new PlainAttention(attention, moved).expected(canvas)));
    const { gradients, believed } = estimated(instance, 'exact', step);
    expect(believed).toBeCloseTo(loss(parameters), 5);
    const WIDTH = 1e-4;
    for (const [name, values] of Object.entries(parameters)) {
      const at = (i: number, by: number) =>
        loss({ ...parameters, [name]: values.map((x, n) => (n === i ? x + by : x)) });
      const slopes = values.map((_, i) => (at(i, WIDTH) - at(i, -WIDTH)) / (2 * WIDTH));
      expect(gradients[name], name).toBeAllClose(slopes, { absolute: 2e-4 });
    }
    instance.dispose();
  });

  it('the hard evaluation is that of plain doubles', async () => {
    const { config, data, instance, parameters } = made(attention);
    const judged = judgedCanvases(config, data, 'test', 0, images.length);
    const canvases = plainCanvases(judged, (n) => images[n]![1]);
    const model = new PlainAttention(attention, parameters);
    const likely = canvases.map((canvas) => {
      if (attention.kind === 'mask') return model.scores(canvas, []).map((score) => Number(score > 0));
      const seen: number[] = [];
      const stages = attention.kind === 'glimpses' ? attention.glimpses : 1;
      for (let stage = 0; stage < stages; stage++) {
        const scores = model.scores(canvas, seen);
        seen.push(scores.indexOf(Math.max(...scores)));
      }
      return Array.from({ length: 4 }, (_, p) => seen.filter((own) => own === p).length / stages);
    });
    const found = (canvas: PlainCanvas, z: readonly number[]) => {
      const classes = model.classes(canvas, z);
      return Number(classes.indexOf(Math.max(...classes)) === canvas.label);
    };
    const result = await instance.evaluate('test', 'full');
    expect(result['hardTestLoss']).toBeCloseTo(
      mean(canvases.map((canvas, n) => model.f(canvas, likely[n]!))),
      5,
    );
    expect(result['hardTestAccuracy']).toBeCloseTo(
      mean(canvases.map((canvas, n) => found(canvas, likely[n]!))),
      6,
    );
    const touching = canvases.map((_, n) => {
      const all = likely[n]!.reduce((a, b) => a + b, 0);
      const on = likely[n]!.reduce((sum, share, p) => sum + share * judged.touches[n * 4 + p]!, 0);
      return all === 0 ? 0 : on / all;
    });
    expect(result['testTouching']).toBeCloseTo(mean(touching), 6);
    if (attention.kind === 'patch') {
      const chances = canvases.map((canvas) =>
        model.choices(canvas).reduce((sum, { p, z }) => sum + p * found(canvas, z), 0),
      );
      const entropies = canvases.map(
        (canvas) => -model.choices(canvas).reduce((sum, { p }) => sum + p * Math.log(p), 0),
      );
      expect(result['expectedTestAccuracy']).toBeCloseTo(mean(chances), 6);
      expect(result['testEntropy']).toBeCloseTo(mean(entropies), 5);
    }
    instance.dispose();
  });
});

describe('canvases', () => {
  const layout = { cells: 2, jitter: 0, clutter: 0, pieceSide: 0.5 };

  it('without jitter and clutter, one patch is the image and the others are empty', () => {
    const { patches, touches, home } = judgedCanvases(layout, dataOf(), 'test', 0, images.length);
    images.forEach(([pixels], n) => {
      for (let p = 0; p < 4; p++) {
        const own = Array.from(patches.slice((n * 4 + p) * 4, (n * 4 + p + 1) * 4));
        expect(own).toEqual(p === home[n] ? pixels : [0, 0, 0, 0]);
        expect(touches[n * 4 + p]).toBe(Number(p === home[n]));
      }
    });
  });

  it('clutter covers no brighter pixel, and a canvas does not depend on who is asked for with it', () => {
    const cluttered = { ...layout, clutter: 5, jitter: 1 };
    const all = judgedCanvases(cluttered, dataOf(), 'test', 0, 4);
    const bare = judgedCanvases({ ...cluttered, clutter: 0 }, dataOf(), 'test', 0, 4);
    bare.patches.forEach((value, i) => expect(all.patches[i]).toBeGreaterThanOrEqual(value));
    expect([...all.patches]).not.toEqual([...bare.patches]);
    const alone = judgedCanvases(cluttered, dataOf(), 'test', 2, 3);
    expect([...alone.patches]).toEqual([...all.patches.slice(32, 48)]);
  });
});

describe('a choice that is given', () => {
  it.each([
    ['oracle', 1],
    ['whole', 1],
  ])('%s sees the image', async (kind, share) => {
    const { instance } = made({ kind });
    const { patches } = judgedCanvases({ ...small, jitter: 0, pieceSide: 0.5 }, dataOf(), 'test', 0, 4);
    expect(patches.length).toBe(64 * share);
    expect(instance.kind).toBe('none');
    expect(Object.keys(await instance.evaluate('test', 'full')).sort()).toEqual([
      'hardTestAccuracy',
      'hardTestLoss',
    ]);
    instance.dispose();
  });
});

describe('on shapes', () => {
  it('enumeration finds the shape among clutter, and the picture shows it', async () => {
    const host = { breathe: () => Promise.resolve() } as Parameters<typeof hardAttention.load>[1];
    const config = hardAttentionConfigSchema.parse({
      data: { kind: 'shapes', side: 8, count: 400 },
      ...{ cells: 2, clutter: 2, steps: 200, evaluateEvery: 200, batch: 32, learningRate: 0.01 },
    });
    const data = (await hardAttention.load(config, host)) as ImageData;
    const run = await record({ problem: hardAttention, config: { ...config }, data, estimator: 'exact' });
    expect(run.error).toBeUndefined();
    const last = (name: string) => run.points.get(name)!.at(-1)![1];
    // By chance a quarter of the glimpses are on the shape.
    expect(last('testTouching')).toBeGreaterThan(0.8);
    const instance = createAttentionInstance(config, data, rootKey(1));
    const picture = readPicture(await drawAttention(config, data, instance.parameters), 'attention');
    expect(picture.panels.map(({ kind }) => kind)).toEqual(['images', 'images']);
    instance.dispose();
  });
});
