import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { tempFolder, until } from '../../test/support/cli.ts';
import { needsUnix, where } from '../../test/support/where.ts';
import { requestControl, watchControl, type ControlRequest } from './control-spool.ts';

const { it } = where(needsUnix);

const folder = tempFolder();
afterEach(() => folder.remove());

it('delivers requests in order, once, drops old ones and what is not a request', async () => {
  await requestControl(folder.path, { verb: 'stop', runId: 'old', by: 'x' });
  const got: ControlRequest[] = [];
  const told: unknown[] = [];
  const unwatch = watchControl(folder.path, {
    onRequest: (request) => got.push(request),
    onNotice: (message) => told.push(message),
    onBroken: (error) => told.push(error),
  });
  writeFileSync(join(folder.path, 'control', '0-garbage.json'), '{"verb": "format"}');
  writeFileSync(join(folder.path, 'control', '1-half.json'), '{"verb": "sto');
  mkdirSync(join(folder.path, 'control', '2-folder.json'));
  execFileSync('mkfifo', [join(folder.path, 'control', '3-pipe.json')]);
  for (const verb of ['pause', 'resume', 'stop'] as const) {
    await requestControl(folder.path, { verb, runId: 'r', by: 'x' });
  }
  await until(() => got.length >= 3, 'three requests');
  const control = join(folder.path, 'control');
  expect(readdirSync(control)).toEqual([]);
  rmSync(control, { recursive: true });
  await until(() => told.length > 0, 'the folder is made again');
  expect(told).toEqual([`${control} was removed and has been created again; requests in it are lost`]);
  rmSync(control, { recursive: true });
  writeFileSync(control, '');
  await until(() => told.length > 1, 'that it cannot be made is told');
  expect(told[1]).toMatchObject({ kind: 'external', path: control });
  unwatch();
  expect(got.map(({ verb }) => verb)).toEqual(['pause', 'resume', 'stop']);
});
