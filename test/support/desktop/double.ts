/** The program on the double of Electron, in this process. */
import type { Browser } from 'playwright-core';
import { vi } from 'vitest';
import type { control as ControlOfDouble } from '../electron-double/control.ts';
import type * as ElectronDouble from '../electron-double/electron.ts';
import type { MenuItem } from '../electron-double/system.ts';
import type { Desktop, DesktopHost, DesktopOptions } from './desktop.ts';

export interface DoubleDesktop extends Desktop {
  readonly electron: typeof ElectronDouble;
}

/** Ports of a page tell that the other side is gone: Electron has this switched on. */
export const CHROMIUM_ARGUMENTS = ['--enable-blink-features=MessagePortCloseEvent'];

/** What Electron loads: the sources, or what the build made of them. */
const mains = { sources: '../../../src/main/index.ts', built: '../../../out/main/index.js' };

/** A fresh double and a fresh program. One at a time: both are modules of this process. */
export async function launchDouble(
  browser: Browser,
  { dataDir, words = [] }: DesktopOptions,
  main: keyof typeof mains = 'sources',
  prepare: (control: typeof ControlOfDouble) => void = () => undefined,
): Promise<DoubleDesktop> {
  vi.resetModules();
  const electron = await import('../electron-double/electron.ts');
  const { app, BrowserWindow, control, Menu } = electron;
  control.browser = browser;
  prepare(control);
  process.env['GUMBEL_STUDIO_DATA'] = dataDir;
  process.argv = [process.execPath, '.', ...words];
  await import(/* @vite-ignore */ mains[main]);
  const newest = () => {
    const window = BrowserWindow.getAllWindows().at(-1);
    if (window === undefined) throw new Error('there is no window');
    return window;
  };
  const page = async () => {
    await vi.waitUntil(() => BrowserWindow.getAllWindows().at(-1)?.visible === true, 60_000);
    return newest().webContents.page;
  };
  return {
    electron,
    page,
    windowCount: () => BrowserWindow.getAllWindows().length,
    closeWindow: () => newest().close(),
    minimize: () => newest().minimize(),
    restore: () => newest().restore(),
    clickMenu(id) {
      const item = Menu.application.flatMap((top) => find(top, id))[0];
      if (item?.click === undefined) throw new Error(`the menu has no ${id}`);
      item.click();
    },
    answer(button) {
      control.answer = button;
    },
    questions: () => [
      ...control.questions.map(({ message, detail }) => `${message} ${detail}`),
      ...control.errorBoxes,
    ],
    choose(path) {
      control.chosenFiles = [path];
    },
    saveTo(path) {
      control.savePath = path;
    },
    notifications: () => control.notifications.map(({ title }) => title),
    progress: () => control.progress,
    secondInstance(given, workingFolder) {
      app.emit('second-instance', {}, [process.execPath, '.', ...given], workingFolder);
    },
    quit: () => app.quit(),
    exited: control.exited,
    async end() {
      control.answer = 'Checkpoint and quit';
      app.quit();
      await control.exited;
    },
  };
}

function find(item: MenuItem, id: string): readonly MenuItem[] {
  return item.id === id ? [item] : (item.submenu ?? []).flatMap((inner) => find(inner, id));
}

export function doubleHost(browser: () => Browser, main: keyof typeof mains): DesktopHost {
  return {
    name: `the double of Electron, ${main}`,
    absent: '',
    launch: (options) => launchDouble(browser(), options, main),
  };
}
