/** What only Electron itself can show: its sandbox, its refusals, a page that really crashes, and the signals of a system. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { tempFolder, type TempFolder } from '../support/cli.ts';
import { ATTACKS, INTRUSION } from '../support/desktop/attacks.ts';
import { launchReal, realHost, type RealDesktop } from '../support/desktop/real.ts';
import { statesIn, startRun } from '../support/desktop/runs.ts';
import { COMMAND_LINE } from '../support/programs.ts';
import { seen } from '../support/served-studio.ts';
import { needsUnix, where } from '../support/where.ts';

const { describe, it } = where(realHost.absent);

describe('the page', () => {
  let folder: TempFolder;
  let desktop: RealDesktop;
  let page: Page;

  beforeAll(async () => {
    folder = tempFolder();
    desktop = await launchReal({ dataDir: folder.path });
    page = await desktop.page();
    await seen(page, 'No runs yet');
  });

  afterAll(async () => {
    await desktop.end();
    folder.remove();
  });

  it('4: its process is sandboxed', async () => {
    const { pid, told } = await desktop.program.evaluate(({ app, BrowserWindow }) => {
      const own = BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId();
      return { pid: own, told: app.getAppMetrics().find((metric) => metric.pid === own)?.sandboxed };
    });
    // On Linux Electron does not tell; the system does.
    if (process.platform === 'linux')
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m);
    else expect(told).toBe(true);
  });

  it('2, 20: sees nothing of Node or Electron, and of the preload script one frozen record of data', async () => {
    const found = await page.evaluate(() => ({
      origin: String(Reflect.get(globalThis, 'origin')),
      foreign: ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter(
        (name) => Reflect.get(globalThis, name) !== undefined,
      ),
      bridge: JSON.stringify(Reflect.get(globalThis, 'gumbelStudio')),
      frozen: Object.isFrozen(Reflect.get(globalThis, 'gumbelStudio')),
    }));
    const bridge = JSON.stringify({ version: manifest.version });
    expect(found).toEqual({ origin: 'app://studio', foreign: [], bridge, frozen: true });
  });

  it('5: is granted nothing', async () => {
    const states = await page.evaluate(`Promise.all(
      ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read'].map(async (name) =>
        (await navigator.permissions.query({ name })).state))`);
    expect(states).toEqual(Array.from({ length: 6 }, () => 'denied'));
  });

  it('7: an inline script, eval and a frame are blocked', async () => {
    expect(await page.evaluate(ATTACKS)).toEqual({
      injected: false,
      evaluated: false,
      blocked: ['frame-src', 'script-src', 'script-src', 'script-src-elem'],
    });
  });

  it('14: opens no window', async () => {
    expect(await page.evaluate(`[open('https://example.org/'), open('/index.html')]`)).toEqual([null, null]);
    expect(await desktop.windowCount()).toBe(1);
  });

  it('17: what is no frame of the contract ends the connection, and the page comes back with another', async () => {
    expect(await page.evaluate(INTRUSION)).toBe('closed');
    await seen(page, 'No runs yet');
    await expect.poll(() => page.getByText(/cannot be reached/).count()).toBe(0);
  });

  it('18: is served the built files and nothing beside them', async () => {
    const statuses = await page.evaluate(() =>
      Promise.all(
        ['/', '/index.html', '/..%2fpackage.json', '/package.json', '/assets'].map(
          async (path) => (await fetch(path)).status,
        ),
      ),
    );
    expect(statuses).toEqual([200, 200, 404, 404, 404]);
  });

  it('13: does not leave the studio', async () => {
    const before = page.url();
    // Playwright waits in vain for the end of a navigation that was refused: nothing behind this asks the page.
    await page.evaluate(`location.href = 'https://example.org/'; undefined`);
    await expect.poll(() => desktop.refused()).toEqual(['https://example.org/']);
    expect(page.url()).toBe(before);
  });
});

it('a page whose process crashes comes back', async () => {
  const folder = tempFolder();
  const desktop = await launchReal({ dataDir: folder.path });
  await seen(await desktop.page(), 'No runs yet');
  await desktop.program.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    contents?.once('did-finish-load', () => Reflect.set(globalThis, 'desktopTestLoaded', true));
    contents?.forcefullyCrashRenderer();
  });
  // Playwright has lost this page with its process: Electron is asked.
  await expect
    .poll(() => desktop.program.evaluate(() => Reflect.get(globalThis, 'desktopTestLoaded') === true))
    .toBe(true);
  const shown = await desktop.program.evaluate(async ({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    return String(await window?.webContents.executeJavaScript('document.body.innerText'));
  });
  expect(shown).toContain('Off-policy evaluation');
  await desktop.end();
  folder.remove();
});

describe('a signal', () => {
  /** A studio that was ended in order takes its signs with it. */
  function expectOrder(dataDir: string): void {
    expect(readdirSync(dataDir).filter((name) => /lock\.json|server\.json/.test(name))).toEqual([]);
    expect(statesIn(dataDir)).toEqual(['interrupted']);
  }

  it('to the program writes a checkpoint and ends it in order', async () => {
    const folder = tempFolder();
    const desktop = await launchReal({ dataDir: folder.path });
    await startRun(await desktop.page(), 1_000_000);
    await expect.poll(() => statesIn(folder.path)).toEqual(['running']);
    desktop.child.kill('SIGTERM');
    expect(await desktop.exited).toBe(0);
    // Nobody else has the store open, so that its log is gone as well.
    expect(readdirSync(folder.path).filter((name) => /-wal|-shm/.test(name))).toEqual([]);
    expectOrder(folder.path);
    await desktop.end();
    folder.remove();
  });

  where(realHost.absent || needsUnix).it(
    'to the whole group of `gumbel-studio open`, as a service manager sends it, too',
    async () => {
      const folder = tempFolder();
      const dataDir = folder.path;
      const run = ['run', '--preset', 'smoke', '--estimator', 'softmax', '--set', 'steps=1000000'];
      // A leader of its own group, as a service is.
      const opened = spawn(process.execPath, [COMMAND_LINE, 'open', '--data-dir', dataDir], {
        detached: true,
        stdio: 'ignore',
      });
      const ended = new Promise<number | null>((resolve) => opened.once('close', resolve));
      await expect.poll(() => existsSync(join(dataDir, 'server.json'))).toBe(true);
      expect(readFileSync(join(dataDir, 'studio.lock.json'), 'utf8')).toContain('the Gumbel Studio window');
      // Goes to the studio of the window.
      const handed = spawn(process.execPath, [COMMAND_LINE, ...run, '--data-dir', dataDir], {
        stdio: 'ignore',
      });
      const handedOver = new Promise((resolve) => handed.once('close', resolve));
      await expect.poll(() => statesIn(dataDir)).toEqual(['running']);
      process.kill(-opened.pid!, 'SIGTERM');
      expect(await ended).toBe(0);
      await handedOver;
      expectOrder(dataDir);
      folder.remove();
    },
  );
});
