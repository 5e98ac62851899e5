/** `open`: the studio in its window; where there can be none, the same studio in a browser, and one sentence why. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { packageRoot } from '../../node/programs.ts';
import { dataDirOf, type CommonOptions } from '../context.ts';
import { hasDisplay } from '../display.ts';
import { onEnding } from '../ending.ts';
import { electronBinary } from '../electron-binary.ts';
import { createOutput } from '../output.ts';
import { WATCH_VARIABLE } from '../../studio/watched-folder.ts';
import { serve, WATCH_OPTION } from './serve.ts';

/** Within this time a window that cannot be had has ended. */
const START_MS = 30_000;
const WINDOW = join(packageRoot, 'out/main/index.js');

interface OpenOptions extends CommonOptions {
  readonly watch?: string;
}

export function addOpenCommand(program: Command): void {
  program
    .command('open')
    .argument('[files...]', 'run files to open in the window')
    .option(...WATCH_OPTION)
    .action((files: readonly string[], _own: unknown, command: Command) =>
      open(files, command.optsWithGlobals<OpenOptions>()),
    );
}

async function open(files: readonly string[], options: OpenOptions): Promise<void> {
  if (!existsSync(WINDOW)) {
    throw new AppError('precondition', 'the window and its pages are not built; run "npm run build" first');
  }
  const output = createOutput(options.json === true);
  // Nothing to explain: without a display nobody expects a window.
  if (!hasDisplay()) {
    process.exitCode = await serve(options);
    return;
  }
  try {
    const binary = await electronBinary(() =>
      output.note('downloading Electron for the window (120 MB, once)'),
    );
    process.exitCode = await runWindow(binary, files, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    output.note(`Electron's window is not available here (${reason}); the same studio opens in a browser.`);
    process.exitCode = await serve({ ...options, open: true });
  }
}

/**
 * The exit code of the window.
 * @throws Error if it ended with an error before it said that it is up
 */
function runWindow(binary: string, files: readonly string[], options: OpenOptions): Promise<number> {
  const child = spawn(binary, [packageRoot, ...files.map((file) => resolve(file))], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A group of its own: a signal to this one would end Chromium's helpers first, and the window would crash on its way out.
    detached: process.platform !== 'win32',
    env: {
      ...process.env,
      GUMBEL_STUDIO_DATA: dataDirOf(options),
      ...(options.watch === undefined ? {} : { [WATCH_VARIABLE]: resolve(options.watch) }),
    },
  });
  let up = false;
  let complaint = '';
  // Whatever comes later, the window was there.
  const patience = setTimeout(() => (up = true), START_MS);
  child.on('message', (message) => {
    if (message === 'ready') up = true;
  });
  // Chromium's own log: of interest only where there is no window to look at.
  child.stderr?.on('data', (chunk: Buffer) => {
    if (!up) complaint = (complaint + chunk.toString()).slice(0, 2000);
  });
  onEnding({ ask: () => child.kill('SIGTERM') });
  process.once('exit', () => child.kill('SIGKILL'));
  return new Promise((settle, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(patience);
      if (up || code === 0) settle(code ?? 1);
      else reject(new Error(complaint.trim().split('\n')[0] || `it ended with ${signal ?? code}`));
    });
  });
}
