/** Electron's program. Its package brings none: it is fetched when it is first needed. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageRoot } from '../node/programs.ts';

const { env } = process;
/** Until the first answer of the place that has it. */
const REACH_MS = 5000;
/** For all of it, about 120 MB. */
const FETCH_MS = 10 * 60_000;

/** Where the program lies in a folder of Electron's; path.txt says the same once it is installed. */
const PROGRAMS: Readonly<Record<string, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/**
 * Path of the program, fetched if it is not here yet.
 * @throws Error with the reason, after seconds where nothing answers
 */
export async function electronBinary(onFetch: () => void): Promise<string> {
  if (installedElectron() === undefined) {
    await reachSource();
    onFetch();
    await install(join(packageFolder(), 'install.js'));
  }
  const found = installedElectron();
  if (found === undefined) throw new Error('it is not where its installation puts it');
  return found;
}

/** Path of the program if it is here. Whoever runs an Electron of their own names its folder in ELECTRON_OVERRIDE_DIST_PATH. */
export function installedElectron(): string | undefined {
  const folder = packageFolder();
  const name = join(folder, 'path.txt');
  const file = existsSync(name)
    ? readFileSync(name, 'utf8').trim()
    : (PROGRAMS[process.platform] ?? 'electron');
  const path = join(env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), file);
  return existsSync(path) ? path : undefined;
}

/** Electron is a development dependency: an installation without it has no window. */
function packageFolder(): string {
  return dirname(createRequire(join(packageRoot, 'package.json')).resolve('electron/package.json'));
}

/** A network that swallows packets would keep the installation waiting for minutes. */
async function reachSource(): Promise<void> {
  // Behind a proxy only the installation itself knows the way.
  if (env['ELECTRON_GET_USE_PROXY'] !== undefined) return;
  const source =
    env['ELECTRON_MIRROR'] ?? env['npm_config_electron_mirror'] ?? 'https://github.com/electron/electron';
  try {
    await fetch(source, { method: 'HEAD', signal: AbortSignal.timeout(REACH_MS) });
  } catch {
    throw new Error(`${new URL(source).host} does not answer`);
  }
}

function install(script: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: FETCH_MS,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(said.trim().split('\n')[0] ?? `its installation ended with ${code}`));
    });
  });
}
