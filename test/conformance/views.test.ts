/** The picture that a problem has of a run: it is announced by its name exactly where there is one. */
import { describe, expect, it } from 'vitest';
import { parseConfig, problems } from '../../src/engine/problems/registry.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import type { EngineHost } from '../../src/engine/core/engine-host.ts';

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

describe('the name of a view', () => {
  it.each(cases)('%s %j', async (id, changes) => {
    const problem = problems.find((one) => one.id === id)!;
    const config = parseConfig(problem, changes);
    const data = await problem.load(config, host);
    const instance = problem.create(config, data, rootKey(1));
    const shows = instance.domain !== undefined || problem.loadBuyers !== undefined;
    expect(problem.view?.({ ...config }) !== undefined).toBe(shows);
    instance.dispose();
  });
});
