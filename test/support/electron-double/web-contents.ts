/** WebContents over a page of Chromium. */
import { EventEmitter } from 'node:events';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { app } from './app.ts';
import { control, preventable } from './control.ts';
import { PageDoor } from './page-door.ts';
import { meant, toServed } from './protocol.ts';
import { session } from './session.ts';

let made: Promise<BrowserContext> | undefined;

/** The one browser context of the program: Electron's default session. */
function context(): Promise<BrowserContext> {
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

type OpenHandler = (details: { url: string }) => { action: 'deny' | 'allow' };

export class WebContents extends EventEmitter {
  readonly session = session.defaultSession;
  readonly #preferences: Readonly<Record<string, unknown>>;
  #openHandler: OpenHandler = () => ({ action: 'allow' });
  #page: Promise<Page>;
  #door: PageDoor | undefined;
  #address = '';
  /** Main asked for it: no navigation of the page's own. */
  #loading = false;
  /** Addresses of windows that a page tried to open. */
  readonly popups: string[] = [];

  constructor(preferences: Readonly<Record<string, unknown>>) {
    super();
    this.#preferences = preferences;
    this.#page = this.#open();
    app.emit('web-contents-created', {}, this);
  }

  get page(): Promise<Page> {
    return this.#page;
  }

  getLastWebPreferences(): Readonly<Record<string, unknown>> {
    return this.#preferences;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  send(channel: string, ...args: readonly unknown[]): void {
    this.#door?.send(channel, args);
  }

  isLoading(): boolean {
    return this.#loading;
  }

  async load(address: string): Promise<void> {
    this.#address = address;
    this.#loading = true;
    const page = await this.#page;
    await page.goto(await toServed(address));
    this.#loading = false;
    this.emit('did-finish-load');
  }

  /** Also after a crash: a new process, so a new page of Chromium. */
  reload(): void {
    this.#page = this.#open();
    void this.load(this.#address);
  }

  async close(): Promise<void> {
    this.#door?.forgetAll();
    await (await this.#page).close();
  }

  async #open(): Promise<Page> {
    const page = await (await context()).newPage();
    this.#door = await PageDoor.open(page, this, String(this.#preferences['preload']));
    await page.route('**/*', (route) => this.#judge(page, route));
    page.on('download', (download) => void session.defaultSession.take(download));
    page.on('popup', (popup) => {
      const url = meant(popup.url());
      this.popups.push(url);
      // Electron asks before there is a window; here it is there for a moment.
      if (this.#openHandler({ url }).action === 'deny') void popup.close();
    });
    page.on('crash', () => {
      this.#door?.forgetAll();
      this.emit('render-process-gone', {}, { reason: 'crashed' });
    });
    void control.exited.then(() => page.close().catch(() => undefined));
    return page;
  }

  /** What Electron asks before a navigation and before a request. */
  async #judge(page: Page, route: Route): Promise<void> {
    const request = route.request();
    const url = meant(request.url());
    if (request.isNavigationRequest() && !this.#loading) {
      const isMainFrame = request.frame() === page.mainFrame();
      const event = preventable({ url, isMainFrame });
      this.emit('will-frame-navigate', event);
      if (isMainFrame && !event.defaultPrevented) this.emit('will-navigate', event);
      if (event.defaultPrevented) {
        await route.abort('aborted');
        return;
      }
    }
    if (await session.defaultSession.isCancelled(url)) await route.abort('blockedbyclient');
    else await route.continue();
  }
}
