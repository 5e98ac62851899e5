/** The scoring modules that two towers are exported as, run by Node and by Python, beside the policy that the studio judges. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { NamedTensorData } from '../../src/engine/core/named-tensor.ts';
import { twoTowerConfigSchema, type TwoTowerConfig } from '../../src/engine/problems/two-tower/config.ts';
import { loadTowerData, type TowerData } from '../../src/engine/problems/two-tower/tower-data.ts';
import { policyOf, type TrainedTowers } from '../../src/engine/problems/two-tower/trained-towers.ts';
import { twoTower } from '../../src/engine/problems/two-tower/two-tower.ts';
import { bareHost } from '../support/engine-host.ts';
import { where } from '../support/where.ts';

const folder = mkdtempSync(join(tmpdir(), 'gumbel-scoring-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const hasNumPy = spawnSync('python3', ['-c', 'import numpy']).status === 0;
const [FEATURES, HIDDEN, SIZE, ITEMS, ROUNDS] = [3, 5, 4, 7, 20];

/** Float32 numbers between -1 and 1, each of its own. */
function tensor(name: string, shape: readonly number[], moved = 0): NamedTensorData {
  const count = shape.reduce((product, size) => product * size, 1);
  const data = Float32Array.from({ length: count }, (_, i) => Math.sin(7 * i + name.length) + moved);
  return { name, shape: [...shape], data };
}

async function trainedTowers(raw: object): Promise<{ trained: TrainedTowers; data: TowerData }> {
  const config: TwoTowerConfig = twoTowerConfigSchema.parse({
    data: { kind: 'obp-synthetic', rounds: ROUNDS, actions: ITEMS, contextDimension: FEATURES },
    rewardModel: { kind: 'none' },
    policyTemperature: 0.7,
    ...raw,
  });
  const read = await loadTowerData(config, bareHost);
  // Names that a program could misread.
  const names = ['plain', "it's", '"quoted"', 'a\\b', 'two\nlines', '円 𝄞', '</script> ${x} `'];
  const data = { ...read, log: { ...read.log, items: { ...read.log.items, names } } };
  const mlp = config.userTower === 'mlp';
  const first = mlp ? HIDDEN : SIZE;
  const parameters = [
    tensor('userWeights1', [FEATURES, first]),
    tensor('userBiases1', [first]),
    ...(mlp ? [tensor('userWeights2', [HIDDEN, SIZE]), tensor('userBiases2', [SIZE])] : []),
    tensor('itemIds', [ITEMS, SIZE]),
    tensor('itemBiases1', [SIZE]),
    ...(config.learning.kind === 'regression' ? [tensor('intercept', [1])] : []),
  ];
  const outcome = [
    tensor('itemEmbeddings', [ITEMS, SIZE]),
    tensor('contextMean', [FEATURES]),
    tensor('contextDeviation', [FEATURES], 2),
  ];
  const trained = {
    ...{ config, step: 3, parameters, outcome },
    data: () => Promise.resolve(data),
    instance: () => Promise.reject(new Error('a module is written without tensors')),
  };
  return { trained, data };
}

/** What both modules print of all test rounds, and of the first in order. */
interface Printed {
  readonly scores: readonly (readonly number[])[];
  readonly policy: readonly (readonly number[])[];
  readonly recommended: readonly (readonly [item: string, score: number, probability: number])[];
  readonly refused: string;
}

const nodeProgram = (module: string) => `
import { contextNames, policy, recommend, scores } from ${JSON.stringify(module)};
const contexts = JSON.parse(process.argv[1]);
let refused = '';
try { scores([1]); } catch (error) { refused = error.message; }
console.log(JSON.stringify({
  scores: contexts.map((one) => [...scores(one)]),
  policy: contexts.map((one) => [...policy(one)]),
  recommended: recommend(contexts[0], 3).map(({ item, score, probability }) => [item, score, probability]),
  refused: contextNames.length + ' ' + refused,
}));`;

const pythonProgram = `
import json, sys
import scoring
contexts = json.loads(sys.argv[1])
try:
    scoring.scores([1])
except ValueError as error:
    refused = str(error)
assert max(abs(scoring.scores(contexts[0]) - scoring.scores(contexts[:1])[0])) < 1e-12
print(json.dumps({
    "scores": scoring.scores(contexts).tolist(),
    "policy": scoring.policy(contexts).tolist(),
    "recommended": scoring.recommend(contexts[0], 3),
    "refused": f"{len(scoring.CONTEXT_NAMES)} {refused}",
}))`;

async function written(trained: TrainedTowers, name: string): Promise<string> {
  return (await twoTower.exports!.find((one) => one.name === name)!.write(trained, bareHost)) as string;
}

const contextsOf = ({ log: { test } }: TowerData) =>
  Array.from({ length: test.rounds }, (_, n) => [...test.context.slice(n * FEATURES, (n + 1) * FEATURES)]);

function expectStudios(printed: Printed, trained: TrainedTowers, { log }: TowerData): void {
  const studios = policyOf(trained, log.test);
  for (let n = 0; n < log.test.rounds; n++) {
    const row = [...studios.row(n)];
    expect(Math.max(...row.map((chance, a) => Math.abs(chance - printed.policy[n]![a]!)))).toBeLessThan(1e-6);
    const scores = [...studios.scores];
    expect(Math.max(...scores.map((one, a) => Math.abs(one - printed.scores[n]![a]!)))).toBeLessThan(1e-6);
    if (n > 0) continue;
    const best = scores
      .map((_, a) => a)
      .sort((a, b) => scores[b]! - scores[a]!)
      .slice(0, 3);
    expect(printed.recommended.map(([item]) => item)).toEqual(best.map((a) => log.items.names[a]));
    best.forEach((a, i) => {
      expect(printed.recommended[i]![2]).toBeCloseTo(row[a]!, 6);
    });
  }
  expect(printed.refused).toMatch(/^3 context.*expected 3 numbers/);
}

describe.each([
  ['a policy with exploration', { learning: { kind: 'ips' }, exploration: 0.2 }],
  ['one layer', { learning: { kind: 'snips' }, userTower: 'linear' }],
  ['a greedy regression', { learning: { kind: 'regression' }, exploration: 0.1 }],
  ['softmax of a logistic regression', { learning: { kind: 'regression', act: 'softmax' } }],
  ['softmax of a squared regression', { learning: { kind: 'regression', act: 'softmax', loss: 'squared' } }],
])('%s', (_, raw) => {
  it('scores in TypeScript as in the studio', async () => {
    const { trained, data } = await trainedTowers(raw);
    const path = join(folder, 'scoring.ts');
    writeFileSync(path, await written(trained, 'scoring-typescript'));
    const told = execFileSync(
      process.execPath,
      ['--input-type=module', '--eval', nodeProgram(path), JSON.stringify(contextsOf(data))],
      { encoding: 'utf8' },
    );
    expectStudios(JSON.parse(told) as Printed, trained, data);
  });

  where(hasNumPy ? '' : 'needs python3 and NumPy').it('scores in Python as in the studio', async () => {
    const { trained, data } = await trainedTowers(raw);
    writeFileSync(join(folder, 'scoring.py'), await written(trained, 'scoring-python'));
    const told = execFileSync('python3', ['-B', '-c', pythonProgram, JSON.stringify(contextsOf(data))], {
      cwd: folder,
      encoding: 'utf8',
    });
    expectStudios(JSON.parse(told) as Printed, trained, data);
  });
});
