/** `serve` as a process of its own: killed at once, started again, ended in order; what a page finds each time. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { paths } from '../../src/shared/contract/http.ts';
import type { StudioEvent } from '../../src/shared/contract/events.ts';
import { commandLineOf, isAlive, tempFolder, trainersOf, until } from '../support/cli.ts';
import { COMMAND_LINE } from '../support/programs.ts';
import { connect, enter, follow } from '../support/studio-client.ts';
import { needsUnix, where } from '../support/where.ts';

const { it } = where(needsUnix);

const folder = tempFolder();
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  folder.remove();
});

interface Serving {
  readonly child: ChildProcess;
  readonly address: string;
  readonly stderr: () => string;
}

async function serve(...args: string[]): Promise<Serving> {
  const child = spawn(
    process.execPath,
    [COMMAND_LINE, 'serve', '--data-dir', folder.path, '--json', ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined },
    },
  );
  children.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await until(() => stdout.includes('\n}') || child.exitCode !== null, 'the server says its address');
  const { address } = JSON.parse(stdout) as { address: string };
  return { child, address, stderr: () => stderr };
}

const LONG = {
  preset: 'smoke',
  config: { steps: 1_000_000, checkpointSeconds: 1 },
  estimators: ['softmax'],
  seeds: [1],
  backend: 'wasm' as const,
};

it('after kill -9 the runs are interrupted and go on, old credentials are void, an old cursor brings a resync', async () => {
  const first = await serve();
  const { port } = new URL(first.address);
  await until(() => first.stderr().includes(`ssh -N -L ${port}:127.0.0.1:${port}`), 'how to reach it');
  const session = await enter(first.address);
  const page = await connect(session);
  let id = '';
  for await (const event of await page.client.experiments.start(LONG)) {
    if (event.type === 'started') id = event.runs[0]?.id ?? '';
  }
  await until(async () => (await page.client.runs.get({ id })).run.step > 200, 'it trains');
  await until(async () => {
    const { events } = await page.client.runs.get({ id });
    return events.some(({ kind }) => kind === 'checkpoint');
  }, 'a checkpoint');
  const { cursor, run: before } = await page.client.runs.get({ id });
  const trainers = trainersOf(first.child.pid ?? -1);
  expect(trainers).toHaveLength(1);
  const closed = new Promise((resolve) => page.socket.once('close', resolve));
  first.child.kill('SIGKILL');
  await closed;
  await until(() => !trainers.some(isAlive), 'no trainer outlives its studio', 20_000);

  const second = await serve('--port', port);
  expect(new URL(second.address).port).toBe(port);
  expect((await fetch(first.address)).status).toBe(401);
  await expect(connect(session)).rejects.toThrow(/401/);
  const asked = await fetch(session.origin + paths.session, {
    headers: { cookie: session.cookie, 'sec-fetch-site': 'same-origin' },
  });
  expect(asked.status).toBe(401);

  const again = await connect(await enter(second.address));
  const events: StudioEvent[] = [];
  const reading = follow(again, cursor, (event) => events.push(event));
  await until(() => events.length > 0, 'the stream begins');
  expect(events[0]?.type).toBe('resync');
  const { run } = await again.client.runs.get({ id });
  expect(run.state).toBe('interrupted');
  expect(run.step).toBeGreaterThanOrEqual(before.step);
  await again.client.runs.resume({ ids: [id] });
  await until(async () => (await again.client.runs.get({ id })).run.step > run.step, 'it goes on');
  await reading.end();

  const ended = new Promise<number | null>((resolve) => second.child.once('close', resolve));
  second.child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(existsSync(join(folder.path, 'server.json'))).toBe(false);

  const third = await serve();
  const last = await connect(await enter(third.address));
  const resumable = await last.client.runs.get({ id });
  expect(resumable.run.state).toBe('interrupted');
  expect(resumable.run.reason).toContain('the studio was closed');
  last.close();
  // Of the three addresses, none is in what other users of the machine can see.
  const command = commandLineOf(third.child.pid ?? 0);
  expect(command).not.toContain(new URL(third.address).searchParams.get('key'));
});
