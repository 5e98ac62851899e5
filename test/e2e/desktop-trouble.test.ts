/** The window when something is wrong: a folder in use, a page that crashes, words of a command line that mean no good. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { createStudio } from '../../src/studio/studio.ts';
import { fileOf } from '../fixtures/run-files.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { launchBrowser } from '../support/browser.ts';
import { CHROMIUM_ARGUMENTS, launchDouble, type DoubleDesktop } from '../support/desktop/double.ts';
import { seen } from '../support/served-studio.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser(CHROMIUM_ARGUMENTS);
});

afterAll(() => browser.close());

async function launched(words: readonly string[] = []): Promise<DoubleDesktop> {
  const desktop = await launchDouble(browser, { dataDir: temporaryFolder(), words });
  onTestFinished(() => desktop.end());
  return desktop;
}

it('a data folder that another studio holds: one dialog that names it, and the end', async () => {
  const dataDir = temporaryFolder();
  const holder = createStudio({ dataDir, program: 'another studio' });
  onTestFinished(() => holder.close());
  const desktop = await launchDouble(browser, { dataDir });
  expect(await desktop.exited).toBe(1);
  const { control, BrowserWindow } = desktop.electron;
  expect(control.errorBoxes).toEqual([
    expect.stringMatching(/^Gumbel Studio cannot start: .*another studio/),
  ]);
  expect(control.errorBoxes[0]).toContain(dataDir);
  expect(BrowserWindow.getAllWindows()).toEqual([]);
});

it('a second process with the lock held elsewhere ends without a studio', async () => {
  const dataDir = temporaryFolder();
  const holder = createStudio({ dataDir, program: 'the first window' });
  onTestFinished(() => holder.close());
  const desktop = await launchDouble(browser, { dataDir }, 'sources', (control) => {
    control.firstInstance = false;
  });
  expect(await desktop.exited).toBe(0);
  expect(desktop.electron.control.errorBoxes).toEqual([]);
});

it('a run file among the words of the first start is opened', async () => {
  const desktop = await launched([fileOf()]);
  const page = await desktop.page();
  await page.waitForURL(/#\/run\//);
  expect(desktop.electron.control.questions).toEqual([]);
});

it('words that are no run files open nothing; files that are not there are named', async () => {
  const desktop = await launched();
  await desktop.page();
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'folder.gsrun'));
  await desktop.secondInstance(
    [
      '--load-extension=/x.gsrun',
      '/etc/passwd',
      'a\0.gsrun',
      'https://example.org/x',
      'folder.gsrun',
      'none.gsrun',
    ],
    folder,
  );
  await expect
    .poll(() => desktop.electron.control.questions.map(({ message }) => message))
    .toEqual(['2 of 2 run files cannot be opened']);
  expect(desktop.electron.control.questions[0]?.detail).toMatch(/^folder\.gsrun: .*\nnone\.gsrun: /);
});

it('a page that crashes comes back, its connection too', async () => {
  const desktop = await launched();
  const page = await desktop.page();
  await seen(page, 'No runs yet');
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  // Nothing answers from a page that is gone.
  void page.goto('chrome://crash').catch(() => undefined);
  await crashed;
  await vi.waitFor(async () => {
    const fresh = await desktop.page();
    expect(fresh).not.toBe(page);
    await seen(fresh, 'No runs yet');
  }, 60_000);
});

it('two windows show one studio, and closing one asks nothing', async () => {
  const desktop = await launched();
  await seen(await desktop.page(), 'No runs yet');
  await desktop.clickMenu('new-window');
  expect(await desktop.windowCount()).toBe(2);
  await seen(await desktop.page(), 'No runs yet');
  await desktop.closeWindow();
  expect(await desktop.windowCount()).toBe(1);
  await seen(await desktop.page(), 'No runs yet');
  expect(await desktop.questions()).toEqual([]);
});

it('the size of the window is remembered', async () => {
  const dataDir = temporaryFolder();
  const first = await launchDouble(browser, { dataDir });
  await first.page();
  const [window] = first.electron.BrowserWindow.getAllWindows();
  window?.resize(1500, 900);
  await first.end();
  const remembered = join(dataDir, 'window', 'window.json');
  expect(JSON.parse(readFileSync(remembered, 'utf8'))).toEqual({ width: 1500, height: 900, folder: '' });
  const second = await launchDouble(browser, { dataDir });
  await second.page();
  expect(second.electron.BrowserWindow.getAllWindows()[0]?.getSize()).toEqual([1500, 900]);
  await second.end();
});
