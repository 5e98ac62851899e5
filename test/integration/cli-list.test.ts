/** What `list` and `show` print of a store. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/studio/store/open.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { batchOf, newComparison } from '../fixtures/runs.ts';
import { tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';
import { COMMAND_LINE } from '../support/programs.ts';
import { where } from '../support/where.ts';

const folder = tempFolder();
const here = ['--data-dir', folder.path];
let ids: readonly string[] = [];

beforeAll(() => {
  const store = openStore(join(folder.path, STORE_FILE));
  ids = store.createComparison(newComparison(3)).runs.map(({ id }) => id);
  for (const id of ids) {
    store.addEvent(id, { kind: 'log', step: 0, message: 'begins' });
    store.commit([batchOf(id, 'loss', [0, 1], [2, 1])]);
    store.updateRun(id, { state: 'completed', startedAt: Date.UTC(2026, 10, 28, 19, 41, 7) });
  }
  store.close();
});
afterAll(() => folder.remove());

it('says how many of how many runs are listed', async () => {
  const two = await cli(['list', '--limit', '2', ...here]);
  expect(two.stderr).toBe('the newest 2 of 3 runs; --limit 3 shows all of them\n');
  expect((await cli(['list', ...here])).stderr).toBe('');
  const document = await cliJson<{ runs: unknown[]; total: number }>(['list', '--limit', '2', ...here]);
  expect(document).toMatchObject({ runs: { length: 2 }, total: 3 });
});

where(existsSync('/dev/full') ? '' : 'needs /dev/full of Linux').it(
  'where its output cannot be written: one sentence, exit code 1',
  async () => {
    const { code, stderr } = await piped('> /dev/full');
    expect(stderr).toMatch(/^gumbel-studio: standard output cannot be written: .*ENOSPC[^\n]*\n$/);
    expect(code).toBe(1);
  },
);

it('where nobody reads its output, as behind "| head": nothing', async () => {
  const { stderr } = await piped('| true');
  expect(stderr).toBe('');
});

/** `list --json`, whose output goes where a shell sends it. */
async function piped(where: string): Promise<{ code: number; stderr: string }> {
  const command = `"${process.execPath}" "${COMMAND_LINE}" list --json --data-dir "${folder.path}" ${where}`;
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close') as Promise<[number]>]);
  return { code, stderr };
}

it('gives times with their distance to UTC', async () => {
  const zone = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d/;
  expect((await cli(['list', ...here])).stdout).toMatch(zone);
  expect((await cli(['show', ids[0] ?? '', ...here])).stdout).toMatch(zone);
});

it('runs of a studio that was killed are interrupted, and the command that continues them is named', async () => {
  const killed = tempFolder();
  onTestFinished(() => killed.remove());
  const store = openStore(join(killed.path, STORE_FILE));
  const [live] = store.createComparison(newComparison(2)).runs;
  store.updateRun(live?.id ?? '', { state: 'running', startedAt: Date.UTC(2026, 10, 28, 19, 41, 7) });
  store.close();
  // As kill -9 leaves it: the holder's file is there, the holder is not.
  const holder = { pid: 2 ** 22 - 1, host: hostname(), program: 'test', startedAt: '2026-11-28', token: 'x' };
  writeFileSync(join(killed.path, 'studio.lock.json'), JSON.stringify(holder));
  const { stdout, stderr } = await cli(['list', '--json', '--data-dir', killed.path]);
  expect(JSON.parse(stdout)).toMatchObject({ runs: [{ state: 'interrupted' }, { state: 'interrupted' }] });
  expect(stderr).toMatch(/left by an earlier session: 2 runs \(1 interrupted, 1 not started\)/);
  const document = await cliJson<{ total: number }>([
    'list',
    '--state',
    'interrupted',
    '--data-dir',
    killed.path,
  ]);
  expect(document.total).toBe(2);
});
