/** The real command line as a child process, on a data folder of its own. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRecord } from '../../src/shared/run.ts';
import { openReadableStore } from '../../src/studio/store/open.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { COMMAND_LINE, isTrainer } from './programs.ts';

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
  /** Resolves when stderr has said this. */
  said(pattern: RegExp): Promise<void>;
}

interface CliOptions {
  readonly cwd?: string;
  /** Beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

export function startCli(args: readonly string[], { cwd, env }: CliOptions = {}): RunningCli {
  const child = spawn(process.execPath, [COMMAND_LINE, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const result = new Promise<CliResult>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    child,
    result,
    async said(pattern) {
      for (let i = 0; i < 1200; i++) {
        if (pattern.test(stderr)) return;
        if (child.exitCode !== null) break;
        await sleep(50);
      }
      throw new Error(`the command never said ${pattern}; it said:\n${stderr}`);
    },
  };
}

export async function cli(args: readonly string[], options?: CliOptions): Promise<CliResult> {
  return startCli(args, options).result;
}

/** The JSON document of a command that must succeed. */
export async function cliJson<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await cli([...args, '--json']);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${stderr}`);
  return JSON.parse(stdout) as T;
}

/** The run of a data folder that has one, as stored; undefined: there is none yet. */
export function storedRun(dataDir: string): RunRecord | undefined {
  let store;
  try {
    store = openReadableStore(join(dataDir, STORE_FILE));
  } catch {
    // The studio is making it.
    return undefined;
  }
  try {
    return store.runs()[0];
  } finally {
    store.close();
  }
}

export interface TempFolder {
  readonly path: string;
  remove(): void;
}

export function tempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), 'gumbel-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Pids of the trainer processes whose parent is `pid`. */
export function trainersOf(pid: number): number[] {
  return processes()
    .filter(({ parent, command }) => parent === pid && isTrainer(command))
    .map((p) => p.pid);
}

/** Pids of the processes that read files for the one with this id. */
export function readersOf(pid: number): number[] {
  return processes()
    .filter(({ parent, command }) => parent === pid && /reader(-main\.ts|\.js)/.test(command))
    .map((p) => p.pid);
}

/** Whether a process with this id exists and is not a zombie. */
export function isAlive(pid: number): boolean {
  const found = processOf(pid);
  return found !== undefined && found.state !== 'Z';
}

export function isZombie(pid: number): boolean {
  return processOf(pid)?.state === 'Z';
}

/** As other users of the machine see it; empty: there is no such process. */
export function commandLineOf(pid: number): string {
  return processOf(pid)?.command ?? '';
}

interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  /** One letter. */
  readonly state: string;
  readonly command: string;
}

const isLinux = existsSync('/proc/self/stat');

function processes(): readonly ListedProcess[] {
  if (!isLinux) return ofPs();
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((name) => ofLinux(Number(name)) ?? []);
}

/** Whoever waits for one process asks twenty times a second, and not for all of them. */
function processOf(pid: number): ListedProcess | undefined {
  return isLinux ? ofLinux(pid) : ofPs().find((process) => process.pid === pid);
}

/** @returns undefined: it is not there, or ended while it was being read */
function ofLinux(pid: number): ListedProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return { pid, parent: Number(parent), state, command };
  } catch {
    return undefined;
  }
}

/** Of any Unix. */
function ofPs(): readonly ListedProcess[] {
  const listed = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,state=,command='], { encoding: 'utf8' });
  return listed.split('\n').flatMap((line) => {
    const [, pid, parent, state, command] = /^ *(\d+) +(\d+) +(\w)\S* +(.*)$/.exec(line) ?? [];
    if (state === undefined || command === undefined) return [];
    return [{ pid: Number(pid), parent: Number(parent), state, command }];
  });
}

export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  ms = 120_000,
): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms in vain: ${what}`);
    await sleep(50);
  }
}
