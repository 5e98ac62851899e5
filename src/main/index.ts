/**
 * Electron's main process: one studio in a window. Window, menu, dialogs and what the system wants to know are here; what the
 * studio does is in src/studio. One process a data folder: a second start hands its files to the first and ends.
 */
import '../studio/no-maglev.ts';
import { join } from 'node:path';
import { app } from 'electron';
import { dataFolder } from '../studio/data-folder.ts';
import { startDesktop } from './desktop.ts';

const dataDir = dataFolder();
// Chromium's own files; the lock of single instances belongs to this folder too.
app.setPath('userData', join(dataDir, 'window'));
if (app.requestSingleInstanceLock()) startDesktop(dataDir);
else app.quit();
