/** What a run of two towers draws, answers and writes: of the policy that its hard evaluation judges. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../src/engine/core/stored-tensor.ts';
import type { AnyProblemInstance } from '../../src/engine/core/problem.ts';
import { download, type NamedTensorData } from '../../src/engine/core/named-tensor.ts';
import { policyOf } from '../../src/engine/problems/two-tower/trained-towers.ts';
import { twoTowerConfigSchema } from '../../src/engine/problems/two-tower/config.ts';
import { loadTowerData, type TowerData } from '../../src/engine/problems/two-tower/tower-data.ts';
import { twoTower } from '../../src/engine/problems/two-tower/two-tower.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { sha256 } from '../../src/node/digest.ts';
import { readPicture, type Picture } from '../../src/shared/pictures/picture.ts';
import { bareHost } from '../support/engine-host.ts';
import { shake } from '../support/instance.ts';

const host = { ...bareHost, sha256 };
const config = twoTowerConfigSchema.parse({
  data: { kind: 'obp-synthetic', rounds: 50, actions: 5, contextDimension: 3 },
  learning: { kind: 'ips', clip: 2 },
  embeddingSize: 4,
});
let data: TowerData;
let instance: AnyProblemInstance;
let parameters: NamedTensorData[];
let outcome: readonly NamedTensorData[];
let probabilities: Float64Array;
beforeAll(async () => {
  data = await loadTowerData(config, host);
  instance = twoTower.create(config, data, rootKey(1));
  shake(instance.parameters, 0.5);
  parameters = await Promise.all(
    Object.entries(instance.parameters).map(([name, variable]) => download(name, variable)),
  );
  outcome = (await instance.outcome?.()) ?? [];
  const policy = policyOf(trained(), data.log.test);
  probabilities = Float64Array.from({ length: 250 }, (_, i) => policy.row(Math.floor(i / 5))[i % 5]!);
});
afterAll(() => instance.dispose());

const trained = () => ({
  ...{ config, step: 3, parameters, outcome },
  data: () => Promise.resolve(data),
  instance: () => Promise.resolve(instance),
});
async function drawn(name: string): Promise<Picture> {
  const picture = twoTower.pictures!.find((one) => one.name === name)!;
  return readPicture(await picture.draw(trained(), host), name);
}
async function ask(name: string, input: unknown): Promise<Picture> {
  const question = twoTower.questions!.find((one) => one.name === name)!;
  return readPicture(await question.answer(trained(), question.input.parse(input), host), name);
}
async function written(name: string): Promise<string | Uint8Array> {
  return twoTower.exports!.find((one) => one.name === name)!.write(trained(), host);
}
const fact = ({ facts }: Picture, label: string) => facts.find((one) => one.label === label)?.value;
const rowOf = (round: number) => [...probabilities.subarray(5 * round, 5 * round + 5)];

describe('pictures', () => {
  it('have the figures of the evaluation', async () => {
    const figures = await instance.evaluate('test', 'full');
    const value = await drawn('value');
    expect(fact(value, 'True value')).toBe(figures['trueTestValue']);
    const [bars] = value.panels;
    const expected = ['testDm', 'testIps', 'testSnips', 'hardTestEstimate'].map((name) => figures[name]);
    expect(bars).toMatchObject({ kind: 'bars', series: [{ values: expected }] });
    const weights = await drawn('weights');
    expect(fact(weights, 'Effective sample size')).toBeCloseTo(50 * figures['testEffectiveShare']!, 9);
    expect(fact(weights, 'Largest weight')).toBe(figures['testLargestWeight']);
    const { action, propensity } = data.log.test;
    const all = Array.from(action, (item, n) => rowOf(n)[item]! / propensity![n]!);
    expect(fact(weights, 'Above the limit')).toBe(all.filter((w) => w > 2).length);
  });

  it('show every item among the contexts of the test rounds', async () => {
    const [panel] = (await drawn('embeddings')).panels;
    const points = panel!.kind === 'points' ? panel.points : [];
    expect(points.filter((point) => point.class === 1).map(({ label }) => label)).toEqual(
      data.log.items.names,
    );
    expect(points.filter((point) => point.class === 0)).toHaveLength(50);
  });

  it('show how far the reward model is calibrated', async () => {
    const [panel, ...others] = (await drawn('calibration')).panels;
    expect(others).toEqual([]);
    const [observed] = panel!.kind === 'lines' ? panel.series : [];
    expect(observed!.ys).toHaveLength(10);
    // Bins of equally many rounds.
    const { reward, rounds } = data.log.test;
    const mean = observed!.ys.reduce<number>((sum, y) => sum + y! / 10, 0);
    expect(mean).toBeCloseTo(reward.reduce((sum, one) => sum + one, 0) / rounds, 12);
  });

  it('show the log before the start', () => {
    const { panels } = readPicture(twoTower.preview!(data), 'preview');
    const [shares, , table] = panels;
    const { values } = shares!.kind === 'bars' ? shares.series[0]! : { values: [] };
    expect(values.reduce<number>((sum, share) => sum + share!, 0)).toBeCloseTo(1, 12);
    const { context, action, reward, propensity } = data.log.train;
    const { names } = data.log.items;
    const first = [names[action[0]!], reward[0], propensity![0], null, ...context.slice(0, 3)];
    expect(table).toMatchObject({ kind: 'table', rows: expect.arrayContaining([first]) as unknown });
  });
});

describe('recommend', () => {
  it('the items of the largest probabilities', async () => {
    const { panels, note } = await ask('recommend', { context: { kind: 'split', index: 7 }, count: 3 });
    const order = rowOf(7)
      .map((p, item) => [p, item] as const)
      .sort(([a], [b]) => b - a)
      .slice(0, 3);
    const rows = panels[0]!.kind === 'table' ? panels[0].rows : [];
    expect(rows.map(([name]) => name)).toEqual(order.map(([, item]) => `${item}`));
    expect(rows.map((row) => row[2])).toEqual(order.map(([p]) => p));
    expect(rows.map((row) => row[4])).toEqual(
      order.map(([, item]) => data.log.test.expectedReward![35 + item]),
    );
    expect(note).toContain('test round 7');
  });

  it('also for numbers that are typed in', async () => {
    const features = [...data.log.test.context.slice(21, 24)];
    const typed = await ask('recommend', { context: { kind: 'features', features } });
    const own = await ask('recommend', { context: { kind: 'split', index: 7 } });
    const columns = (picture: Picture) =>
      picture.panels[0]!.kind === 'table' ? picture.panels[0].rows.map((row) => row.slice(0, 4)) : [];
    expect(columns(typed)).toEqual(columns(own));
  });

  it.each([
    [
      { kind: 'split', index: 50 },
      'context.index: expected 0 to 49, the test rounds, found 50; choose another.',
    ],
    [
      { kind: 'features', features: [1, 2, 3, 4] },
      'context.features: expected at most 3 numbers, one for each feature, found 4;',
    ],
  ])('refuses %j', async (context, message) => {
    await expect(ask('recommend', { context })).rejects.toThrow(message);
  });
});

describe('a slate', () => {
  const slate = async (seed: number, count = 3) => {
    const picture = await ask('slate', { context: { kind: 'split', index: 7 }, count, seed });
    const [panel] = picture.panels;
    const rows = panel!.kind === 'table' ? panel.rows : [];
    return { picture, items: rows.map((row) => Number(row[1])), chances: rows.map((row) => Number(row[4])) };
  };

  it('has different items, drawn without putting back', async () => {
    const { picture, items, chances } = await slate(4);
    const p = items.map((item) => rowOf(7)[item]!);
    expect(new Set(items).size).toBe(3);
    const expected = [p[0]!, p[1]! / (1 - p[0]!), p[2]! / (1 - p[0]! - p[1]!)];
    expect(chances).toBeAllClose(expected, { absolute: 1e-12 });
    expect(fact(picture, 'Probability of this slate')).toBeCloseTo(
      expected.reduce((a, b) => a * b),
      12,
    );
    expect((await slate(4)).items).toEqual(items);
    expect((await slate(1, 5)).items.sort()).toEqual([0, 1, 2, 3, 4]);
  });

  // Fixed seeds; five standard errors.
  it('has an item in the first place as often as the policy shows it', async () => {
    const SEEDS = 400;
    const first = await Promise.all(Array.from({ length: SEEDS }, (_, seed) => slate(seed)));
    rowOf(7).forEach((p, item) => {
      const share = first.filter(({ items }) => items[0] === item).length / SEEDS;
      expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / SEEDS) + 1e-9);
    });
  });
});

describe('nearest items', () => {
  it('by the cosines of their vectors', async () => {
    const { data: v } = outcome.find(({ name }) => name === 'itemEmbeddings')!;
    const row = (item: number) => [...v.slice(4 * item, 4 * item + 4)];
    const cosine = (a: number[], b: number[]) =>
      a.reduce((sum, x, e) => sum + x * b[e]!, 0) / Math.hypot(...a) / Math.hypot(...b);
    const expected = [0, 1, 3, 4].sort((a, b) => cosine(row(b), row(2)) - cosine(row(a), row(2)));
    const { panels } = await ask('nearest-items', { item: '2' });
    const rows = panels[0]!.kind === 'table' ? panels[0].rows : [];
    expect(rows.map(([name]) => name)).toEqual(expected.map(String));
    expect(rows.map((cells) => Number(cells[1]))).toBeAllClose(
      expected.map((item) => cosine(row(item), row(2))),
      { absolute: 1e-9 },
    );
    await expect(ask('nearest-items', { item: '7' })).rejects.toThrow(
      'item: expected the name of an item, such as',
    );
  });
});

describe('exports', () => {
  it('the policy row by row, whose rows sum to 1', async () => {
    const [header, ...lines] = ((await written('policy')) as string).trim().split('\n');
    expect(header).toBe('context,item,probability');
    expect(lines.map((line) => Number(line.split(',')[2]))).toEqual([...probabilities]);
    expect(lines[12]!.split(',').slice(0, 2)).toEqual(['2', '2']);
    const sums = Array.from({ length: 50 }, (_, n) => rowOf(n).reduce((a, b) => a + b, 0));
    expect(sums).toBeAllClose(new Array<number>(50).fill(1), { absolute: 1e-12 });
  });

  it('vectors whose products give the policy', async () => {
    const { tensors } = decodeSafetensors((await written('embeddings')) as Uint8Array, 'embeddings', sha256);
    const [items, users] = ['items', 'users'].map((name) => tensors.find((one) => one.name === name)!);
    expect([items!.shape, users!.shape]).toEqual([
      [5, 4],
      [50, 4],
    ]);
    const powers = [0, 1, 2, 3, 4].map((item) =>
      Math.exp(
        [0, 1, 2, 3].reduce((sum, e) => sum + items!.data[4 * item + e]! * users!.data[4 * 9 + e]!, 0),
      ),
    );
    const sum = powers.reduce((a, b) => a + b, 0);
    expect(powers.map((power) => power / sum)).toBeAllClose(rowOf(9), { absolute: 1e-5 });
    const csv = (await written('item-embeddings')) as string;
    expect(csv.split('\n')[3]!.split(',').slice(1).map(Number)).toEqual([...items!.data.slice(8, 12)]);
    const contexts = (await written('user-embeddings')) as string;
    expect(contexts.split('\n')[10]!.split(',').slice(1).map(Number)).toBeAllClose(
      [...users!.data.slice(36, 40)],
      { absolute: 1e-5 },
    );
  });
});
