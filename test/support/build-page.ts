/** Builds the page once before the end-to-end tests: they look at what users get. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Called by Vitest. @public */
export async function setup(): Promise<void> {
  const builder = `${root}/node_modules/electron-vite/bin/electron-vite.js`;
  await promisify(execFile)(process.execPath, [builder, 'build', '--logLevel', 'warn'], { cwd: root });
}
