/** A sweep with real trainers: it stops what falls behind, is killed, goes on, and its winner is confirmed on fresh seeds. */
import { afterAll, expect, it } from 'vitest';
import type { SweepResult } from '../../src/shared/contract/sweep.ts';
import { startCli, tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';

const data = tempFolder();
afterAll(() => data.remove());

const place = ['--data-dir', data.path];
const toy = [
  ...['run', '--problem', 'toy-categorical', '--estimator', 'exact', '--seeds', '1', '--backend', 'cpu'],
  ...['--set', 'objective=table:1,2,3', '--set', 'classes=3', '--set', 'evaluateEvery=50'],
];

interface Shown {
  readonly runs: readonly { id: string; state: string; reason?: string; seed: number; steps: number }[];
  readonly verdict: { readonly sentence: string };
}

const show = <T>(id: string, ...more: string[]) => cliJson<T>(['show', id, ...more, ...place]);
const halved = ({ runs }: Shown) =>
  runs.filter(({ reason = '' }) => reason.startsWith('stopped by successive halving'));

it('stops losers early, before and after a kill, and takes none of them for failed', async () => {
  const running = startCli([
    ...[...toy, '--set', 'steps=2000', '--set', 'checkpointSeconds=0.2', '--jobs', '2'],
    ...['--sweep', 'learningRate=1e-4..1:log', '--trials', '6', '--search-seed', '5'],
    ...['--halving', 'min=100,eta=2', '--data-dir', data.path],
  ]);
  await running.said(/stopped by successive halving at step \d+: \d+\w+ of \d+/);
  const listed = await cliJson<{ runs: { comparison: string }[] }>(['list', ...place]);
  const id = listed.runs[0]!.comparison;
  // It is said when the trainer is told, and stored when that has ended.
  await expect.poll(async () => halved(await show<Shown>(id)).length).toBeGreaterThan(0);
  running.child.kill('SIGKILL');
  await running.result;
  const before = halved(await show<Shown>(id));

  const resumed = await cli(['resume', id, '--jobs', '2', ...place]);
  expect(resumed.code).toBe(0);
  const after = await show<Shown>(id);
  expect(new Set(after.runs.map(({ state }) => state))).toEqual(new Set(['completed', 'stopped']));
  // Those that were stopped stay as they were.
  expect(halved(after).length).toBeGreaterThanOrEqual(before.length);
  expect(halved(after)).toEqual(expect.arrayContaining([...before]));
  expect(after.verdict.sentence).toMatch(/stopped early by successive halving: not counted as failed/);
  expect(after.verdict.sentence).not.toMatch(/\bfailed seeds?\b/);

  const { sweep } = await show<{ sweep: SweepResult }>(id, '--sweep');
  expect(sweep.trials).toHaveLength(6);
  expect(sweep.trials.filter(({ state }) => state === 'halted')).toHaveLength(halved(after).length);
  expect(sweep.best?.state).toBe('completed');
  expect(sweep).toMatchObject({ method: 'sobol', comparedAt: 100, confirmation: null });
  // Exact gradients of a smooth task: too small a rate cannot win.
  expect(sweep.best!.values['learningRate']).toBeGreaterThan(1e-3);

  const { code, stdout } = await cli(['confirm', id, '--seeds', '2', '--jobs', '2', ...place]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/in the sweep \(chosen as the best of 6\), .* on 2 fresh seeds/);
  const confirmed = (await show<{ sweep: SweepResult }>(id, '--sweep')).sweep.confirmation;
  expect(confirmed).toMatchObject({ of: 6, value: { n: 2 }, standard: { n: 2 }, pending: 0 });
  const fresh = await show<Shown>(confirmed!.comparison);
  expect(fresh.runs.map(({ seed }) => seed)).toEqual([2, 3, 2, 3]);
});

it('starts no more runs than its budget has, then and when it is resumed', async () => {
  const made = await cliJson<Shown & { comparison: string }>([
    ...[
      ...toy,
      '--set',
      'steps=20',
      '--sweep',
      'learningRate=0.1,0.2,0.3,0.4',
      '--budget',
      'runs=2',
      ...place,
    ],
  ]);
  const ends = ({ runs }: Shown) => runs.map(({ state, reason = '' }) => [state, reason]);
  const spent = ['stopped', 'the budget of the sweep is spent: 2 runs'];
  expect(ends(made)).toEqual([['completed', ''], ['completed', ''], spent, spent]);
  const again = await cli(['resume', made.comparison, ...place]);
  expect(again.code).not.toBe(0);
  expect(again.stderr).toMatch(/ended by its sweep; there is nothing to resume/);
});
