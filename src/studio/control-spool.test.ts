import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { tempFolder, until } from '../../test/support/cli.ts';
import { requestControl, watchControl, type ControlRequest } from './control-spool.ts';

const folder = tempFolder();
afterEach(() => folder.remove());

it('delivers requests in order, once, drops old ones and what is not a request', async () => {
  await requestControl(folder.path, { verb: 'stop', runId: 'old', by: 'x' });
  const got: ControlRequest[] = [];
  const unwatch = watchControl(folder.path, (request) => got.push(request));
  writeFileSync(join(folder.path, 'control', '0-garbage.json'), '{"verb": "format"}');
  writeFileSync(join(folder.path, 'control', '1-half.json'), '{"verb": "sto');
  for (const verb of ['pause', 'resume', 'stop'] as const) {
    await requestControl(folder.path, { verb, runId: 'r', by: 'x' });
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await until(() => got.length >= 3, 'three requests');
  unwatch();
  expect(got.map(({ verb }) => verb)).toEqual(['pause', 'resume', 'stop']);
});
