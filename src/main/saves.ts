/** Downloads of the page, each through the system's save dialog; nothing else is saved. */
import { dirname, join } from 'node:path';
import { session } from 'electron';
import { isOwnAddress, ORIGIN } from './origin.ts';
import { remember, remembered } from './remembered.ts';

const names: Readonly<Record<string, string>> = {
  gsrun: 'Run file',
  csv: 'Table',
  svg: 'Figure',
  png: 'Figure',
};

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
