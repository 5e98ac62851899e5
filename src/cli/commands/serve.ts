/** `serve`: the studio for a browser on this machine, or at the other end of an SSH tunnel. */
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { writeFileAtomicSync } from '../../node/atomic-file.ts';
import { createStudio } from '../../studio/studio.ts';
import { watchFolder } from '../../studio/watched-folder.ts';
import { dataDirOf, type CommonOptions } from '../context.ts';
import { hasDisplay, tunnelHint } from '../display.ts';
import { onEnding } from '../ending.ts';
import { exitCodes } from '../exit-codes.ts';
import { interruptedStarts, leftSentence } from '../left-runs.ts';
import { endingNote, troubleNotes } from '../live.ts';
import { createOutput, type Output } from '../output.ts';
import { ONE_BY_ONE_HELP, parseJobs } from '../parse-count.ts';

interface ServeOptions extends CommonOptions {
  readonly port?: number;
  readonly jobs?: number;
  readonly oneByOne?: boolean;
  readonly open?: boolean;
  readonly watch?: string;
}

export const WATCH_OPTION = [
  '--watch <folder>',
  'import the run files that appear in this folder, and follow those that scripts are writing',
] as const;

/** Leads a browser to the address, so that no command line ever shows it; removed when the address was used. */
const LAUNCH_FILE = 'open-studio.html';
/** The next address that is good once, where standard output or error is no terminal. */
const ADDRESS_FILE = 'address.txt';

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .option('--port <n>', 'port to listen on (default: any free one)', parsePort)
    .option('--jobs <n>', 'CPU trainers at once (default: what the settings say)', parseJobs)
    .option('--one-by-one', ONE_BY_ONE_HELP)
    .option('--open', 'open the browser')
    .option(...WATCH_OPTION)
    .action(async (_own: unknown, command: Command) => {
      process.exitCode = await serve(command.optsWithGlobals<ServeOptions>());
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('expected a number from 0 to 65535');
}

/** Resolves with the exit code when the studio has ended. */
export async function serve(options: ServeOptions): Promise<number> {
  const output = createOutput(options.json === true);
  const dataDir = dataDirOf(options);
  const end = new AbortController();
  const ended = new Promise((resolve) => end.signal.addEventListener('abort', resolve));
  const notes = troubleNotes(output);
  const studio = createStudio({
    dataDir,
    program: 'gumbel-studio serve',
    ...(options.jobs === undefined ? {} : { concurrency: options.jobs }),
    oneByOne: options.oneByOne === true,
    ...notes,
    onBroken(error, lost) {
      notes.onBroken(error);
      if (lost) end.abort();
    },
  });
  const stopListening = onEnding({
    ask() {
      output.note(endingNote(studio));
      end.abort();
    },
    now: () => studio.queue.killAll(),
  });
  try {
    const left = leftSentence(studio.left(), interruptedStarts(studio.operations.list.operations));
    if (left !== '') output.note(`${left} when this studio has ended, as does Continue on the page now`);
    const place = { store: studio.store, imports: studio.imports, onNotice: output.note };
    const unwatch = options.watch === undefined ? undefined : await watchFolder(place, options.watch);
    const launcher = join(dataDir, LAUNCH_FILE);
    // Sockets and the contract's handlers, which no other verb needs.
    const { startServer } = await import('../../server/server.ts');
    const server = await startServer({
      studio,
      ...(options.port === undefined ? {} : { port: options.port }),
      onOpened: () => {
        rmSync(launcher, { force: true });
        const next = handOut(server.newAddress(), process.stderr, dataDir);
        output.note(`opened; a link for another browser: ${next}`);
      },
    });
    try {
      const address = server.newAddress();
      output.result(
        () =>
          `Gumbel Studio is at ${handOut(address, process.stdout, dataDir)}\n(the link works once; Ctrl-C ends the studio)`,
        { address, port: server.port, dataDir },
      );
      if (!hasDisplay()) output.note(tunnelHint(server.port));
      if (options.open === true) openBrowser(launcher, address, output);
      await ended;
    } finally {
      await unwatch?.();
      await server.close();
      for (const file of [launcher, join(dataDir, ADDRESS_FILE)]) rmSync(file, { force: true });
    }
  } finally {
    await studio.close();
    stopListening();
  }
  return studio.broken === '' ? exitCodes.ok : exitCodes.failed;
}

/**
 * An address that is good once, as words for a terminal. What is no terminal may be a log that others read, and such an address
 * is a key: it goes into a file that only its owner can read, and the words name the file.
 */
function handOut(address: string, stream: { readonly isTTY?: boolean }, dataDir: string): string {
  if (stream.isTTY === true) return address;
  const file = join(dataDir, ADDRESS_FILE);
  writeFileAtomicSync(file, `${address}\n`, { mode: 0o600 });
  return `${new URL(address).origin}; open the link in ${file}`;
}

/** What opens a file in the program that the person has for it. */
const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> & {
  readonly linux: readonly [string];
} = {
  linux: ['xdg-open'],
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

function openBrowser(launcher: string, address: string, output: Output): void {
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${address}">`;
  rmSync(launcher, { force: true });
  writeFileSync(launcher, page, { mode: 0o600, flag: 'wx' });
  const [command, ...args] = openers[process.platform] ?? openers.linux;
  const child = spawn(command, [...args, launcher], { stdio: 'ignore', detached: true });
  child.on('error', () => output.note('no browser could be started; open the link by hand'));
  child.unref();
}
