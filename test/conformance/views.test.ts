/** The pictures that a problem has of a run: they are announced exactly where they can be drawn, and are pictures. */
import { describe, expect, it } from 'vitest';
import { picturesOf } from '../../src/engine/catalog.ts';
import type { EngineHost } from '../../src/engine/core/engine-host.ts';
import { download } from '../../src/engine/core/named-tensor.ts';
import { parseConfig, problems } from '../../src/engine/problems/registry.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { readPicture } from '../../src/shared/pictures/picture.ts';
import { engineFiles } from '../../src/trainer/engine-files.ts';

const host: EngineHost = {
  ...engineFiles,
  log: () => undefined,
  now: () => 0,
  breathe: () => Promise.resolve(),
};

const threeItems: [string, object] = [
  'regretnet',
  { items: 3, bidders: 1, batch: 4, hiddenUnits: 4, profiles: { train: 8, validation: 8, test: 8 } },
];
const digits: [string, object] = [
  'confident-classifier',
  { data: { kind: 'digits', limit: 200 }, outliers: { kind: 'gan' }, hiddenUnits: 8, batch: 4 },
];
const vae = { latents: 4, network: 'linear', batch: 4 };
const cases: [string, object][] = [
  ...problems.map((problem): [string, object] => {
    const smoke = problem.presets.find(({ id }) => id.endsWith('smoke'));
    return [problem.id, smoke?.config ?? {}];
  }),
  threeItems,
  digits,
  ['discrete-vae', { ...vae, latent: 'categorical', layers: 2, classes: 3 }],
  ['discrete-vae', { ...vae, data: { kind: 'bars-and-stripes', side: 3 } }],
];

/** Names of the pictures of each of these runs. */
const announced: Readonly<Record<string, readonly string[]>> = {
  'architecture-search': ['cell'],
  'binarized-net': ['weights', 'mistakes'],
  'bundle-flow': ['flow'],
  'confident-classifier': ['plane', 'detection', 'calibration'],
  'darts-toy': ['plane'],
  'discrete-vae': ['reconstructions', 'latents', 'codes'],
  'gaussian-vae': ['latent-space'],
  'hard-attention': ['attention'],
  'menu-auction': ['menu'],
  'noise-contrastive': ['embeddings', 'log-z', 'probabilities', 'pmi'],
  regretnet: ['mechanism'],
  'text-gan': ['samples', 'transitions'],
  'two-tower': ['value', 'weights', 'calibration', 'embeddings'],
  'vq-vae': ['reconstructions', 'codebook', 'samples'],
};

/** Of configs that show others than their problem's first preset. */
const others = new Map<object, readonly string[]>([
  [threeItems[1], []],
  [digits[1], ['detection', 'calibration', 'outliers']],
]);

describe('the pictures of a run', () => {
  it.each(cases)('%s %j', async (id, changes) => {
    const problem = problems.find((one) => one.id === id)!;
    const config = parseConfig(problem, changes);
    const data = await problem.load(config, host);
    const instance = problem.create(config, data, rootKey(1));
    const parameters = await Promise.all(
      Object.entries(instance.parameters).map(([name, variable]) => download(name, variable)),
    );
    const trained = {
      ...{ config, step: 3, parameters, outcome: (await instance.outcome?.()) ?? [] },
      data: () => Promise.resolve(data),
      instance: () => Promise.resolve(instance),
    };
    const shown = picturesOf({ problem: id, config: { ...config } });
    const expected = others.get(changes) ?? announced[id] ?? [];
    expect(shown.map(({ name }) => name)).toEqual(expected);
    for (const { name, label, help } of shown) {
      expect([label, help]).not.toContain('');
      const picture = problem.pictures!.find((one) => one.name === name)!;
      const { facts, panels } = readPicture(await picture.draw(trained, host), name);
      expect(facts.length + panels.length).toBeGreaterThan(0);
    }
    instance.dispose();
  });
});
