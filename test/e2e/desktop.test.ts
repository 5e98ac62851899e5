/** The studio in its window: a run from start to end, files, a second start, and every way out while something runs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { fileOf } from '../fixtures/run-files.ts';
import { launchBrowser } from '../support/browser.ts';
import { tempFolder, type TempFolder } from '../support/cli.ts';
import type { Desktop } from '../support/desktop/desktop.ts';
import { CHROMIUM_ARGUMENTS, doubleHost } from '../support/desktop/double.ts';
import { realHost } from '../support/desktop/real.ts';
import { startRun, statesIn } from '../support/desktop/runs.ts';
import { goTo, seen } from '../support/served-studio.ts';
import { where } from '../support/where.ts';

let browser: Browser;
const hosts = [doubleHost(() => browser, 'sources'), doubleHost(() => browser, 'built'), realHost];

beforeAll(async () => {
  browser = await launchBrowser(CHROMIUM_ARGUMENTS);
});

afterAll(() => browser.close());

for (const { name, absent } of hosts) {
  if (absent !== '') process.stdout.write(`NOT RUN: the desktop window on ${name}: ${absent}\n`);
}

describe.each(hosts)('the window on $name', ({ absent, launch }) => {
  where(absent).describe('one day, in order', () => {
    let folder: TempFolder;
    let saved: TempFolder;
    let desktop: Desktop;

    beforeAll(async () => {
      folder = tempFolder();
      saved = tempFolder();
      desktop = await launch({ dataDir: folder.path });
    });

    afterAll(async () => {
      await desktop.end();
      folder.remove();
      saved.remove();
    });

    it('shows the studio without asking for anything', async () => {
      const page = await desktop.page();
      await seen(page, 'No runs yet');
      expect(await page.evaluate(() => JSON.stringify(Reflect.get(globalThis, 'gumbelStudio')))).toBe(
        JSON.stringify({ version: manifest.version }),
      );
    });

    it('a run that ends while nobody looks is told, and progress is shown meanwhile', async () => {
      await startRun(await desktop.page(), 2000);
      await desktop.minimize();
      await expect.poll(() => desktop.notifications()).toEqual(['st-gumbel-softmax, seed 1: completed']);
      const progress = await desktop.progress();
      expect(progress.some((fraction) => fraction > 0 && fraction < 1)).toBe(true);
      expect(progress.at(-1)).toBe(-1);
      await desktop.restore();
    });

    it('a page that is loaded anew is connected again', async () => {
      const page = await desktop.page();
      await page.reload();
      await seen(page, 'CSV of results');
      await startRun(page, 50);
      await expect.poll(() => statesIn(folder.path)).toEqual(['completed', 'completed']);
      await expect
        .poll(() => page.getByRole('progressbar', { name: 'Progress of all runs' }).count())
        .toBe(0);
    });

    it('saves a table and a run file where the dialog says', async () => {
      const page = await desktop.page();
      const table = join(saved.path, 'results.csv');
      await desktop.saveTo(table);
      await page.getByRole('button', { name: 'CSV of results' }).click();
      await expect.poll(() => readFileSync(table, 'utf8')).toContain('st-gumbel-softmax');
    });

    it('the page opens a run file that is picked or dropped on it', async () => {
      const page = await desktop.page();
      await goTo(page, '#/runs');
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        page.getByRole('button', { name: 'Import run files' }).click(),
      ]);
      await chooser.setFiles(fileOf());
      await page.waitForURL(/#\/run\//);
      expect(statesIn(folder.path)).toHaveLength(3);
      await goTo(page, '#/runs');
    });

    it('a second start shows the window and opens its run file, which is here already', async () => {
      const file = fileOf();
      await desktop.secondInstance(['run.gsrun'], join(file, '..'));
      await (await desktop.page()).waitForURL(/#\/run\//);
      expect(statesIn(folder.path)).toHaveLength(3);
      expect(await desktop.questions()).toEqual([]);
    });

    it('the menu opens a run file, and says in one sentence why another is none', async () => {
      const file = join(saved.path, 'photo.gsrun');
      writeFileSync(file, 'not a database');
      await desktop.choose(file);
      await desktop.clickMenu('open-run-file');
      await expect
        .poll(() => desktop.questions())
        .toEqual([expect.stringMatching(/^photo\.gsrun cannot be opened .*run file/)]);
      expect(statesIn(folder.path)).toHaveLength(3);
    });

    it('the menu goes to a new run', async () => {
      await desktop.clickMenu('new-run');
      await (await desktop.page()).waitForURL(/#\/new$/);
    });

    it('quits at once when nothing runs', async () => {
      await desktop.quit();
      expect(await desktop.exited).toBe(0);
      expect(await desktop.questions()).toHaveLength(1);
    });
  });

  where(absent).describe('while a run is live, in order', () => {
    let folder: TempFolder;
    let desktop: Desktop;

    beforeAll(async () => {
      folder = tempFolder();
      desktop = await launch({ dataDir: folder.path });
    });

    afterAll(async () => {
      await desktop.end();
      folder.remove();
    });

    it('quitting asks, and Cancel changes nothing', async () => {
      await startRun(await desktop.page(), 1_000_000);
      await expect.poll(() => statesIn(folder.path)).toEqual(['running']);
      await desktop.answer('Cancel');
      await desktop.quit();
      await expect
        .poll(() => desktop.questions())
        .toEqual([expect.stringMatching(/^One run is not finished\./)]);
      expect(await desktop.windowCount()).toBe(1);
    });

    it('closing the last window asks too; in the background the run goes on, and a second start shows it', async () => {
      await desktop.answer('Keep in background');
      await desktop.closeWindow();
      await expect.poll(() => desktop.windowCount()).toBe(0);
      expect(statesIn(folder.path)).toEqual(['running']);
      await desktop.secondInstance([], folder.path);
      const page = await desktop.page();
      await goTo(page, '#/runs?group=none');
      await seen(page, 'st-gumbel-softmax, seed 1');
      expect(statesIn(folder.path)).toEqual(['running']);
    });

    it('Checkpoint and quit leaves a run that can be resumed', async () => {
      await desktop.answer('Checkpoint and quit');
      await desktop.quit();
      expect(await desktop.exited).toBe(0);
      expect(statesIn(folder.path)).toEqual(['interrupted']);
    });

    it('started again it is there, is resumed, and Stop runs ends it for now', async () => {
      desktop = await launch({ dataDir: folder.path });
      const page = await desktop.page();
      await goTo(page, '#/runs?group=none');
      await page.getByRole('link', { name: / st-gumbel-softmax, seed 1$/ }).click();
      await page.getByRole('button', { name: 'Resume', exact: true }).click();
      await expect.poll(() => statesIn(folder.path)).toEqual(['running']);
      await desktop.answer('Stop runs');
      await desktop.quit();
      expect(await desktop.exited).toBe(0);
      expect(statesIn(folder.path)).toEqual(['stopped']);
    });
  });
});
