/** A host as a program that answers in place of ssh. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { temporaryFolder } from '../../../../test/fixtures/temporary-folder.ts';
import { needsUnix, where } from '../../../../test/support/where.ts';
import { taskFiles } from '../../../shared/task.ts';
import { taskFolder } from '../task-folder.ts';
import { HostShares, type Part } from './host-shares.ts';

const { it } = where(needsUnix);

it('a task whose messages are here has begun, although the look is of a time when it had not', async () => {
  const folder = temporaryFolder();
  const answer = ['folder + 100000', '0 begun 0 0', '1 begun 0 0', 'end'].map((line) => `echo '${line}'`);
  writeFileSync(join(folder, 'ssh'), ['#!/bin/sh', ...answer, ''].join('\n'), { mode: 0o755 });
  const submission = {
    ...{ token: 'abcdefghij', folder, tasks: 2, jobs: [] },
    choice: { kind: 'ssh' as const, hosts: [{ host: 'a', atOnce: 2 }] },
  };
  for (const task of [0, 1]) mkdirSync(taskFolder(folder, task), { recursive: true });
  writeFileSync(join(taskFolder(folder, 0), taskFiles.messages), '{}\n');
  const share = { host: 'a', atOnce: 2, tasks: [0, 1], installation: 'copy', sent: true };
  const part: Part = { submission, share, index: 0 };
  const host = new HostShares('a', { env: { ...process.env, PATH: folder } });
  await host.poll([part], new AbortController().signal);
  expect([...host.statesOf(part)]).toEqual([
    [0, { state: 'running', reason: '', host: 'a' }],
    [1, { state: 'waiting', reason: 'waits for a place on a' }],
  ]);
});
