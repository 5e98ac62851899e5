/** The studio's windows. Any number shows the same studio; a page that crashed is loaded anew. */
import { join } from 'node:path';
import { app, BrowserWindow } from 'electron';
import { SHOW } from '../shared/bridge.ts';
import { ORIGIN } from './origin.ts';
import { remember, remembered } from './remembered.ts';

/** A page that keeps crashing is left alone after so many attempts. */
const MOST_RELOADS = 3;

/** @param hash the place to show, from `#` on */
export function openWindow(hash = ''): BrowserWindow {
  const { width, height } = remembered();
  const window = new BrowserWindow({
    width,
    height,
    minWidth: 640,
    minHeight: 480,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(app.getAppPath(), 'out/preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  let reloads = 0;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    // Runs do not notice, and the page reads everything from the studio.
    if (reason === 'clean-exit' || window.isDestroyed() || ++reloads > MOST_RELOADS) return;
    window.webContents.reload();
  });
  window.once('ready-to-show', () => window.show());
  window.on('resized', () => {
    const [newWidth = width, newHeight = height] = window.getSize();
    remember({ width: newWidth, height: newHeight });
  });
  void window.loadURL(`${ORIGIN}/${hash}`);
  return window;
}

/** Brings a window to the front, a new one if there is none, and shows the place in it. */
export function showWindow(hash = ''): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) {
    openWindow(hash);
    return;
  }
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
  if (hash === '') return;
  const { webContents } = window;
  const tell = () => webContents.send(SHOW, hash);
  if (webContents.isLoading()) webContents.once('did-finish-load', tell);
  else tell();
}
