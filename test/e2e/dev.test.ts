/** The studio of `npm run dev`: it ends with it, and starts anew when a source has changed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startStudio } from '../../resources/dev/studio-process.ts';
import { announcedServer } from '../../src/server/server-file.ts';
import { isAlive, tempFolder } from '../support/cli.ts';
import { repositoryPath } from '../support/documented-commands.ts';

const folder = tempFolder();
afterAll(() => folder.remove());

it('the studio ends in order where npm run dev is killed', async () => {
  const dataDir = join(folder.path, 'killed');
  const dev = spawn(process.execPath, ['resources/dev/main.ts', '--data-dir', dataDir], {
    cwd: repositoryPath('.'),
    stdio: 'ignore',
  });
  await expect.poll(() => announcedServer(dataDir)?.pid).toBeGreaterThan(0);
  const { pid } = announcedServer(dataDir)!;
  dev.kill('SIGKILL');
  await expect.poll(() => isAlive(pid)).toBe(false);
  // A studio that was killed leaves these.
  expect(existsSync(join(dataDir, 'server.json'))).toBe(false);
  expect(existsSync(join(dataDir, 'studio.lock.json'))).toBe(false);
});

it('npm run dev ends after its studio, whose runs have written their checkpoints, at SIGTERM', async () => {
  const dataDir = join(folder.path, 'ended');
  const dev = spawn(process.execPath, ['resources/dev/main.ts', '--data-dir', dataDir], {
    cwd: repositoryPath('.'),
    stdio: 'ignore',
  });
  const exit = once(dev, 'exit');
  await expect.poll(() => announcedServer(dataDir)?.pid).toBeGreaterThan(0);
  const { pid } = announcedServer(dataDir)!;
  dev.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(isAlive(pid)).toBe(false);
});

it('the studio is another process after a change, at the same port', async () => {
  const dataDir = join(folder.path, 'restarts');
  const socket = createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  socket.close();
  const ready: boolean[] = [];
  const ends: unknown[] = [];
  const studio = startStudio(repositoryPath('.'), dataDir, port, {
    onReady: (again) => void ready.push(again),
    onEnd: (code) => void ends.push(code),
  });
  try {
    await expect.poll(() => ready).toEqual([false]);
    const first = announcedServer(dataDir);
    // A formatter writes what an editor has just written.
    studio.restart();
    studio.restart();
    await expect.poll(() => ready).toEqual([false, true]);
    const second = announcedServer(dataDir);
    expect(second?.pid).not.toBe(first?.pid);
    expect(second?.port).toBe(port);
    expect(ends).toEqual([]);
    // One that ends by itself is missed, and comes back with the next change.
    process.kill(second!.pid, 'SIGKILL');
    await expect.poll(() => ends).toEqual([null]);
    studio.restart();
    await expect.poll(() => ready).toEqual([false, true, true]);
  } finally {
    await studio.end();
  }
  expect(announcedServer(dataDir)).toBeUndefined();
});
