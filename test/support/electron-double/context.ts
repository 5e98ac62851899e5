/** The one browser context of the program: Electron's default session. */
import type { Browser, BrowserContext } from 'playwright-core';
import { control } from './control.ts';

let made: Promise<BrowserContext> | undefined;

export function context(): Promise<BrowserContext> {
  if (control.browser === undefined) throw new Error('the double has no browser: set control.browser first');
  made ??= make(control.browser);
  return made;
}

async function make(browser: Browser): Promise<BrowserContext> {
  const fresh = await browser.newContext({ acceptDownloads: true, viewport: { width: 1280, height: 800 } });
  // A window that Electron would never have opened loads nothing; pages of windows have their own, stronger route.
  await fresh.route('**/*', (route) => route.abort());
  return fresh;
}

// The browser may have been closed already.
void control.exited.then(async () => (await made)?.close().catch(() => undefined));
