/** The first minutes of a first day: the tour by keyboard, the results that come with the studio, and several run files at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { samplesOf } from '../../src/node/samples.ts';
import { launchBrowser } from '../support/browser.ts';
import { tempFolder } from '../support/cli.ts';
import {
  axeViolations,
  goTo,
  openWindow,
  seen,
  serveStudio,
  type ServedStudio,
} from '../support/served-studio.ts';

const folder = tempFolder();
let studio: ServedStudio;
let browser: Browser;
let window: Awaited<ReturnType<typeof openWindow>>;

beforeAll(async () => {
  [studio, browser] = await Promise.all([serveStudio(join(folder.path, 'data')), launchBrowser()]);
  window = await openWindow(browser, studio.address);
});

afterAll(async () => {
  await browser.close();
  await studio.stop();
  folder.remove();
});

it('the tour goes by keyboard, can be left, is offered once, and is found again', async () => {
  const { page } = window;
  await page.getByRole('button', { name: 'Take the tour' }).focus();
  await page.keyboard.press('Enter');
  for (const title of ['Runs', 'New run', 'Compare', 'Labs', 'Help']) {
    await page.getByRole('dialog', { name: title, exact: true }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('ArrowRight');
  }
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.reload();
  await seen(page, 'No runs yet');
  expect(await page.getByRole('button', { name: 'Take the tour' }).count()).toBe(0);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('tour');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Runs', exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

it('run files that are dropped together come with one summary, which names the refused', async () => {
  const { page } = window;
  const [one, two] = samplesOf('results').map(({ path }) => path);
  const [first, second] = [one!, two!].map((path) => [...readFileSync(path)]);
  const files = { 'a.gsrun': first, 'cut.gsrun': first!.slice(0, 20_000), 'b.gsrun': second };
  await page.evaluate(`{
    const transfer = new DataTransfer();
    for (const [name, bytes] of Object.entries(${JSON.stringify(files)}))
      transfer.items.add(new File([Uint8Array.from(bytes)], name));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }`);
  await seen(page, 'Imported 2 of 3 run files.');
  await seen(page, /1 run file not imported: cut\.gsrun/);
  expect(new URL(page.url()).hash).toMatch(/^#\/compare\//);
});

it('the results that come with the studio have a verdict, and nothing is trained', async () => {
  const { complaints } = window;
  const other = tempFolder();
  const fresh = await serveStudio(join(other.path, 'data'));
  try {
    const own = await openWindow(browser, fresh.address);
    await seen(own.page, 'No runs yet');
    expect(await axeViolations(own.page)).toEqual([]);
    await own.page.getByRole('button', { name: 'Look at sample results' }).focus();
    await own.page.keyboard.press('Enter');
    await own.page.waitForURL(/#\/compare\//);
    await seen(own.page, /is ahead of|cannot be told apart/);
    await goTo(own.page, '#/runs');
    await seen(own.page, '9 of 9 runs');
    expect(own.complaints).toEqual([]);
  } finally {
    await fresh.stop();
    other.remove();
  }
  // What was refused is a status of the studio's answer, not a fault of the page.
  expect(complaints.filter((text) => !text.includes('status of 400'))).toEqual([]);
});
