/**
 * The real `npm run setup:tensorflow`: on what is set up, and, with GUMBEL_TEST_DOWNLOADS=1, from nothing in a folder of its own (259 MB
 * from PyPI): killed, done, done again, and removed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/node/programs.ts';
import { readSetup, tensorflowFolder } from '../../src/node/tensorflow-folder.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const SCRIPT = join(packageRoot, 'resources/tensorflow/main.ts');
const DOWNLOADS = process.env['GUMBEL_TEST_DOWNLOADS'] === '1';

interface SetUp {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
  /** Resolves when it has said this. */
  said(pattern: RegExp): Promise<void>;
}

function setUp(...args: string[]): SetUp {
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  return {
    child,
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, output }))),
    said: (pattern) => expect.poll(() => output, { timeout: 120_000 }).toMatch(pattern),
  };
}

it.skipIf(readSetup(tensorflowFolder()) === undefined)(
  'run again, it says what is there and probes it',
  async () => {
    const { code, output } = await setUp().ended;
    expect(output).toMatch(/TensorFlow 2\.20\.0.* is there, in /);
    expect(output).toMatch(/The backend tensorflow works: 4\.22\.0 on TensorFlow 2\.20\.0, /);
    expect(code).toBe(0);
  },
);

it.skipIf(!DOWNLOADS)(
  'from nothing: killed in mid-download it leaves nothing to load, then it is done, and can be removed',
  { timeout: 1_200_000 },
  async () => {
    const folder = join(temporaryFolder(), 'tensorflow');
    const killed = setUp('--folder', folder);
    await killed.said(/from PyPI/);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(readSetup(folder)).toBeUndefined();
    const ended = setUp('--folder', folder);
    await ended.said(/from PyPI/);
    ended.child.kill('SIGINT');
    expect(await ended.ended).toMatchObject({ code: 130 });
    expect(existsSync(folder)).toBe(false);

    expect(await setUp('--folder', folder).ended).toMatchObject({ code: 0 });
    expect(readSetup(folder)).toEqual({ tfjs: '4.22.0', tensorflow: '2.20.0', gpu: false });
    expect(readdirSync(folder).toSorted()).toEqual(['ready', 'studio.lock']);
    expect(await setUp('--folder', folder, '--remove').ended).toMatchObject({ code: 0 });
    expect(existsSync(folder)).toBe(false);
  },
);
