/** A guide to the temperature with real trainers: its runs, its recommendation, and that both are there later. */
import { afterAll, expect, it } from 'vitest';
import type { TemperatureAdvice } from '../../src/shared/contract/guide.ts';
import { tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';

const data = tempFolder();
afterAll(() => data.remove());

const place = ['--data-dir', data.path];
const toy = ['--problem', 'toy-categorical', '--set', 'objective=table:1,2,4', '--set', 'classes=3'];

interface Shown {
  readonly comparison: string;
  readonly runs: readonly { variant: string; seed: number; estimator: string; steps: number }[];
  readonly guide: TemperatureAdvice;
}

it('trains short paired runs of what reads the temperature, recommends one, and says so again when asked', async () => {
  const made = await cli([
    ...['guide', 'temperature', ...toy, '--estimator', 'softmax,reinforce', '--seeds', '2', '--jobs', '2'],
    ...['--set', 'steps=60', '--set', 'evaluateEvery=10', '--steps', '20', '--backend', 'cpu', ...place],
  ]);
  expect(made.code, made.stderr).toBe(0);
  expect(made.stderr).toMatch(/left out, because they use no temperature: reinforce/);
  expect(made.stdout).toMatch(/^Softmax relaxation: (take|stay with|temperature hardly matters)/);
  expect(made.stdout).toMatch(/Tried over 20 of 60 steps with 2 seeds/);

  const listed = await cliJson<{ runs: { comparison: string }[] }>(['list', ...place]);
  const { runs, guide } = await cliJson<Shown>(['show', listed.runs[0]!.comparison, ...place]);
  expect(runs).toHaveLength(16);
  expect(new Set(runs.map(({ estimator, steps }) => `${estimator} ${steps}`))).toEqual(
    new Set(['softmax 20']),
  );
  expect(guide).toMatchObject({ steps: 20, wholeSteps: 60, standard: 'constant 1', metric: 'expectedValue' });
  const [softmax] = guide.estimators;
  expect(softmax!.tried).toHaveLength(8);
  expect(softmax!.tried.filter(({ standing }) => standing === 'recommended')).toHaveLength(1);
  expect(softmax!.tried.every(({ value }) => value?.n === 2)).toBe(true);
  expect(made.stdout).toContain(softmax!.sentence);
});

it('refuses, before anything is trained, what has no temperature', async () => {
  const refused = await cli(['guide', 'temperature', ...toy, '--estimator', 'exact', ...place]);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(/estimators: exact uses no temperature.*choose among .*gumbel-softmax/);
  const other = await cli(['guide', 'learningRate', ...toy, ...place]);
  expect(other.code).toBe(2);
});
