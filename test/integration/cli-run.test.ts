/** `run` and the verbs that read: the contract that scripts rely on, on real trainers. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRunFile, writeRunFile } from '../../src/studio/files/run-file.ts';
import { cliJson as startedCliJson, startCli, tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';

interface RunDocument {
  comparison: string;
  backend: string;
  runs: {
    id: string;
    estimator: string;
    seed: number;
    state: string;
    steps: number;
    seconds: number;
    stepsPerSecond: number;
    evaluations: number;
    metrics: Record<string, number>;
  }[];
  baselines: Record<string, number>;
}

const data = tempFolder();
const out = tempFolder();
const SMOKE = [
  'run',
  '--preset',
  'smoke',
  '--estimator',
  'softmax,st-gumbel-softmax',
  '--seeds',
  '2',
  '--backend',
  'wasm',
];
let document: RunDocument;

beforeAll(async () => {
  document = await startedCliJson<RunDocument>([...SMOKE, '--data-dir', data.path, '--out', out.path]);
});
afterAll(() => {
  data.remove();
  out.remove();
});

describe('run --json', () => {
  it('prints the documented document', () => {
    expect(document).toMatchObject({ comparison: expect.any(String) as unknown, backend: 'wasm' });
    expect(document.runs.map(({ estimator, seed, state }) => [estimator, seed, state])).toEqual([
      ['softmax', 1, 'completed'],
      ['softmax', 2, 'completed'],
      ['st-gumbel-softmax', 1, 'completed'],
      ['st-gumbel-softmax', 2, 'completed'],
    ]);
    for (const run of document.runs) {
      expect(run.steps).toBeGreaterThan(0);
      expect(run.seconds).toBeGreaterThan(0);
      expect(run.stepsPerSecond).toBeCloseTo(run.steps / run.seconds, 6);
      expect(run.evaluations).toBeGreaterThanOrEqual(run.steps);
      for (const name of [
        'relaxedRevenue',
        'hardTrainRevenue',
        'hardValidationRevenue',
        'hardTestRevenue',
        'gap',
        'validationIrViolations',
        'testIrViolations',
        'validationOptionsUsed',
        'testOptionsUsed',
      ]) {
        expect(run.metrics[name], name).toEqual(expect.any(Number));
      }
      expect(run.metrics['gap']).toBeCloseTo(
        (run.metrics['relaxedRevenue'] ?? 0) - (run.metrics['hardTrainRevenue'] ?? 0),
        9,
      );
      expect(run.metrics['testIrViolations']).toBe(0);
      expect(run.metrics['dsicViolations']).toBe(0);
    }
  });

  it('baselines: a revenue is at most the surplus', () => {
    const { bundlePrice, itemPrices, surplus } = document.baselines;
    expect(bundlePrice).toBeGreaterThan(0);
    expect(itemPrices).toBeGreaterThan(0);
    expect(Math.max(bundlePrice ?? 0, itemPrices ?? 0)).toBeLessThanOrEqual(surplus ?? 0);
  });

  it('baselines: by name on the test split, the other splits after a dot', () => {
    for (const name of ['bundlePrice', 'sizePrices', 'itemPrices', 'surplus']) {
      const values = ['', '.train', '.validation'].map((split) => document.baselines[`${name}${split}`]);
      expect(new Set(values).size, name).toBe(3);
      for (const value of values) expect(value, name).toBeGreaterThan(0);
    }
  });

  it('the same seed with another estimator starts from the same menu and sees the same data', async () => {
    const first = async (i: number, metric: string) => {
      const { stdout } = await cli([
        'export',
        document.runs[i]?.id ?? '',
        '--out',
        join(out.path, `e${i}`),
        '--data-dir',
        data.path,
      ]);
      const csv = readFileSync(
        stdout
          .trim()
          .split('\n')
          .find((path) => path.endsWith('series.csv')) ?? '',
        'utf8',
      ).split('\n');
      const column = csv[0]?.split(',').indexOf(metric) ?? -1;
      return csv
        .slice(1)
        .map((row) => row.split(',')[column])
        .find((cell) => cell !== '');
    };
    expect(await first(0, 'hardValidationRevenue')).toBe(await first(2, 'hardValidationRevenue'));
    expect(await first(0, 'relaxedRevenue')).not.toBe(await first(1, 'relaxedRevenue'));
  });
});

describe('files on disk', () => {
  it('--out holds one run file a run, and both CSV files', () => {
    const names = readdirSync(out.path);
    expect(names.filter((name) => name.endsWith('.gsrun'))).toHaveLength(4);
    expect(names).toEqual(expect.arrayContaining(['runs.csv', 'series.csv']));
    const rows = readFileSync(join(out.path, 'runs.csv'), 'utf8').trim().split('\n');
    expect(rows).toHaveLength(1 + 4);
    expect(rows[0]).toMatch(/^id,comparison,name,comparisonName,problem,estimator,seed,backend,state/);
  });

  it('a run file goes to another machine, is refused twice, and replays to the same numbers', async () => {
    const elsewhere = tempFolder();
    try {
      const [name = ''] = readdirSync(out.path).filter((file) => file.endsWith('.gsrun'));
      const file = join(out.path, name);
      const { runs } = await cliJson<{ runs: { id: string }[] }>([
        'import',
        file,
        '--data-dir',
        elsewhere.path,
      ]);
      const again = await cli(['import', file, '--data-dir', elsewhere.path]);
      expect(again.code).toBe(4);
      expect(again.stderr).toContain(runs[0]?.id);
      const shown = await cliJson<{ run: { state: string } }>([
        'show',
        runs[0]?.id ?? '',
        '--data-dir',
        elsewhere.path,
      ]);
      expect(shown.run.state).toBe('completed');
      const replay = await cliJson<{ equal: boolean; points: number }>(['replay', file]);
      expect(replay).toMatchObject({ equal: true });
      expect(replay.points).toBeGreaterThan(50);
    } finally {
      elsewhere.remove();
    }
  });

  it('a replay of a run whose seed is not the one that made it differs: exit code 5 and the first place', async () => {
    const [name = ''] = readdirSync(out.path).filter((file) => file.endsWith('.gsrun'));
    const content = readRunFile(join(out.path, name));
    const spec = { ...content.run.spec, seed: 7 };
    const path = join(out.path, 'changed.gsrun');
    writeRunFile(path, { ...content, run: { ...content.run, spec } });
    const { code, stdout } = await startCli(['replay', path]).result;
    expect(stdout).toMatch(/the numbers differ, first in \w+ at step \d+/);
    expect(code).toBe(5);
  });
});

describe('verbs that read', () => {
  it('list shows the runs, newest first, and filters', async () => {
    const all = await cliJson<{ runs: { id: string }[] }>(['list', '--data-dir', data.path]);
    expect(all.runs.map(({ id }) => id).sort()).toEqual(document.runs.map(({ id }) => id).sort());
    const none = await cliJson<{ runs: unknown[] }>(['list', '--state', 'running', '--data-dir', data.path]);
    expect(none.runs).toEqual([]);
  });

  it('an unknown id says how to find one', async () => {
    const { code, stderr } = await startCli(['show', 'nope', '--data-dir', data.path]).result;
    expect([code, stderr]).toEqual([3, expect.stringMatching(/no run or comparison is called "nope".*list/)]);
  });

  it('show of a comparison is the document of run', async () => {
    expect(await cliJson(['show', document.comparison, '--data-dir', data.path])).toEqual(document);
  });

  it('backends names wasm and cpu usable, and gives a reason for each that is not', async () => {
    const { backends } = await cliJson<{ backends: { name: string; usable: boolean; detail: string }[] }>([
      'backends',
    ]);
    const usable = backends.filter((backend) => backend.usable).map(({ name }) => name);
    expect(usable).toEqual(expect.arrayContaining(['wasm', 'cpu']));
    for (const backend of backends.filter(({ usable: works }) => !works)) expect(backend.detail).not.toBe('');
  });

  it('problems and estimators list what the engine has', async () => {
    const { problems } = await cliJson<{ problems: { id: string; presets: { id: string }[] }[] }>([
      'problems',
    ]);
    expect(problems.find(({ id }) => id === 'menu-auction')?.presets.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['smoke', 'collapse', 'cats-50', 'demo']),
    );
    const { estimators } = await cliJson<{ estimators: { id: string }[] }>(['estimators']);
    expect(estimators.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'exact',
        'softmax',
        'gumbel-softmax',
        'st-gumbel-softmax',
        'straight-through',
        'reinforce',
      ]),
    );
  });

  it.each([
    'run',
    'list',
    'show',
    'resume',
    'stop',
    'pause',
    'unpause',
    'export',
    'import',
    'replay',
    'backends',
    'problems',
    'estimators',
  ])('%s --help explains itself', async (verb) => {
    const { code, stdout } = await cli([verb, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Usage: gumbel-studio ${verb}`));
  });
});

it('the launcher starts the command line on the packaged Node', () => {
  const launcher = fileURLToPath(new URL('../../bin/gumbel-studio.js', import.meta.url));
  expect(execFileSync(process.execPath, [launcher, '--version'], { encoding: 'utf8' })).toMatch(
    /^\d+\.\d+\.\d+\n$/,
  );
});
