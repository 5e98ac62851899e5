/** A real browser for end-to-end tests: the one that is installed, or Debian's, installed now where that is possible. */
import { chromium, type Browser } from 'playwright-core';
import { findBrowser, thisMachine } from './find-browser.ts';

const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  // Nothing here is drawn by a graphics card: its emulation costs a tenth of the time.
  '--disable-gpu',
];

/** @param extra further arguments of Chromium's command line */
export async function launchBrowser(extra: readonly string[] = []): Promise<Browser> {
  const machine = thisMachine();
  return chromium.launch({
    executablePath: findBrowser(machine),
    headless: true,
    // Chromium refuses its sandbox to root.
    args: [...(machine.isRoot ? ['--no-sandbox'] : []), ...QUIET, ...extra],
  });
}
