/** The studio as `gumbel-studio serve` runs it, and pages of a real browser on it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { COMMAND_LINE } from './programs.ts';

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

const servedSchema = z.object({ address: z.string(), port: z.int() });

export interface ServedStudio {
  /** Lets one browser in. */
  readonly address: string;
  readonly port: number;
  readonly child: ChildProcess;
  /** As Ctrl-C does; resolves when the process is gone. */
  stop(): Promise<void>;
  /** At once, as a power cut does. */
  kill(): Promise<void>;
}

/** @param port 0: any free one @param env beside this process's own */
export async function serveStudio(
  dataDir: string,
  port = 0,
  env: Readonly<Record<string, string>> = {},
): Promise<ServedStudio> {
  const child = spawn(
    process.execPath,
    [COMMAND_LINE, 'serve', '--json', '--data-dir', dataDir, '--port', `${port}`],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    },
  );
  let said = '';
  let noted = '';
  child.stderr.on('data', (chunk: Buffer) => (noted += chunk.toString()));
  const served = await new Promise<z.infer<typeof servedSchema>>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.trimEnd().endsWith('}')) resolve(servedSchema.parse(JSON.parse(said)));
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}:\n${noted}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  return { ...served, child, stop: () => end('SIGINT'), kill: () => end('SIGKILL') };
}

export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page complained about: console errors, uncaught ones. */
  readonly complaints: readonly string[];
}

export async function openWindow(
  browser: Browser,
  address: string,
  options: { readonly width?: number; readonly height?: number; readonly dark?: boolean } = {},
): Promise<Window> {
  const { width = 1280, height = 800, dark = false } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // The answer at the one-time address has no icon.
    const isIcon = message.location().url.endsWith('/favicon.ico');
    if (message.type() === 'error' && !isIcon) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)));
  await page.goto(address);
  await page.waitForURL(({ pathname }) => pathname === '/');
  return { context, page, complaints };
}

interface AxeApi {
  run(context: string, options: RunOptions): Promise<AxeResults>;
}

/** Rules of WCAG 2 and good practice that the page breaks, as readable lines. @param within selector of a part of it */
export async function axeViolations(page: Page, within = ':root'): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const found = await page.evaluate(async (context) => {
    const axe: unknown = Reflect.get(globalThis, 'axe');
    // What holds is not told of in detail, which takes most of the time.
    const results = await (axe as AxeApi).run(context, { resultTypes: ['violations'] });
    return results.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
    );
  }, within);
  return found;
}

/** Goes to a view by its address, as a pasted link does, and on once the page has taken it. */
export async function goTo(page: Page, hash: string): Promise<void> {
  const url = new URL(page.url());
  url.hash = hash;
  if (url.href === page.url()) await page.goto(url.href);
  // Two navigations in a row may be over before the page hears of the first. (A text, as no test knows the page's types.)
  else
    await page.evaluate(`new Promise((resolve) => {
      addEventListener('hashchange', () => resolve(), { once: true });
      location.hash = ${JSON.stringify(url.hash)};
    })`);
}

/** Until the text is to be seen. */
export async function seen(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: 60_000 });
}
