/** The program on Electron itself, where its binary is to be had. */
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication } from 'playwright-core';
import { installedElectron } from '../../../src/cli/electron-binary.ts';
import type { Desktop, DesktopHost, DesktopOptions } from './desktop.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** A window manager answers within milliseconds. */
const MINIMIZE_MS = 10_000;

/** Never fetches the binary: tests do not reach out. */
function reasonAbsent(): string {
  if (installedElectron() === undefined) return 'its binary is not here (npx install-electron fetches it)';
  if (process.platform !== 'linux') return '';
  if (process.getuid?.() === 0) return 'it refuses its sandbox to root';
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return (DISPLAY ?? WAYLAND_DISPLAY) === undefined ? 'there is no display (xvfb-run makes one)' : '';
}

/** Where Electron is to be there, its absence is a failure. @throws Error */
function absence(): string {
  const reason = reasonAbsent();
  if (reason !== '' && process.env['GUMBEL_TEST_ELECTRON'] === 'required') {
    throw new Error(`the desktop tests cannot run on Electron itself: ${reason}`);
  }
  return reason;
}

type Note = readonly [kind: 'question' | 'notification' | 'progress' | 'refused' | 'followed', said: string];
let launches = 0;

export interface RealDesktop extends Desktop {
  readonly program: ElectronApplication;
  readonly child: ChildProcess;
  /** Addresses to which the page was not let. */
  refused(): readonly string[];
}

export async function launchReal({ dataDir, words = [] }: DesktopOptions): Promise<RealDesktop> {
  const notesFile = join(tmpdir(), `gumbel-desktop-notes-${process.pid}-${++launches}.jsonl`);
  const program = await _electron.launch({
    executablePath: installedElectron() ?? '',
    args: [root, ...words],
    // Playwright switches the sandbox off unless it is told not to.
    chromiumSandbox: true,
    env: { ...process.env, GUMBEL_STUDIO_DATA: dataDir },
  });
  // Playwright forgets it when it ends.
  const child = program.process();
  const exited = new Promise<number>((resolve) => {
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
  await program.firstWindow();
  await noteDown(program, notesFile);
  const notes = (kind: Note[0]) =>
    (existsSync(notesFile) ? readFileSync(notesFile, 'utf8').split('\n') : [])
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Note)
      .filter((note) => note[0] === kind)
      .map((note) => note[1]);
  const answer = (button: string) =>
    told(
      program.evaluate((_electron_, label) => {
        Reflect.set(globalThis, 'desktopTestAnswer', label);
      }, button),
    );
  return {
    program,
    child,
    refused: () => notes('refused'),
    page: async () => program.windows().at(-1) ?? program.firstWindow(),
    windowCount: () =>
      asked(() => program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)),
    closeWindow: () =>
      told(program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())),
    async minimize() {
      await told(program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize()));
      await untilMinimized(program);
    },
    restore: () => told(program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.restore())),
    clickMenu: (id) =>
      told(
        program.evaluate(({ Menu }, item) => {
          Menu.getApplicationMenu()?.getMenuItemById(item)?.click();
        }, id),
      ),
    answer,
    questions: () => notes('question'),
    choose: (path) =>
      told(
        program.evaluate(({ dialog }, file) => {
          dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] });
        }, path),
      ),
    saveTo: (path) =>
      told(
        program.evaluate(({ session }, file) => {
          session.defaultSession.prependListener('will-download', (_event, item: Electron.DownloadItem) =>
            item.setSavePath(file),
          );
        }, path),
      ),
    notifications: () => notes('notification'),
    progress: () => notes('progress').map(Number),
    secondInstance: (given, workingFolder) =>
      told(
        program.evaluate(
          ({ app }, facts) =>
            void app.emit('second-instance', {}, ['electron', '.', ...facts.given], facts.workingFolder),
          { given, workingFolder },
        ),
      ),
    quit: () => told(program.evaluate(({ app }) => app.quit())),
    exited,
    async end() {
      if (child.exitCode === null && child.signalCode === null) {
        await answer('Checkpoint and quit');
        await program.close();
      }
      rmSync(notesFile, { force: true });
    },
  };
}

/** Playwright's answer is a promise of the main process, which may collect it before it is read. */
const COLLECTED = /collected/;
const ENDED = /has been closed/;

/** A question without effects: once more if its answer is lost. */
async function asked<T>(question: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await question();
    } catch (error) {
      if (!COLLECTED.test(String(error))) throw error;
    }
  }
}

/** A deed is done when its answer is lost, so it is not repeated; the last one ends the program. */
async function told(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!COLLECTED.test(String(error)) && !ENDED.test(String(error))) throw error;
  }
}

async function untilMinimized(program: ElectronApplication): Promise<void> {
  const deadline = Date.now() + MINIMIZE_MS;
  const isMinimized = () =>
    asked(() => program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized()));
  while ((await isMinimized()) !== true) {
    if (Date.now() > deadline) {
      throw new Error(
        'the window was not minimised: this display has no window manager (openbox is a small one)',
      );
    }
  }
}

/** Dialogs are answered, and what is shown is written to a file, which outlives the program: nobody is there to click. */
async function noteDown(program: ElectronApplication, file: string): Promise<void> {
  await program.evaluate(({ dialog, Notification, BrowserWindow }, path) => {
    const { appendFileSync } = process.getBuiltinModule('node:fs');
    const note = (kind: string, said: string) => appendFileSync(path, `${JSON.stringify([kind, said])}\n`);
    Reflect.set(dialog, 'showMessageBox', (...given: Electron.MessageBoxOptions[]) => {
      const { message, detail = '', buttons = [] } = given.at(-1)!;
      note('question', `${message} ${detail}`);
      const answer = String(Reflect.get(globalThis, 'desktopTestAnswer') ?? 'Cancel');
      return Promise.resolve({ response: Math.max(0, buttons.indexOf(answer)), checkboxChecked: false });
    });
    Notification.prototype.show = function show(this: Electron.Notification) {
      note('notification', this.title);
    };
    BrowserWindow.prototype.setProgressBar = (fraction) => note('progress', `${fraction}`);
    // Behind the listeners of the program.
    for (const { webContents } of BrowserWindow.getAllWindows()) {
      webContents.on('will-frame-navigate', ({ url, defaultPrevented }) =>
        note(defaultPrevented ? 'refused' : 'followed', url),
      );
    }
  }, file);
}

export const realHost: DesktopHost = { name: 'Electron itself', absent: absence(), launch: launchReal };
