/** The gate as it stands on the wire: every route, every single fault; nothing gets in, and every answer has its headers. */
import { connect as connectTcp } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paths, SOCKET_PROTOCOL, TOKEN_HEADER, tokenProtocol } from '../../src/shared/contract/http.ts';
import { routes } from '../../src/server/routes.ts';
import { startServer, type StudioServer } from '../../src/server/server.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { tempFolder } from '../support/cli.ts';
import { connect, enter, type BrowserSession } from '../support/studio-client.ts';

const folder = tempFolder();
let studio: Studio;
let server: StudioServer;
let session: BrowserSession;

beforeAll(async () => {
  studio = createStudio({ dataDir: folder.path, program: 'test' });
  server = await startServer({ studio, pageFolder: folder.path });
  session = await enter(server.newAddress());
});

afterAll(async () => {
  await server.close();
  await studio.close();
  folder.remove();
});

interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
}

interface Answer {
  readonly status: number;
  readonly head: string;
}

/** Bytes as they are: no client tidies them up. */
function send(text: string, host = '127.0.0.1'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(server.port, host, () => socket.write(text));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (end === -1) return;
      socket.destroy();
      resolve({ status: Number(received.split(' ')[1]), head: received.slice(0, end).toLowerCase() });
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`closed without an answer: ${text.slice(0, 200)}`)));
  });
}

const ask = ({ method, target, headers }: Request) =>
  send(
    [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join(
      '\r\n',
    ),
  );

/** A request of the page to each route, as it should be. */
function rightful(): Request[] {
  const host = `127.0.0.1:${server.port}`;
  const page = [
    ['Host', host],
    ['Origin', `http://${host}`],
    ['Sec-Fetch-Site', 'same-origin'],
    ['Cookie', session.cookie],
  ] as const;
  const listed = routes
    .filter(({ pattern }) => pattern.pathname !== paths.open)
    .map(({ method, pattern }): Request => {
      const target = pattern.pathname.replace(':id', 'no-such-run');
      const type = target === paths.importRun ? 'application/octet-stream' : 'application/json';
      const writing: Request['headers'] = [
        [TOKEN_HEADER, session.token],
        ['Content-Type', type],
        ['Content-Length', '0'],
      ];
      return { method, target, headers: [...page, ...(method === 'POST' ? writing : [])] };
    });
  const upgrade: Request = {
    method: 'GET',
    target: paths.socket,
    headers: [
      ...page,
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Version', '13'],
      ['Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA=='],
      ['Sec-WebSocket-Protocol', `${SOCKET_PROTOCOL}, ${tokenProtocol(session.token)}`],
    ],
  };
  return [...listed, { method: 'GET', target: '/', headers: page }, upgrade];
}

const without = (request: Request, ...names: string[]): Request => ({
  ...request,
  headers: request.headers.filter(([name]) => !names.includes(name)),
});
const withHeader = (request: Request, name: string, value: string): Request => ({
  ...request,
  headers: [...request.headers.filter(([own]) => own !== name), [name, value]],
});

/** What an attacker would change, by name. */
function faults(request: Request): [string, Request][] {
  const { port } = server;
  const forged = 'A'.repeat(43);
  const changed: [string, Request][] = [
    ['no Host', without(request, 'Host')],
    ['two Hosts', { ...request, headers: [...request.headers, ['Host', `127.0.0.1:${port}`]] }],
    ...[
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
      `127.0.0.1:${port}.evil.example`,
    ].map((host): [string, Request] => [`Host ${host}`, withHeader(request, 'Host', host)]),
    // A page that was rebound to this address: Host and Origin agree with each other.
    [
      'rebound name',
      withHeader(
        withHeader(request, 'Host', `evil.example:${port}`),
        'Origin',
        `http://evil.example:${port}`,
      ),
    ],
    ...[
      'null',
      'http://evil.example',
      `http://localhost:${port}`,
      `http://127.0.0.1:${port + 1}`,
      `https://127.0.0.1:${port}`,
    ].map((origin): [string, Request] => [`Origin ${origin}`, withHeader(request, 'Origin', origin)]),
    ...['cross-site', 'same-site'].map((site): [string, Request] => [
      site,
      withHeader(without(request, 'Origin'), 'Sec-Fetch-Site', site),
    ]),
    ['nothing of where it comes from', without(request, 'Origin', 'Sec-Fetch-Site')],
    ['no cookie', without(request, 'Cookie')],
    ['forged cookie', withHeader(request, 'Cookie', `gumbel-studio-${port}=${forged}`)],
    ['cookie of another port', withHeader(request, 'Cookie', session.cookie.replace(String(port), '1'))],
    ['forged bearer', withHeader(request, 'Authorization', `Bearer ${forged}`)],
    ['page token as bearer', withHeader(request, 'Authorization', `Bearer ${session.token}`)],
    ['fragment', { ...request, target: `${request.target}#/open` }],
    ['absolute target', { ...request, target: `http://127.0.0.1:${port}${request.target}` }],
  ];
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])
    changed.push([method, { ...request, method }]);
  if (request.method === 'POST') {
    changed.push(['forged token', withHeader(request, TOKEN_HEADER, forged)]);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      changed.push([type, withHeader(request, 'Content-Type', type)]);
    }
    if (request.target !== paths.session) changed.push(['no token', without(request, TOKEN_HEADER)]);
  }
  if (request.target === paths.socket) {
    changed.push(['no page token', withHeader(request, 'Sec-WebSocket-Protocol', SOCKET_PROTOCOL)]);
    changed.push([
      'forged page token',
      withHeader(request, 'Sec-WebSocket-Protocol', `${SOCKET_PROTOCOL}, token.${forged}`),
    ]);
  }
  return changed;
}

describe('the gate on the wire', () => {
  it('lets the page through to every route', async () => {
    for (const request of rightful()) {
      const { status } = await ask(request);
      // 404, 409 and so on come from behind the gate: there is no such run, no page.
      expect([101, 200, 204, 400, 404, 409, 503], request.target).toContain(status);
      if (request.target === paths.socket) expect(status).toBe(101);
    }
  });

  it('refuses every route with every single fault, and nothing changes', async () => {
    let refused = 0;
    for (const request of rightful()) {
      for (const [fault, changed] of faults(request)) {
        const { status, head } = await ask(changed);
        const where = `${request.method} ${request.target}, ${fault}`;
        expect([400, 401, 403, 405, 415], where).toContain(status);
        expect(head, where).toContain('connection: close');
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(200);
    expect(studio.store.runs()).toEqual([]);
    // The session that was attacked still holds.
    const { client, close } = await connect(session);
    expect((await client.catalog.info()).dataDir).toBe(folder.path);
    close();
  });

  it('every answer has every header, admitted or not', async () => {
    const requests = rightful();
    const asked = [
      ...requests,
      ...requests.flatMap((request) =>
        faults(request)
          .slice(0, 3)
          .map(([, bad]) => bad),
      ),
    ];
    for (const request of asked) {
      const { status, head } = await ask(request);
      if (status === 101) continue;
      for (const header of [
        "content-security-policy: default-src 'none'; script-src 'self';",
        "frame-ancestors 'none'",
        'x-content-type-options: nosniff',
        'referrer-policy: no-referrer',
        'cross-origin-resource-policy: same-origin',
        'cross-origin-opener-policy: same-origin',
        'cache-control: no-store',
      ]) {
        expect(head, `${request.method} ${request.target} ${status}`).toContain(header);
      }
      expect(head).not.toContain('access-control-allow');
    }
  });

  it('what is no HTTP, or too large, is refused and hurts nobody', async () => {
    const host = `Host: 127.0.0.1:${server.port}`;
    expect((await send('hello\r\n\r\n')).status).toBe(400);
    expect((await send(`GET / HTTP/1.1\r\n${host}\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`)).status).toBe(400);
    expect((await send(`GET / HTTP/1.1\r\n${host}\r\n\u0000: 1\r\n\r\n`)).status).toBe(400);
    const { client, close } = await connect(session);
    expect((await client.catalog.info()).broken).toBe('');
    close();
  });

  it('answers on 127.0.0.1 and ::1, and on no other address of the machine', async () => {
    const get = 'GET / HTTP/1.1\r\n\r\n';
    expect((await send(get)).status).toBe(403);
    const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const hosts = others
      .filter(({ internal, scopeid }) => !internal && !scopeid)
      .map(({ address }) => address);
    for (const host of ['127.0.0.2', ...hosts]) await expect(send(get, host), host).rejects.toThrow();
    if (others.some(({ address }) => address === '::1')) expect((await send(get, '::1')).status).toBe(403);
  });

  it('an address lets in one browser, once', async () => {
    const address = server.newAddress();
    expect((await fetch(address)).status).toBe(200);
    expect((await fetch(address)).status).toBe(401);
    expect((await fetch(`${address}x`)).status).toBe(401);
    const opened = await fetch(server.newAddress(), { redirect: 'manual' });
    const cookie = opened.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      new RegExp(`^gumbel-studio-${server.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    expect(await opened.text()).not.toContain(cookie.split('=')[1]?.split(';')[0]);
  });
});
