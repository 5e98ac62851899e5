/** `npm run dev` and its gallery of components: complete, right for everyone, and in no build. */
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
import { axeViolations, openWindow, seen, type Window } from '../support/served-studio.ts';

const TITLE = 'Gallery of components';
const OPENED = 'dialog[open], [role=dialog], [role=alertdialog], [role=menu]';
const folder = tempFolder();
let server: ChildProcess;
let address = '';
let browser: Browser;

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
  // The server bundles packages when they are first asked for, and then has the page come again.
  const first = await open({});
  await first.page.waitForLoadState('networkidle');
  await first.context.close();
});

afterAll(async () => {
  await browser.close();
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
  folder.remove();
});

async function open(options: { readonly width?: number; readonly dark?: boolean }): Promise<Window> {
  const window = await openWindow(browser, `${address}#/gallery`, options);
  await seen(window.page, TITLE);
  return window;
}

/** Names of components, without the ending. */
function componentsIn(part: string): readonly string[] {
  return readdirSync(join(packageRoot, 'src/renderer', part), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.svelte'))
    .map((path) => basename(path, '.svelte'));
}

async function storiesOf(page: Page): Promise<readonly string[]> {
  const names = await page
    .locator('section[data-of]')
    .evaluateAll((sections) =>
      sections.map((section) => String(Reflect.get(Reflect.get(section, 'dataset') as object, 'of'))),
    );
  return names.flatMap((name) => name.split(' '));
}

it('has every component of ui and pictures', async () => {
  const { page, context } = await open({});
  const components = [...componentsIn('ui'), ...componentsIn('pictures')];
  expect(components.length).toBeGreaterThan(30);
  expect(await storiesOf(page)).toEqual(expect.arrayContaining(components));
  await context.close();
});

describe.each([false, true])('dark: %s', (dark) => {
  // Nothing but colours is another in the dark: neither what fits, nor what is behind that which opens.
  it.each(dark ? [1280] : [1280, 900])(
    'at %i pixels axe finds nothing, and nothing is wider than the page',
    async (width) => {
      const { page, context, complaints } = await open({ width, dark });
      expect(await axeViolations(page)).toEqual([]);
      const [wide, room] = await page
        .locator('main')
        .evaluate((main) => ['scrollWidth', 'clientWidth'].map((key) => Number(Reflect.get(main, key))));
      expect(wide).toBeLessThanOrEqual(room ?? 0);
      // The one story of a run that is not there.
      expect(complaints.filter((text) => !/404|none/.test(text))).toEqual([]);
      await context.close();
    },
  );

  it('nor in what opens', async () => {
    const { page, context } = await open({ dark });
    for (const [button, text] of [
      ['Open a dialog', 'Line 1.'],
      ['Ask', 'Delete 3 runs?'],
      ['Choose a file', /Comes with the studio|Home/],
      ['Export', 'Table (CSV)'],
    ] as const) {
      await page.getByRole('button', { name: button, exact: true }).first().click();
      await seen(page, text);
      expect(await axeViolations(page, dark ? OPENED : ':root'), button).toEqual([]);
      await page.keyboard.press('Escape');
      // What fades out is read by axe, too.
      await page.getByText(text).filter({ visible: true }).first().waitFor({ state: 'hidden' });
    }
    await page.getByText('Columns (40)').click();
    await page.getByRole('checkbox', { name: 'column 39' }).scrollIntoViewIfNeeded();
    expect(await axeViolations(page)).toEqual([]);
    await context.close();
  });
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
