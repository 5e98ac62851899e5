/**
 * Electron's main process: one studio in a window. Window, menu, dialogs and what the system wants to know are here; what the
 * studio does is in src/studio. One process per data folder: a second start hands its files to the first and ends.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { dataFolder } from '../studio/data-folder.ts';
import { startDesktop } from './desktop.ts';
import { APP_ID } from './installation.ts';

const dataDir = dataFolder();
app.setAppUserModelId(APP_ID);
keepChromiumIn(join(dataDir, 'window'));
if (app.requestSingleInstanceLock()) startDesktop(dataDir);
else app.quit();

/** The lock of single instances belongs to this folder too. */
function keepChromiumIn(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    app.setPath('userData', folder);
  } catch {
    // The studio finds the same fault in the same data folder, and says so when there can be a dialog.
  }
}
