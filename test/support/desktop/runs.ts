/** Runs in the desktop window: started in its page, and read from its data folder. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openReadableStore } from '../../../src/studio/store/open.ts';
import { STORE_FILE } from '../../../src/studio/studio.ts';
import { goTo, seen } from '../served-studio.ts';

/** States of all runs, as stored. */
export function statesIn(dataDir: string): readonly string[] {
  const store = openReadableStore(join(dataDir, STORE_FILE));
  try {
    return store.runs().map(({ state }) => state);
  } finally {
    store.close();
  }
}

export async function startRun(page: Page, steps: number): Promise<void> {
  await goTo(page, '#/new?problem=menu-auction&preset=smoke');
  await seen(page, 'Start 2 runs');
  await page.getByRole('checkbox', { name: /Softmax relaxation/ }).uncheck();
  await page.getByRole('textbox', { name: 'Steps', exact: true }).fill(`${steps}`);
  await page.getByRole('button', { name: 'Start 1 run' }).click();
  await page.waitForURL(/#\/compare\//);
}
