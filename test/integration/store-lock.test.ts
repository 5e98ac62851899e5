import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockDataFolder } from '../../src/studio/store/data-folder-lock.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

interface Starter {
  readonly child: ChildProcessWithoutNullStreams;
  /** `held`, or `refused` with the message. */
  readonly answer: string;
}

async function start(dir: string): Promise<Starter> {
  const child = spawn(process.execPath, [
    join(import.meta.dirname, '../fixtures/store/hold-data-folder.ts'),
    dir,
  ]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [answer] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, answer };
}

async function end(child: ChildProcessWithoutNullStreams, how: 'SIGKILL' | 'stdin'): Promise<void> {
  const exited = once(child, 'exit');
  if (how === 'stdin') child.stdin.end();
  else child.kill(how);
  await exited;
}

describe("the data folder's lock between processes", () => {
  it('refuses a second process, names the first, and is free when that ends', async () => {
    const dir = temporaryFolder();
    const first = await start(dir);
    expect(first.answer).toBe('held');
    const second = await start(dir);
    expect(second.answer).toMatch(
      new RegExp(`^refused the data folder ${dir} is in use by gumbel-studio run \\(pid ${first.child.pid} `),
    );
    expect(() => lockDataFolder(dir, 'test')).toThrow(expect.objectContaining({ kind: 'conflict' }));
    await end(first.child, 'stdin');
    lockDataFolder(dir, 'test').release();
  });

  it('is free at once after kill -9', async () => {
    const dir = temporaryFolder();
    for (let round = 0; round < 5; round += 1) {
      const holder = await start(dir);
      expect(holder.answer).toBe('held');
      await end(holder.child, 'SIGKILL');
      // It waits half a second at most, and the lease lasts twenty: only the kernel can have freed the lock.
      lockDataFolder(dir, 'test').release();
    }
  });

  it('has exactly one winner of two that start together, 20 times', async () => {
    for (let round = 0; round < 20; round += 1) {
      const dir = temporaryFolder();
      const starters = await Promise.all([start(dir), start(dir)]);
      const answers = starters.map(({ answer }) => answer).toSorted();
      expect(answers[0]).toBe('held');
      expect(answers[1]).toMatch(/^refused the data folder .* is in use by gumbel-studio run \(pid \d+ /);
      for (const { child, answer } of starters) if (answer === 'held') await end(child, 'SIGKILL');
    }
  });
});
