/** A studio on a folder of its own, pages of a real Chromium on it, and a way to talk to it beside them; all gone at the end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { RunSummary } from '../../../src/shared/contract/run-summary.ts';
import { launchBrowser } from '../../support/browser.ts';
import { serveStudio } from '../../support/served-studio.ts';
import { connect, enter, type BrowserSession, type Connection } from '../../support/studio-client.ts';

export interface BenchStudio {
  readonly connection: Connection;
  readonly browser: Browser;
  /** A window of its own, let in, showing the view with this hash. */
  open(hash: string): Promise<Page>;
}

export interface Served {
  readonly address: string;
  stop(): Promise<void>;
}

export type Serve = (folder: string) => Promise<Served>;

/** @param serve the studio itself; the real command by default */
export async function withStudio<T>(
  use: (studio: BenchStudio) => Promise<T>,
  serve: Serve = serveStudio,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'gumbel-page-bench-'));
  const closers: (() => void | Promise<void>)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const served = await serve(folder);
    closers.push(() => served.stop());
    const session = await enter(served.address);
    const connection = await connect(session);
    closers.push(() => connection.close());
    const browser = await launchBrowser();
    closers.push(() => browser.close());
    return await use({ connection, browser, open: (hash) => openPage(browser, session, hash) });
  } finally {
    // One that fails must not keep the others.
    for (const close of closers.toReversed()) await (async () => close())().catch(() => undefined);
  }
}

async function openPage(browser: Browser, session: BrowserSession, hash: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await admit(context, session);
  const page = await context.newPage();
  await page.goto(`${session.origin}/${hash}`);
  return page;
}

async function admit(context: BrowserContext, { origin, cookie, token }: BrowserSession): Promise<void> {
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url: origin }]);
  await context.addInitScript((kept) => localStorage.setItem('gumbel-studio.token', kept), token);
}

/** Starts long runs of the smoke preset, one a seed and estimator, and waits until they have points. */
export async function startRuns(
  { client }: Connection,
  estimators: readonly string[],
  seeds: readonly number[],
): Promise<readonly RunSummary[]> {
  const request = {
    problem: 'menu-auction',
    preset: 'smoke',
    config: { steps: 1_000_000, checkpointSeconds: 600 },
    estimators: [...estimators],
    seeds: [...seeds],
  };
  for await (const event of await client.experiments.start(request)) {
    if (event.type !== 'started') continue;
    for (;;) {
      const { runs } = await client.runs.list({ limit: 1000 });
      const mine = runs.filter((run) => run.comparison === event.comparison.id);
      if (mine.every(({ state, step }) => state === 'running' && step > 100)) return mine;
      const ended = mine.find(({ state }) => state === 'failed' || state === 'interrupted');
      if (ended !== undefined) throw new Error(`${ended.name} is ${ended.state}: ${ended.reason}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  throw new Error('the experiment did not start');
}

export async function stopRuns({ client }: Connection, runs: readonly RunSummary[]): Promise<void> {
  await client.runs.stop({ ids: runs.map(({ id }) => id) });
  for (;;) {
    const { runs: now } = await client.runs.list({ limit: 1000 });
    if (now.every(({ state }) => state !== 'running')) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000 * count));
}
