/**
 * Which browser the end-to-end tests use: the one that GUMBEL_BROWSER names, one that is installed, or Debian's Chromium,
 * installed now by root where there is apt-get. Where none can be had the tests fail with the reason.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

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

const APT = '/usr/bin/apt-get';
const DEBIANS = '/usr/bin/chromium';
const REMEDY = 'install Chromium, Chrome or Edge, or name one in GUMBEL_BROWSER';

/** What the decision depends on, and the one way in which it changes the machine. */
export interface Machine {
  /** GUMBEL_BROWSER; empty: not set. */
  readonly named: string;
  readonly isRoot: boolean;
  exists(path: string): boolean;
  /** @throws if the program fails */
  run(program: string, args: readonly string[]): void;
}

export function thisMachine(): Machine {
  return {
    named: process.env['GUMBEL_BROWSER'] ?? '',
    isRoot: process.getuid?.() === 0,
    exists: existsSync,
    run: (program, args) => {
      execFileSync(program, args, {
        stdio: 'pipe',
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    },
  };
}

/** @returns path of the browser. @throws Error that says why there is none, and what to do */
export function findBrowser({ named, isRoot, exists, run }: Machine): string {
  if (named !== '') {
    if (exists(named)) return named;
    throw new Error(`GUMBEL_BROWSER names ${named}, which does not exist; correct or unset it`);
  }
  const found = INSTALLED.find(exists);
  if (found !== undefined) return found;
  if (!isRoot || !exists(APT)) {
    throw new Error(`the end-to-end tests need a browser, and none was found; ${REMEDY}`);
  }
  try {
    // A fresh image has no package lists.
    run(APT, ['update']);
    run(APT, ['install', '--yes', '--no-install-recommends', 'chromium']);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`no browser was found, and apt-get could not install chromium (${reason}); ${REMEDY}`, {
      cause: error,
    });
  }
  if (!exists(DEBIANS)) {
    throw new Error(
      `apt-get installed chromium, but there is no ${DEBIANS} (Ubuntu ships a snap); ${REMEDY}`,
    );
  }
  return DEBIANS;
}
