/**
 * `npm run dev`: the page with hot reload, in front of a studio that starts anew whenever a source outside of the page changes.
 * `npm run dev -- --data-dir <folder>`; without it the studio has a folder of its own, `dev-data/`.
 */
import { createServer as createSocket, type AddressInfo } from 'node:net';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createLogger, createServer } from 'vite';
import { hasDisplay, tunnelHint } from '../../src/cli/display.ts';
import { onStudio } from './proxy.ts';
import { startStudio } from './studio-process.ts';

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

/** The page that waits for the studio says so itself. */
const OF_A_RESTART = /proxy (socket )?error[^]*(ECONNREFUSED|ECONNRESET|EPIPE)/;

const port = await freePort();
const logger = createLogger();
const page = await createServer({
  configFile: false,
  root: resolve(root, 'src/renderer'),
  cacheDir: resolve(root, 'node_modules/.vite'),
  plugins: [svelte({ configFile: resolve(root, 'svelte.config.js') }), onStudio(dataDir, port)],
  server: { host: '127.0.0.1' },
  customLogger: {
    ...logger,
    error(message, options) {
      if (!OF_A_RESTART.test(message)) logger.error(message, options);
    },
  },
});
// At SIGTERM Vite would end this process as soon as the page is closed, and not wait for the studio.
for (const listener of process.listeners('SIGTERM')) process.off('SIGTERM', listener);
await page.listen();

const studio = startStudio(root, dataDir, port, {
  onReady(again) {
    if (!again) {
      page.printUrls();
      const own = page.httpServer?.address();
      if (!hasDisplay() && typeof own === 'object' && own !== null) logger.info(tunnelHint(own.port));
      return;
    }
    // The page asks for the list of problems and estimators only once.
    page.ws.send({ type: 'full-reload' });
    logger.info('the studio is back; the page reloads', { timestamp: true });
  },
  onEnd(code) {
    const how = code === null ? 'killed' : `exit code ${code}`;
    logger.error(`the studio ended (${how}); it starts again when a source changes`, { timestamp: true });
  },
});

/** Below src/: what the page alone, Electron alone, or a test is made of. */
const NOT_OF_THE_STUDIO = /^(renderer|main|preload)\b|\.test\.ts$/;

page.watcher.add(resolve(root, 'src'));
page.watcher.on('all', (event, path) => {
  const place = relative(resolve(root, 'src'), path).replaceAll('\\', '/');
  if (event === 'addDir' || !place.endsWith('.ts') || place.startsWith('..') || NOT_OF_THE_STUDIO.test(place))
    return;
  logger.info(`src/${place} changed: the studio restarts`, { timestamp: true });
  studio.restart();
});

let closing = false;
const end = async () => {
  if (closing) return;
  closing = true;
  await Promise.all([page.close(), studio.end()]);
  process.exit();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
