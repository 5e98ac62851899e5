/** `npm run dev`: its page trains, and its gallery of components is complete, right for everyone, and in no build. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/node/programs.ts';
import { launchBrowser } from '../support/browser.ts';
import { tempFolder } from '../support/cli.ts';
import { axeViolations, openWindow, seen } from '../support/served-studio.ts';

const TITLE = 'Gallery of components';
const OPENED = 'dialog[open], [role=dialog], [role=alertdialog], [role=menu]';
const folder = tempFolder();
let server: ChildProcess;
let address = '';
let browser: Browser;
let page: Page;
/** Of the page once the server has bundled what it needs. */
let complaints: () => readonly string[];

beforeAll(async () => {
  server = spawn(process.execPath, [join(packageRoot, 'resources/dev/main.ts'), '--data-dir', folder.path], {
    cwd: packageRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(server.stdout!)) {
    address = /http:\/\/[\d.]+:\d+\//.exec(stripVTControlCharacters(line))?.[0] ?? '';
    if (address !== '') break;
  }
  browser = await launchBrowser();
  // One page for all tests: the server sends it a thousand modules.
  const window = await openWindow(browser, `${address}#/gallery`);
  page = window.page;
  // The server bundles packages when they are first asked for, and then has the page come again.
  await seen(page, TITLE);
  await page.waitForLoadState('networkidle');
  const before = window.complaints.length;
  complaints = () => window.complaints.slice(before);
  await page.reload();
  await seen(page, TITLE);
});

afterAll(async () => {
  await browser.close();
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
  folder.remove();
});

/** Names of components, without the ending. */
function componentsIn(part: string): readonly string[] {
  return readdirSync(join(packageRoot, 'src/renderer', part), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.svelte'))
    .map((path) => basename(path, '.svelte'));
}

async function storiesOf(): Promise<readonly string[]> {
  const names = await page
    .locator('section[data-of]')
    .evaluateAll((sections) =>
      sections.map((section) => String(Reflect.get(Reflect.get(section, 'dataset') as object, 'of'))),
    );
  return names.flatMap((name) => name.split(' '));
}

it('has every component of ui and pictures', async () => {
  const components = [...componentsIn('ui'), ...componentsIn('pictures')];
  expect(components.length).toBeGreaterThan(30);
  expect(await storiesOf()).toEqual(expect.arrayContaining(components));
});

describe.each([false, true])('dark: %s', (dark) => {
  beforeAll(() => page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' }));

  it.each([900, 1280])(
    'at %i pixels axe finds nothing, and nothing is wider than the page',
    async (width) => {
      await page.setViewportSize({ width, height: 800 });
      expect(await axeViolations(page)).toEqual([]);
      const [wide, room] = await page
        .locator('main')
        .evaluate((main) => ['scrollWidth', 'clientWidth'].map((key) => Number(Reflect.get(main, key))));
      expect(wide).toBeLessThanOrEqual(room ?? 0);
      // The one story of a run that is not there.
      expect(complaints().filter((text) => !/404|none/.test(text))).toEqual([]);
    },
  );

  it('nor in what opens', async () => {
    for (const [button, text] of [
      ['Open a dialog', 'Line 1.'],
      ['Ask', 'Delete 3 runs?'],
      ['Choose a file', /Comes with the studio|Home/],
      ['Export', 'Table (CSV)'],
    ] as const) {
      await page.getByRole('button', { name: button, exact: true }).first().click();
      await seen(page, text);
      // Nothing but colours is another in the dark, and none of what is behind that which opens.
      expect(await axeViolations(page, dark ? OPENED : ':root'), button).toEqual([]);
      await page.keyboard.press('Escape');
      // What fades out is read by axe, too.
      await page.getByText(text).filter({ visible: true }).first().waitFor({ state: 'hidden' });
    }
    await page.getByText('Columns (40)').click();
    await page.getByRole('checkbox', { name: 'column 39' }).scrollIntoViewIfNeeded();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });
});

it('the page beside it trains what is started there', async () => {
  // In the same context, which has most modules already.
  const beside = await page.context().newPage();
  await beside.goto(`${address}#/new?problem=toy-categorical&preset=smoke`);
  await beside.getByRole('button', { name: /^Start/ }).click();
  await beside.waitForURL(/#\/compare\//);
  const rows = beside.getByRole('region', { name: 'Results by estimator' }).locator('tbody').first();
  await expect.poll(() => rows.locator('tr td:last-child').allTextContents()).toEqual(['1', '1']);
  await beside.close();
});

it('is in no build', () => {
  const built = join(packageRoot, 'out/renderer');
  const texts = readdirSync(built, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(js|html|css)$/.test(path))
    .map((path) => readFileSync(join(built, path), 'utf8'));
  // What is looked for would be found: words of a component that the build has.
  expect(texts.some((text) => text.includes('This page could not be loaded'))).toBe(true);
  expect(readFileSync(join(packageRoot, 'src/renderer/gallery/Gallery.svelte'), 'utf8')).toContain(TITLE);
  expect(texts.filter((text) => text.includes(TITLE) || text.includes('#/gallery'))).toEqual([]);
});
