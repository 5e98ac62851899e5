/** `gumbel-studio open`, as `npm start` calls it: the window, and what happens where there can be none. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { setup as buildPage } from '../support/build-page.ts';
import { COMMAND_LINE } from '../support/programs.ts';
import { needsLinux, needsUnix, where } from '../support/where.ts';

const BUILT = fileURLToPath(new URL('../../out/main/index.js', import.meta.url));

beforeAll(async () => {
  if (!existsSync(BUILT)) await buildPage();
});

interface Opened {
  /** Everything it has said so far. */
  said(): string;
  /** As Ctrl-C does. */
  interrupt(): void;
  readonly exited: Promise<number | null>;
}

function open(env: Readonly<Record<string, string>>, words: readonly string[] = []): Opened {
  const dataDir = temporaryFolder();
  const child = spawn(process.execPath, [COMMAND_LINE, 'open', '--data-dir', dataDir, ...words], {
    // Nothing of this machine's display; no browser to start.
    env: { PATH: dirname(process.execPath), HOME: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  }
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGINT');
    await exited;
  });
  return { said: () => said, interrupt: () => child.kill('SIGINT'), exited };
}

/** A folder with a program called as Electron's is, and where it writes what it was given. */
function fakeElectron(body: string): { readonly folder: string; readonly note: string } {
  const folder = join(temporaryFolder(), 'dist');
  mkdirSync(folder);
  const note = join(folder, 'note.json');
  const program = `#!${process.execPath}\nconst note = ${JSON.stringify(note)};\n${body}\n`;
  writeFileSync(join(folder, 'electron'), program);
  chmodSync(join(folder, 'electron'), 0o755);
  return { folder, note };
}

const ADDRESS = /Gumbel Studio is at http:\/\/127\.0\.0\.1:\d+; open the link in (\S+)/;
/** A display that is never asked. */
const DISPLAY = { DISPLAY: ':4711' };

where(needsLinux).it('without a display: the address, how to reach it, and no word of Electron', async () => {
  const opened = open({});
  await expect.poll(opened.said).toMatch(ADDRESS);
  await expect.poll(opened.said).toMatch(/ssh -N -L/);
  const [, file = ''] = ADDRESS.exec(opened.said()) ?? [];
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const address = readFileSync(file, 'utf8').trim();
  expect((await fetch(address)).status).toBe(200);
  await expect.poll(opened.said).toMatch(/a link for another browser/);
  expect(readFileSync(file, 'utf8').trim()).not.toBe(address);
  // Whoever reads a log must not be able to open the studio.
  expect(opened.said()).not.toMatch(/key=/);
  expect(opened.said()).not.toMatch(/Electron/);
  opened.interrupt();
  expect(await opened.exited).toBe(0);
});

it('where Electron cannot be fetched: one sentence, and the same studio in a browser', async () => {
  const opened = open({
    ...DISPLAY,
    ELECTRON_OVERRIDE_DIST_PATH: temporaryFolder(),
    ELECTRON_MIRROR: 'http://127.0.0.1:9/',
  });
  await expect.poll(opened.said).toMatch(ADDRESS);
  expect(opened.said().split('\n')[0]).toBe(
    "Electron's window is not available here (127.0.0.1:9 does not answer); the same studio opens in a browser.",
  );
  expect(opened.said()).not.toMatch(/\n {4}at /);
});

where(needsUnix).it('where Electron does not start: the same, with its own words', async () => {
  const { folder } = fakeElectron(`console.error('cannot open display'); process.exit(1);`);
  const opened = open({ ...DISPLAY, ELECTRON_OVERRIDE_DIST_PATH: folder });
  await expect.poll(opened.said).toMatch(ADDRESS);
  expect(opened.said()).toContain("Electron's window is not available here (cannot open display);");
});

where(needsUnix).it('where it does: the folder, the files, its exit code, and no server', async () => {
  const { folder, note } = fakeElectron(`
      import { writeFileSync } from 'node:fs';
      writeFileSync(note, JSON.stringify([process.argv.slice(3), process.env.GUMBEL_STUDIO_DATA]));
      process.send('ready', () => process.exit(3));
    `);
  const opened = open({ ...DISPLAY, ELECTRON_OVERRIDE_DIST_PATH: folder }, ['/somewhere/a.gsrun']);
  expect(await opened.exited).toBe(3);
  expect(JSON.parse(readFileSync(note, 'utf8'))).toEqual([
    ['/somewhere/a.gsrun'],
    expect.stringMatching(/gumbel-test-/),
  ]);
  expect(opened.said()).toBe('');
});
