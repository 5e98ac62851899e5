/**
 * Electron's security checklist (https://www.electronjs.org/docs/latest/tutorial/security), each item by its number, on the
 * program as it runs. What Electron itself does with a setting is Electron's; that the setting is there, and that the handlers
 * decide as they should, is shown here. Rules of lint are tested in test/unit/electron-rules.test.ts, fuses (19) in
 * test/unit/electron-builder.test.ts.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { CONNECT } from '../../src/shared/bridge.ts';
import { launchBrowser } from '../support/browser.ts';
import { tempFolder } from '../support/cli.ts';
import { ATTACKS, INTRUSION, OUTSIDE } from '../support/desktop/attacks.ts';
import { CHROMIUM_ARGUMENTS, launchDouble, type DoubleDesktop } from '../support/desktop/double.ts';
import { seen } from '../support/served-studio.ts';

const folder = tempFolder();
const requested: string[] = [];
let browser: Browser;
let desktop: DoubleDesktop;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser(CHROMIUM_ARGUMENTS);
  desktop = await launchDouble(browser, { dataDir: folder.path });
  page = await desktop.page();
  page.on('request', (request) => requested.push(request.url()));
  await page.reload();
  await seen(page, 'No runs yet');
});

afterAll(async () => {
  await desktop.end();
  await browser.close();
  folder.remove();
});

function contents() {
  const [window] = desktop.electron.BrowserWindow.getAllWindows();
  if (window === undefined) throw new Error('there is no window');
  return window.webContents;
}

/** Whether a listener of the program prevents the event. */
function isPrevented(type: string, facts: { readonly url: string; readonly isMainFrame: boolean }): boolean {
  let prevented = false;
  contents().emit(type, { ...facts, preventDefault: () => (prevented = true) });
  return prevented;
}

describe('checklist', () => {
  it('1: only local content: no request leaves the studio, and one that tries is cancelled', async () => {
    const origin = new URL(page.url()).origin;
    expect(requested.length).toBeGreaterThan(2);
    expect(requested.filter((url) => new URL(url).origin !== origin)).toEqual([]);
    const { defaultSession } = desktop.electron.session;
    for (const url of OUTSIDE) expect(await defaultSession.isCancelled(url), url).toBe(true);
    expect(await defaultSession.isCancelled('app://studio/index.html')).toBe(false);
    expect(await defaultSession.isCancelled('blob:app://studio/0-1')).toBe(false);
    expect(defaultSession.spellChecker).toBe(false);
  });

  it.each([
    ['2: no Node integration', 'nodeIntegration', false],
    ['3: context isolation', 'contextIsolation', true],
    ['4: sandbox', 'sandbox', true],
    ['6: web security', 'webSecurity', true],
    ['11, 12: no webview', 'webviewTag', false],
  ])('%s', (_item, preference, wanted) => {
    expect(contents().getLastWebPreferences()[preference]).toBe(wanted);
  });

  it.each([
    ['2: none for workers and frames', 'nodeIntegrationInWorker'],
    ['2: none for frames', 'nodeIntegrationInSubFrames'],
    ['8: no insecure content', 'allowRunningInsecureContent'],
    ['9: no experimental features', 'experimentalFeatures'],
    ['10: no Blink features', 'enableBlinkFeatures'],
  ])('%s: left at its default, off', (_item, preference) => {
    expect(contents().getLastWebPreferences()).not.toHaveProperty(preference);
  });

  it('2, 20: the page sees nothing of Node or Electron, and of the preload script one frozen record of data', async () => {
    const found = await page.evaluate(() => ({
      foreign: ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter(
        (name) => Reflect.get(globalThis, name) !== undefined,
      ),
      bridge: JSON.stringify(Reflect.get(globalThis, 'gumbelStudio')),
      frozen: Object.isFrozen(Reflect.get(globalThis, 'gumbelStudio')),
    }));
    expect(found).toEqual({
      foreign: [],
      bridge: JSON.stringify({ version: manifest.version }),
      frozen: true,
    });
    const preload = readFileSync('out/preload/index.cjs', 'utf8');
    expect(preload.match(/require\("[^"]*"\)/g)).toEqual(['require("electron")']);
  });

  it('4: every process is sandboxed before the first page', () => {
    expect(desktop.electron.control.sandboxed).toBe(true);
  });

  it('5: every permission is denied, but writing text to the clipboard from our page', async () => {
    const { defaultSession } = desktop.electron.session;
    const asks = (permission: string, isMainFrame: boolean, requestingUrl: string) =>
      new Promise<boolean>((resolve) =>
        defaultSession.permissionRequest(contents(), permission, resolve, { isMainFrame, requestingUrl }),
      );
    const names =
      'accessibility-events clipboard-read display-capture fileSystem fullscreen geolocation hid idle-detection keyboardLock media mediaKeySystem midi midiSysex notifications openExternal pointerLock serial speaker-selection storage-access top-level-storage-access usb window-management unknown deprecated-sync-clipboard-read';
    for (const name of names.split(' ')) {
      expect(await asks(name, true, 'app://studio/'), name).toBe(false);
      expect(defaultSession.permissionCheck(contents(), name, 'app://studio'), name).toBe(false);
    }
    const copy = 'clipboard-sanitized-write';
    expect(await asks(copy, true, 'app://studio/')).toBe(true);
    expect(await asks(copy, false, 'app://studio/')).toBe(false);
    for (const url of OUTSIDE) {
      expect(await asks(copy, true, url)).toBe(false);
      expect(defaultSession.permissionCheck(contents(), copy, url)).toBe(false);
    }
    expect(defaultSession.devicePermission({})).toBe(false);
  });

  it('7: a policy on every answer: an inline script, eval, and a frame are blocked', async () => {
    const answer = await page.evaluate(async () => {
      const [own, missing] = await Promise.all([fetch('/index.html'), fetch('/files/runs/none.gsrun')]);
      return [own, missing].map(({ status, headers }) => ({
        status,
        policy: headers.get('content-security-policy') ?? '',
        sniff: headers.get('x-content-type-options'),
      }));
    });
    expect(answer.map(({ status }) => status)).toEqual([200, 404]);
    for (const { policy, sniff } of answer) {
      expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(policy.split(';').find((rule) => rule.includes('script-src'))).not.toContain('unsafe');
      expect(sniff).toBe('nosniff');
    }
    expect(await page.evaluate(ATTACKS)).toEqual({
      injected: false,
      evaluated: false,
      blocked: ['frame-src', 'script-src', 'script-src', 'script-src-elem'],
    });
  });

  it('11, 12: a webview is never attached', () => {
    expect(isPrevented('will-attach-webview', { url: '', isMainFrame: true })).toBe(true);
  });

  it('13: no navigation leaves the studio', async () => {
    for (const type of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      for (const url of OUTSIDE) expect(isPrevented(type, { url, isMainFrame: true }), url).toBe(true);
      expect(isPrevented(type, { url: 'app://studio/', isMainFrame: true })).toBe(false);
      expect(isPrevented(type, { url: 'app://studio/', isMainFrame: false })).toBe(true);
    }
    const before = page.url();
    const asked = once(contents(), 'will-frame-navigate');
    await page.evaluate(`location.href = 'https://example.org/'`);
    expect(await asked).toMatchObject([{ url: 'https://example.org/', defaultPrevented: true }]);
    expect(page.url()).toBe(before);
  });

  it('14: no window is opened', async () => {
    await page.evaluate(`open('https://example.org/'); open('/index.html'); undefined`);
    await expect.poll(() => contents().popups.length).toBe(2);
    await expect.poll(() => page.context().pages().length).toBe(1);
  });

  it('15: only fixed documents are opened outside', () => {
    const { control, Menu } = desktop.electron;
    const help = Menu.application.find(({ role }) => role === 'help')?.submenu ?? [];
    for (const item of help) item.click?.();
    expect(control.openedOutside).toHaveLength(help.length);
    expect(help.length).toBeGreaterThan(2);
    for (const url of control.openedOutside) expect(url).toMatch(/^https:\/\/(arxiv|doi)\.org\/[\w./]+$/);
  });

  it('17: a message of anybody but our main frame, or of another shape, is dropped and its port closed', () => {
    const { ipcMain } = desktop.electron;
    const own = { parent: null, origin: 'app://studio', url: 'app://studio/' };
    const tell = (senderFrame: object | null, message: unknown) => {
      let port = 'untouched';
      const fake = {
        on: () => undefined,
        start: () => (port = 'taken'),
        close: () => (port = 'closed'),
        postMessage: () => undefined,
      };
      ipcMain.emit(CONNECT, { sender: {}, senderFrame, ports: [fake] }, message);
      return port;
    };
    expect(tell(null, null)).toBe('closed');
    expect(tell({ ...own, parent: own }, null)).toBe('closed');
    for (const origin of [
      'null',
      'app://other',
      'app://studio.example',
      'https://studio',
      'file://',
      'app://studio/',
    ]) {
      expect(tell({ ...own, origin }, null), origin).toBe('closed');
    }
    for (const message of [undefined, {}, 'x', 0, []]) expect(tell(own, message)).toBe('closed');
    expect(tell(own, null)).toBe('taken');
    expect(ipcMain.eventNames()).toEqual([CONNECT]);
  });

  it('17: what is no frame of the contract ends the connection, and the page comes back with another', async () => {
    const closed = await page.evaluate(INTRUSION);
    expect(closed).toBe('closed');
    await seen(page, 'No runs yet');
    await expect.poll(() => page.getByText(/cannot be reached/).count()).toBe(0);
  });

  it('18: the scheme obeys policies, and serves the built files and nothing beside them', async () => {
    expect(desktop.electron.protocol.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    const statuses = await page.evaluate(() => {
      const paths = [
        '/',
        '/index.html',
        '/../package.json',
        '/..%2fpackage.json',
        '/package.json',
        '/assets',
      ];
      return Promise.all(paths.map(async (path) => (await fetch(path)).status));
    });
    expect(statuses).toEqual([200, 200, 404, 404, 404, 404]);
  });
});
