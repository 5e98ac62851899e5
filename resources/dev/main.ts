/**
 * `npm run dev`: the page with hot reload, before a studio that starts anew whenever a source outside of the page changes.
 * `npm run dev -- --data-dir <folder>`; without it the studio has a folder of its own, `dev-data/`.
 */
import { spawn } from 'node:child_process';
import { createServer as createSocket, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createServer } from 'vite';
import { onStudio } from './proxy.ts';

const root = resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: { 'data-dir': { type: 'string', default: resolve(root, 'dev-data') } },
});
const dataDir = resolve(values['data-dir']);

/** One that stays the same when the studio starts anew. */
async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, '127.0.0.1');
  await new Promise((listening) => socket.once('listening', listening));
  const { port } = socket.address() as AddressInfo;
  await new Promise((closed) => socket.close(closed));
  return port;
}

const port = await freePort();
// From the sources, whatever is bundled; what it prints is for browsers that come to it directly.
const serve = ['src/cli/main.ts', 'serve', '--port', `${port}`, '--data-dir', dataDir];
const studio = spawn(process.execPath, ['--watch', '--watch-preserve-output', ...serve], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const ended = new Promise<void>((resolveEnd) => studio.once('exit', () => resolveEnd()));

const page = await createServer({
  configFile: false,
  root: resolve(root, 'src/renderer'),
  cacheDir: resolve(root, 'node_modules/.vite'),
  plugins: [svelte({ configFile: resolve(root, 'svelte.config.js') }), onStudio(dataDir, port)],
  server: { host: '127.0.0.1' },
});
await page.listen();
page.printUrls();

let closing = false;
const end = async () => {
  if (closing) return;
  closing = true;
  studio.kill('SIGTERM');
  await Promise.all([page.close(), ended]);
  process.exit();
};
process.on('SIGINT', () => void end());
process.on('SIGTERM', () => void end());
void ended.then(end);
