/**
 * Electron's main process: one hardened window. The studio's pages need a studio behind them, which this shell does not host
 * yet; its page says how to open them in a browser.
 */
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  Menu,
  session,
  type MenuItemConstructorOptions,
  type WebContents,
} from 'electron';

const PAGE = join(import.meta.dirname, '../renderer/window.html');
const PRELOAD = join(import.meta.dirname, '../preload/index.cjs');

function openWindow(): void {
  const window = new BrowserWindow({
    width: 880,
    height: 640,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: PRELOAD,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadFile(PAGE);
}

/** The page shows itself and nothing else: no navigation, no second window, no embedded guest. */
function confine(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Electron grants every permission unless told otherwise. */
function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.setDevicePermissionHandler(() => false);
}

/** Electron's default menu has a Help menu that opens web pages. */
function setMenu(): void {
  const roles: MenuItemConstructorOptions[] = [
    { role: 'fileMenu' },
    { role: 'editMenu' },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(process.platform === 'darwin' ? [{ role: 'appMenu' }, ...roles] : roles),
  );
}

function start(): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => confine(contents));
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  void app.whenReady().then(() => {
    denyPermissions();
    setMenu();
    openWindow();
  });
}

if (app.requestSingleInstanceLock()) start();
else app.quit();
