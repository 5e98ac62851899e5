/** What every end-to-end test begins with: a data folder, a served studio, a browser, and a window that was let in. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchBrowser } from './browser.ts';
import { tempFolder } from './cli.ts';
import { openWindow, serveStudio, type ServedStudio, type Window } from './served-studio.ts';

export class Stage {
  readonly #folder = tempFolder();
  readonly #env: Readonly<Record<string, string>>;
  #browser: Browser | undefined;
  #studio: ServedStudio | undefined;
  #window: Window | undefined;

  /** @param env of the studio, beside this process's own */
  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = env;
  }

  /** The studio's data folder. */
  get dataDir(): string {
    return this.#folder.path;
  }

  get studio(): ServedStudio {
    return present(this.#studio);
  }

  get window(): Window {
    return present(this.#window);
  }

  get page(): Page {
    return this.window.page;
  }

  /** @param port 0: any free one */
  async serve(port = 0): Promise<void> {
    this.#studio = await serveStudio(this.dataDir, port, this.#env);
  }

  /** Another window instead of the one that is open, let in by the studio that runs now. */
  async openWindow(): Promise<void> {
    await this.#window?.context.close();
    this.#browser ??= await launchBrowser();
    this.#window = await openWindow(this.#browser, this.studio.address);
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#studio?.stop();
    this.#folder.remove();
  }
}

/**
 * A stage for all tests of a file.
 * @param prepare fills the data folder before the studio starts
 * @param env of the studio, beside this process's own
 */
export function useStage(
  prepare: (dataDir: string) => void | Promise<void> = () => undefined,
  env: Readonly<Record<string, string>> = {},
): Stage {
  const stage = new Stage(env);
  beforeAll(async () => {
    await prepare(stage.dataDir);
    await stage.serve();
    await stage.openWindow();
  });
  afterAll(() => stage.close());
  return stage;
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the stage is not set: its beforeAll has not run');
  return value;
}
