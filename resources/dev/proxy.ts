import type { IncomingMessage } from 'node:http';
import type { Plugin, ProxyOptions } from 'vite';
import { announcedServer } from '../../src/server/server-file.ts';
import { paths } from '../../src/shared/contract/http.ts';

/** Any will do: who comes through here is let in by the bearer token. */
const PAGE_TOKEN = 'dev';

/**
 * Vite's server with the studio behind it. The page needs no address that is good once, and stays in when the studio starts anew: what it asks is passed
 * on with the studio's bearer token. So that no other site can ask through it, only what comes from this page is passed on.
 * @param port of the studio
 */
export function onStudio(dataDir: string, port: number): Plugin {
  const target = `http://127.0.0.1:${port}`;
  const authorization = () => `Bearer ${announcedServer(dataDir)?.token ?? ''}`;
  const passedOn: ProxyOptions = {
    target,
    changeOrigin: true,
    ws: true,
    bypass(request, response) {
      if (isOwn(request)) return undefined;
      response?.writeHead(403).end('only the page of this server may ask the studio');
      return false;
    },
    configure(proxy) {
      proxy.on('proxyReq', (request) => {
        request.setHeader('authorization', authorization());
        if (request.hasHeader('origin')) request.setHeader('origin', target);
      });
      proxy.on('proxyReqWs', (request, asked, socket) => {
        if (!isOwn(asked)) socket.destroy();
        request.setHeader('authorization', authorization());
        request.setHeader('origin', target);
      });
    },
  };
  return {
    name: 'on-studio',
    config: () => ({ server: { proxy: { [paths.socket]: passedOn, '/files/': passedOn } } }),
    configureServer(server) {
      server.middlewares.use(paths.session, (_request, response) => {
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ token: PAGE_TOKEN }));
      });
    },
  };
}

function isOwn({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (origin !== undefined) return origin === `http://${host}`;
  return site === undefined || site === 'same-origin' || site === 'none';
}
