/** What goes wrong while somebody looks: runs that are deleted, a connection that breaks, a page that does not keep up, a store that fails. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type StudioServer } from '../../src/server/server.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { fillWithRuns } from '../fixtures/many-runs.ts';
import { launchBrowser } from '../support/browser.ts';
import { tempFolder } from '../support/cli.ts';
import { goTo, openWindow, seen, type Window } from '../support/served-studio.ts';

const folder = tempFolder();
let studio: Studio;
let server: StudioServer;
let browser: Browser;
let window: Window;
let page: Page;

beforeAll(async () => {
  fillWithRuns(folder.path, 3);
  studio = createStudio({ dataDir: folder.path, program: 'test' });
  server = await startServer({ studio });
  browser = await launchBrowser();
  window = await openWindow(browser, server.newAddress());
  page = window.page;
});

afterAll(async () => {
  await browser.close();
  await server.close();
  await studio.close();
  folder.remove();
});

const comparison = (name: string) => studio.store.comparisons().find((one) => one.name === name)!.id;
const runsOf = (name: string) => studio.store.runs({ comparison: comparison(name) }).map(({ id }) => id);

describe('runs that are deleted while they are compared', () => {
  it('are named, and the others go on being compared', async () => {
    const ids = runsOf('Comparison 0').slice(0, 3);
    await goTo(page, `#/compare?runs=${ids.join(',')}`);
    await seen(page, '3 runs of Comparison 0');
    studio.store.removeRuns(ids.slice(0, 1));
    await seen(page, 'No longer here: 1 of 3 runs');
    await seen(page, '2 runs of Comparison 0');
    studio.store.removeRuns(ids.slice(1));
    await seen(page, 'These runs are not here');
  });

  it('leave no comparison behind when they were all of it, and no run page', async () => {
    const ids = runsOf('Comparison 0');
    await goTo(page, `#/compare/${comparison('Comparison 0')}`);
    await seen(page, '7 runs');
    const other = await window.context.newPage();
    await other.goto(page.url().replace(/#.*/, `#/run/${ids[0]}`));
    await seen(other, 'Config');
    studio.store.removeRuns(ids);
    await seen(page, 'This comparison is not here');
    await seen(other, 'This run was deleted');
    await other.close();
    await page.getByRole('button', { name: 'All comparisons' }).click();
    await seen(page, 'Comparison 1');
    expect(await page.getByText('Comparison 0').count()).toBe(0);
  });
});

describe('a connection that breaks', () => {
  it('is told in a banner, and what is shown stays; back again it is what it has become', async () => {
    const id = comparison('Comparison 1');
    await goTo(page, `#/compare/${id}`);
    await seen(page, 'Final values');
    const banner = page.getByRole('alert');
    expect(await banner.count()).toBe(0);
    const { port } = server;
    await server.close();
    await expect.poll(() => banner.textContent()).toMatch(/The studio cannot be reached/);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Comparison 1');
    // The studio goes on without its pages.
    studio.store.renameComparison(id, 'Renamed meanwhile');
    server = await startServer({ studio, port });
    await expect.poll(() => banner.textContent()).toMatch(/signed in/);
    const door = await window.context.newPage();
    await door.goto(server.newAddress());
    await expect.poll(() => banner.count()).toBe(0);
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('Renamed meanwhile');
    await door.close();
  });
});

describe('a page that does not keep up', () => {
  it('falls out of the tail of events, is told so, and reads everything anew', async () => {
    let resyncs = 0;
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => {
        if (payload.toString().includes('"resync"')) resyncs += 1;
      });
    });
    await goTo(page, '#/runs?group=none');
    await page.reload();
    await seen(page, '20 of 20 runs');
    expect(resyncs).toBe(0);
    const debug = await window.context.newCDPSession(page);
    const paused = new Promise((resolve) => debug.once('Debugger.paused', resolve));
    await debug.send('Debugger.enable');
    await debug.send('Debugger.pause');
    // Anything that makes the page run a line of its own.
    void page.evaluate('void 0').catch(() => undefined);
    await paused;
    const [id = ''] = runsOf('Comparison 2');
    studio.store.updateRun(id, { name: 'renamed behind its back' });
    // Far more than sockets and the feed's tail hold together; given in turns, so that the server can send.
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 1000; i++) studio.feed.publish({ type: 'removed', runs: ['x'.repeat(2000)] });
      await sleep(10);
    }
    await debug.send('Debugger.resume');
    await debug.detach();
    await expect.poll(() => resyncs).toBeGreaterThan(0);
    await expect.poll(() => page.getByRole('link', { name: 'renamed behind its back' }).count()).toBe(1);
  });
});

describe('a store that fails', () => {
  it('is told in a banner with the reason', async () => {
    studio.feed.publish({ type: 'broken', message: 'the disk was taken out' });
    await seen(page, /The studio can no longer store anything.* The disk was taken out\. Everything/);
  });

  it('the page never complained of anything but the connection', () => {
    const own = window.complaints.filter((text) => !/WebSocket|ERR_CONNECTION|status of 4/.test(text));
    expect(own).toEqual([]);
  });
});
