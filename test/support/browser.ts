/** A real browser for end-to-end tests: the one that is installed, or Debian's, installed now where that is possible. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** @param extra further arguments of Chromium's command line */
export async function launchBrowser(extra: readonly string[] = []): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: findBrowser(isRoot),
    headless: true,
    // Chromium refuses its sandbox to root.
    args: [...(isRoot ? ['--no-sandbox'] : []), ...QUIET, ...extra],
  });
}

function findBrowser(isRoot: boolean): string {
  const found = [process.env['GUMBEL_BROWSER'] ?? '', ...INSTALLED].find((path) => existsSync(path));
  if (found !== undefined) return found;
  const remedy = 'install Chromium, Chrome or Edge, or name one in GUMBEL_BROWSER';
  if (!isRoot || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`the end-to-end tests need a browser, and none was found; ${remedy}`);
  }
  try {
    execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], { stdio: 'pipe' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`no browser was found, and apt-get could not install chromium (${reason}); ${remedy}`, {
      cause: error,
    });
  }
  return '/usr/bin/chromium';
}
