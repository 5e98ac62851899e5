/** The pictures that a problem has of a run: they are announced exactly where they can be drawn, and are pictures. */
import { describe, expect, it } from 'vitest';
import { picturesOf } from '../../src/engine/catalog.ts';
import type { EngineHost } from '../../src/engine/core/engine-host.ts';
import { download } from '../../src/engine/core/named-tensor.ts';
import { parseConfig, problems } from '../../src/engine/problems/registry.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { readPicture } from '../../src/shared/pictures/picture.ts';

const host: EngineHost = {
  listFiles: () => Promise.resolve([]),
  readText: () => Promise.resolve(''),
  readBytes: () => Promise.resolve(new Uint8Array()),
  sha256: () => '',
  log: () => undefined,
  now: () => 0,
  breathe: () => Promise.resolve(),
};

const threeItems: [string, object] = [
  'regretnet',
  { items: 3, bidders: 1, batch: 4, hiddenUnits: 4, profiles: { train: 8, validation: 8, test: 8 } },
];
const cases = [
  ...problems.map((problem): [string, object] => {
    const smoke = problem.presets.find(({ id }) => id.endsWith('smoke'));
    return [problem.id, smoke?.config ?? {}];
  }),
  threeItems,
];

/** Names of the pictures of each of these runs. */
const announced: Readonly<Record<string, readonly string[]>> = {
  'bundle-flow': ['flow'],
  'menu-auction': ['menu'],
  regretnet: ['mechanism'],
};

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
      ...{ config, step: 3, parameters, outcome: [] },
      data: () => Promise.resolve(data),
      instance: () => Promise.resolve(instance),
    };
    const shown = picturesOf({ problem: id, config: { ...config } });
    const expected = changes === threeItems[1] ? [] : (announced[id] ?? []);
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
