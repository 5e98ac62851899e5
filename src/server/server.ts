/**
 * The studio over HTTP and WebSocket, for a browser on this machine (or at the other end of an SSH tunnel). Loopback only;
 * everything passes the gate first.
 */
import type { Duplex } from 'node:stream';
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { paths } from '../shared/contract/http.ts';
import { AppError } from '../shared/errors.ts';
import { createStudioRouter } from '../studio/handlers/router.ts';
import type { Studio } from '../studio/studio.ts';
import { answerError, answerJson, answerPage } from './answer.ts';
import { Connections, endWith } from './connections.ts';
import { Credentials } from './credentials.ts';
import { Gate, type Verdict } from './gate.ts';
import { securityHeaders } from './headers.ts';
import { DEADLINES_MS, HEADERS_MS, IDLE_MS, LARGEST_BODY, LARGEST_HEADERS, REQUEST_MS } from './limits.ts';
import { pageFiles } from './page-files.ts';
import { route, type RouteContext } from './routes.ts';
import { announceServer } from './server-file.ts';
import { Sockets } from './sockets.ts';

export interface ServerOptions {
  readonly studio: Studio;
  /** 0 or absent: any free one. */
  readonly port?: number;
  /** Folder of the built page; `out/renderer` when absent. */
  readonly pageFolder?: string;
  /** An address from `newAddress` was used: whoever wants another can be given one. */
  onOpened?(): void;
}

export interface StudioServer {
  readonly port: number;
  /** An address for a browser, good once. */
  newAddress(): string;
  /** Pages and commands that are connected. */
  readonly visitors: number;
  close(): Promise<void>;
}

const TOO_MANY = 'the studio has as many connections as it allows; close a page';

/** @throws AppError conflict if the port is taken */
export async function startServer(options: ServerOptions): Promise<StudioServer> {
  const { studio } = options;
  const first = makeServer();
  const port = await listen(first, '127.0.0.1', options.port ?? 0);
  const second = makeServer();
  // A machine without IPv6 is served on IPv4 alone; a port that another program holds there is not ours to answer on.
  const servers = await listen(second, '::1', port).then(
    () => [first, second],
    () => [first],
  );
  const credentials = new Credentials();
  const gate = new Gate(port, credentials);
  const sockets = new Sockets(createStudioRouter(studio));
  const context: RouteContext = {
    studio,
    credentials,
    cookieName: gate.cookieName,
    page: pageFiles(options.pageFolder),
    onOpened: () => options.onOpened?.(),
  };
  const connections = new Connections();
  for (const server of servers) serve(server, { gate, sockets, connections, context });
  const withdraw = announceServer(studio.dataDir, { port, token: credentials.bearer });
  return {
    port,
    newAddress: () => `http://127.0.0.1:${port}${paths.open}?key=${credentials.newKey()}`,
    get visitors() {
      return sockets.count;
    },
    async close() {
      withdraw();
      sockets.close();
      await Promise.all(servers.map(closed));
    },
  };
}

function makeServer(): Server {
  return createServer({
    maxHeaderSize: LARGEST_HEADERS,
    // The gate refuses a missing Host itself, with all headers.
    requireHostHeader: false,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: IDLE_MS,
    connectionsCheckingInterval: DEADLINES_MS,
  });
}

interface Serving {
  readonly gate: Gate;
  readonly sockets: Sockets;
  readonly connections: Connections;
  readonly context: RouteContext;
}

function serve(server: Server, serving: Serving): void {
  const { gate, sockets, connections } = serving;
  server.on('connection', (socket) => connections.opened(socket));
  server.on('request', (request, response) => void answer(request, response, serving));
  server.on('upgrade', (request, socket, head) => {
    const verdict = gate.judge({ kind: 'upgrade', ...facts(request) });
    if (!verdict.admitted) refuseUpgrade(socket, verdict.status, verdict.reason);
    else if (!connections.admit(socket)) refuseUpgrade(socket, 503, TOO_MANY);
    else sockets.accept(request, socket, head);
  });
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
    if (code !== 'ERR_HTTP_REQUEST_TIMEOUT') refuseUpgrade(socket, 400, 'the request is malformed');
    // Browsers open connections ahead of need: what is said on one would be the answer to its first request.
    else if ((socket as Socket).bytesRead === 0) socket.destroy();
    else refuseUpgrade(socket, 408, 'the request took too long');
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { gate, connections, context }: Serving,
): Promise<void> {
  const verdict = gate.judge({ kind: 'request', ...facts(request) });
  const headers = securityHeaders(verdict.admitted ? verdict.host : undefined);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (!verdict.admitted) {
    refuse(request, response, verdict);
    return;
  }
  // The address that is good once proves nothing until its key is looked at.
  const isKnown = verdict.url.pathname !== paths.open;
  if (isKnown && !connections.admit(request.socket)) {
    refuse(request, response, { admitted: false, status: 503, reason: TOO_MANY });
    return;
  }
  try {
    if (verdict.url.pathname !== paths.importRun && !(await isRead(request, LARGEST_BODY))) {
      refuse(request, response, { admitted: false, status: 413, reason: 'the body is too large' });
      return;
    }
    await route(context, { request, response, url: verdict.url, cookie: verdict.cookie });
  } catch (error) {
    answerError(response, error);
  }
}

/** Reads a body that nobody wants to its end; false: it has more bytes than are taken, whether or not it said how many. */
async function isRead(request: IncomingMessage, most: number): Promise<boolean> {
  let taken = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    taken += (chunk as Buffer).length;
    if (taken > most) return false;
  }
  return true;
}

/** The body of a refused request is never read. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, reason }: Extract<Verdict, { admitted: false }>,
): void {
  response.setHeader('connection', 'close');
  if (status === 401 && request.headers['sec-fetch-mode'] === 'navigate') {
    answerPage(response, status, {
      title: 'This browser is not signed in',
      body: 'Open the link that the terminal printed. Each link works once.',
    });
  } else {
    answerJson(response, status, { kind: 'precondition', message: reason });
  }
}

function facts(request: IncomingMessage) {
  return { method: request.method ?? '', target: request.url ?? '', rawHeaders: request.rawHeaders };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const reason = taken ? 'another program is using it; choose another with --port' : error.message;
      reject(
        new AppError(taken ? 'conflict' : 'external', `port ${port} of ${host}: ${reason}`, { cause: error }),
      );
    });
    server.listen({ host, port, exclusive: true }, () => resolve((server.address() as AddressInfo).port));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** An answer where there is no response object: to an upgrade, or to what could not be read as a request. */
function refuseUpgrade(socket: Duplex, status: number, reason: string): void {
  const headers = {
    ...securityHeaders(),
    connection: 'close',
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(reason)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  endWith(socket, [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', reason].join('\r\n'));
}
