/** What the window says and asks outside its page. */
import { dirname, join } from 'node:path';
import { BrowserWindow, dialog, session, type MessageBoxOptions } from 'electron';
import { isOwnAddress, ORIGIN } from './origin.ts';
import { remember, remembered } from './remembered.ts';

/** Something went wrong: what, and the sentence of the error. */
export async function say(what: string, error: unknown): Promise<void> {
  const detail = error instanceof Error ? error.message : String(error);
  await ask({ type: 'error', message: what, detail, buttons: ['OK'] });
}

/** The number of the button; over the window in use, where there is one. */
export async function ask(options: MessageBoxOptions): Promise<number> {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  const { response } = await (window === undefined
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(window, options));
  return response;
}

const names: Readonly<Record<string, string>> = {
  gsrun: 'Run file',
  csv: 'Table',
  svg: 'Figure',
  png: 'Figure',
};

/** Downloads of the page, each through the system's save dialog; nothing else is saved. */
export function saveThroughDialog(): void {
  session.defaultSession.on('will-download', (event, item) => {
    const url = item.getURL();
    if (!isOwnAddress(url) && !url.startsWith(`blob:${ORIGIN}/`)) {
      event.preventDefault();
      return;
    }
    const name = item.getFilename();
    const extension = name.split('.').at(-1) ?? '';
    const label = names[extension];
    const { folder } = remembered();
    item.setSaveDialogOptions({
      title: 'Save',
      defaultPath: folder === '' ? name : join(folder, name),
      ...(label === undefined ? {} : { filters: [{ name: label, extensions: [extension] }] }),
    });
    item.once('done', (_event, state) => {
      // Dialogs do not remember where they were.
      if (state === 'completed') remember({ folder: dirname(item.getSavePath()) });
    });
  });
}
