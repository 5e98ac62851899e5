/** The program on Electron itself, where its binary is to be had. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication } from 'playwright-core';
import { z } from 'zod';
import type { Desktop, DesktopHost, DesktopOptions } from './desktop.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'node_modules/electron');

/** '' if there is none. Never fetches it: tests do not reach out. */
function findBinary(): string {
  const name = join(folder, 'path.txt');
  const path = existsSync(name) ? join(folder, 'dist', readFileSync(name, 'utf8').trim()) : '';
  return existsSync(path) ? path : '';
}

function reasonAbsent(): string {
  if (findBinary() === '') return 'its binary is not here (npx install-electron fetches it)';
  if (process.platform !== 'linux') return '';
  if (process.getuid?.() === 0) return 'it refuses its sandbox to root';
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return (DISPLAY ?? WAYLAND_DISPLAY) === undefined ? 'there is no display (xvfb-run makes one)' : '';
}

/** What the main process notes down for the tests. */
const notesSchema = z.object({
  questions: z.array(z.string()),
  notifications: z.array(z.string()),
});

async function launch({ dataDir, words = [] }: DesktopOptions): Promise<Desktop> {
  const program = await _electron.launch({
    executablePath: findBinary(),
    args: [root, ...words],
    env: { ...process.env, GUMBEL_STUDIO_DATA: dataDir },
  });
  await program.firstWindow();
  await noteDown(program);
  const exited = new Promise<number>((resolve) => {
    program.process().once('exit', (code) => resolve(code ?? 1));
  });
  const notes = async () =>
    notesSchema.parse(await program.evaluate((): unknown => Reflect.get(globalThis, 'desktopTestNotes')));
  return {
    page: async () => program.windows().at(-1) ?? program.firstWindow(),
    windowCount: () => program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length),
    closeWindow: () =>
      program.evaluate(({ BrowserWindow }) => {
        BrowserWindow.getAllWindows()[0]?.close();
      }),
    minimize: () => program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize()),
    clickMenu: (id) =>
      program.evaluate(({ Menu }, item) => {
        Menu.getApplicationMenu()?.getMenuItemById(item)?.click();
      }, id),
    answer: (button) =>
      program.evaluate((_electron_, label) => {
        Reflect.set(globalThis, 'desktopTestAnswer', label);
      }, button),
    questions: async () => (await notes()).questions,
    choose: (path) =>
      program.evaluate(({ dialog }, file) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] });
      }, path),
    saveTo: (path) =>
      program.evaluate(({ session }, file) => {
        session.defaultSession.prependListener('will-download', (_event, item: Electron.DownloadItem) =>
          item.setSavePath(file),
        );
      }, path),
    notifications: async () => (await notes()).notifications,
    progress: () => undefined,
    secondInstance: (given, workingFolder) =>
      program.evaluate(
        ({ app }, facts) =>
          void app.emit('second-instance', {}, ['electron', '.', ...facts.given], facts.workingFolder),
        { given, workingFolder },
      ),
    // The answer may not come any more.
    quit: () => program.evaluate(({ app }) => app.quit()).catch(() => undefined),
    exited,
    async end() {
      if (program.process().exitCode === null) await program.close();
    },
  };
}

/** Dialogs are answered and notifications noted down: nobody is there to click. */
async function noteDown(program: ElectronApplication): Promise<void> {
  await program.evaluate(({ dialog, Notification }) => {
    const notes = { questions: [] as string[], notifications: [] as string[] };
    Reflect.set(globalThis, 'desktopTestNotes', notes);
    Reflect.set(dialog, 'showMessageBox', (...given: Electron.MessageBoxOptions[]) => {
      const { message, detail = '', buttons = [] } = given.at(-1)!;
      notes.questions.push(`${message} ${detail}`);
      const answer = String(Reflect.get(globalThis, 'desktopTestAnswer') ?? 'Cancel');
      return Promise.resolve({ response: Math.max(0, buttons.indexOf(answer)), checkboxChecked: false });
    });
    Notification.prototype.show = function show(this: Electron.Notification) {
      notes.notifications.push(this.title);
    };
  });
}

export const realHost: DesktopHost = { name: 'Electron itself', absent: reasonAbsent(), launch };
