/**
 * The command line in a process that stays: for tests of what many commands say and answer, which would otherwise start a
 * process each. What concerns the process itself (signals, ends, several at once) is for `startCli`.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { CliResult } from '../cli.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

let host: ChildProcess | undefined;
let before: Promise<unknown> = Promise.resolve();
afterAll(async () => {
  if (host?.connected !== true) return;
  const gone = once(host, 'exit');
  host.disconnect();
  await gone;
});

/** One command after the other, in the order of the calls. */
export function cli(args: readonly string[]): Promise<CliResult> {
  const result = before.then(() => command(args));
  before = result.catch(() => undefined);
  return result;
}

/** The JSON document of a command that must succeed. */
export async function cliJson<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await cli([...args, '--json']);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${stderr}`);
  return JSON.parse(stdout) as T;
}

function command(args: readonly string[]): Promise<CliResult> {
  const child = (host ??= fork(MAIN, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`${args.join(' ')}: the process of the commands has ended`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve({ signal: null, ...(message as Omit<CliResult, 'signal'>) });
    });
    child.send(args);
  });
}
