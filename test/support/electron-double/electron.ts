/**
 * A double of the `electron` module, because Electron's binary cannot be had on every machine that tests this program. The
 * sources of src/main and the built preload script run against it unmodified. What is real: pages (Chromium), MessagePorts
 * and what goes through them, requests to `app://`, downloads, and everything behind: studio, store, trainers. What is not:
 * the sandbox, the preload script's world of its own, the scheme itself (Chromium without Electron cannot register
 * one, so `app://studio` stands for `http://studio.localhost:<port>` of a small server), dialogs, menus and notifications,
 * which a test answers and reads through `control`. That Electron behaves as this double does is what the same tests show
 * where its binary is to be had; what it alone can show is in test/e2e/desktop-real.test.ts.
 */
export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { control } from './control.ts';
export { protocol } from './protocol.ts';
export { session } from './session.ts';
export { dialog, ipcMain, Menu, Notification, powerMonitor, powerSaveBlocker, shell } from './system.ts';
