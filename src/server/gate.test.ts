import { describe, expect, it } from 'vitest';
import { paths, SOCKET_PROTOCOL, TOKEN_HEADER } from '../shared/contract/http.ts';
import { Credentials } from './credentials.ts';
import { Gate, type Knock } from './gate.ts';
import { routes } from './routes.ts';

const PORT = 4711;
const OWN = ['127.0.0.1:4711', 'localhost:4711', '[::1]:4711'];

const credentials = new Credentials();
const gate = new Gate(PORT, credentials);

function letIn(): { cookie: string; token: string } {
  const cookie = credentials.spendKey(credentials.newKey()) ?? '';
  return { cookie, token: credentials.claimToken(cookie) ?? '' };
}

const mine = letIn();
const other = letIn();
const forged = 'A'.repeat(43);

type Lines = readonly (readonly [string, string])[];

const hosts: readonly Lines[] = [
  [['Host', '127.0.0.1:4711']],
  [['Host', 'localhost:4711']],
  [['Host', '[::1]:4711']],
  [],
  [['Host', '127.0.0.1']],
  [['Host', '127.0.0.1:4712']],
  [['Host', 'evil.example:4711']],
  [['Host', 'localhost:4711.evil.example']],
  [
    ['Host', '127.0.0.1:4711'],
    ['host', 'evil.example'],
  ],
];
/** `own` stands for the origin that belongs to the host. */
const origins = [
  null,
  'own',
  'null',
  'http://evil.example',
  'http://127.0.0.1:4712',
  'https://127.0.0.1:4711',
  '',
];
const sites = [null, 'same-origin', 'none', 'same-site', 'cross-site'];
const cookies = [
  null,
  `gumbel-studio-4711=${mine.cookie}`,
  `a=b; gumbel-studio-4711=${mine.cookie}`,
  `gumbel-studio-4712=${mine.cookie}`,
  `gumbel-studio-4711=${forged}`,
];
const bearers = [null, `Bearer ${credentials.bearer}`, `Bearer ${forged}`, credentials.bearer, 'Bearer '];
const tokens = [null, mine.token, other.token, forged];
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT'];
const types = [null, 'application/json', 'application/octet-stream', 'text/plain'];
const targets = [
  ...routes.map(({ pattern }) => pattern.pathname.replace(':id', 'abc-00')),
  '/',
  '/assets/app.js',
  '/unknown',
];
/** Targets that the rules name, and one of the others; what goes for it goes for every other one, which meets fewer hosts. */
const ruled = [paths.open, paths.session, paths.importRun, '/unknown'];
const [ownHost, ...foreignHosts] = hosts;
const fewHosts = [ownHost, foreignHosts.at(-1)];

const line = (name: string, value: string | null): Lines => (value === null ? [] : [[name, value]]);

describe('the gate', () => {
  it('admits of every combination exactly those that the rules allow', () => {
    let asked = 0;
    let admitted = 0;
    for (const host of hosts)
      for (const origin of origins)
        for (const site of sites)
          for (const cookie of cookies)
            for (const bearer of bearers)
              for (const method of methods)
                for (const target of fewHosts.includes(host) ? targets : ruled)
                  for (const token of method === 'POST' ? tokens : [null])
                    for (const type of method === 'POST' ? types : [null]) {
                      const name = host.length === 1 ? (host[0]?.[1] ?? '') : '';
                      const own = origin === 'own' ? `http://${name}` : origin;
                      const knock: Knock = {
                        kind: 'request',
                        method,
                        target,
                        rawHeaders: [
                          ...host,
                          ...line('Origin', own),
                          ...line('Sec-Fetch-Site', site),
                          ...line('Cookie', cookie),
                          ...line('Authorization', bearer),
                          ...line(TOKEN_HEADER, token),
                          ...line('Content-Type', type),
                        ].flat(),
                      };
                      asked += 1;
                      // What is allowed, said from the other end: what a request must be, not what it must not.
                      const here = OWN.includes(name) && (origin === null || origin === 'own');
                      const script = bearers.indexOf(bearer) === 1;
                      const reading = method === 'GET' || method === 'HEAD';
                      const page = bearer === null && [1, 2].includes(cookies.indexOf(cookie));
                      const fromPage = site === 'same-origin' || (site === 'none' && reading);
                      const said = origin === 'own' ? fromPage || site === null : reading && fromPage;
                      const came = script ? fromPage || site === null : said;
                      const wanted =
                        target === paths.importRun ? 'application/octet-stream' : 'application/json';
                      const tokenFits = token === null ? target === paths.session : token === mine.token;
                      const writing = method === 'POST' && type === wanted && (script || tokenFits);
                      const opening =
                        target === paths.open && method === 'GET' && here && (bearer === null || script);
                      const allowed = opening || (here && came && (script || page) && (reading || writing));
                      const verdict = gate.judge(knock);
                      if (verdict.admitted !== allowed) {
                        expect.fail(
                          `${JSON.stringify(knock)}: ${JSON.stringify(verdict)}, allowed ${allowed}`,
                        );
                      }
                      if (allowed) admitted += 1;
                    }
    // So that neither side of the matrix is empty.
    expect(admitted).toBeGreaterThan(1000);
    expect(asked - admitted).toBeGreaterThan(100_000);
  });

  it('admits an upgrade with Origin, cookie and page token, or with the bearer token, and no other', () => {
    const protocolLists = [
      null,
      SOCKET_PROTOCOL,
      `${SOCKET_PROTOCOL}, token.${mine.token}`,
      `token.${mine.token}`,
      `${SOCKET_PROTOCOL}, token.${other.token}`,
      `${SOCKET_PROTOCOL}, token.${mine.token}, token.${forged}`,
      `${SOCKET_PROTOCOL}, ${mine.token}`,
    ];
    let admitted = 0;
    for (const host of hosts)
      for (const origin of origins)
        for (const site of sites)
          for (const cookie of cookies)
            for (const bearer of bearers)
              for (const protocols of protocolLists)
                for (const target of ['/socket', '/', '/session']) {
                  const name = host.length === 1 ? (host[0]?.[1] ?? '') : '';
                  const own = origin === 'own' ? `http://${name}` : origin;
                  const verdict = gate.judge({
                    kind: 'upgrade',
                    method: 'GET',
                    target,
                    rawHeaders: [
                      ...host,
                      ...line('Origin', own),
                      ...line('Sec-Fetch-Site', site),
                      ...line('Cookie', cookie),
                      ...line('Authorization', bearer),
                      ...line('Sec-WebSocket-Protocol', protocols),
                    ].flat(),
                  });
                  const script = bearers.indexOf(bearer) === 1;
                  const page = bearer === null && [1, 2].includes(cookies.indexOf(cookie));
                  const here = OWN.includes(name) && (origin === 'own' || (script && origin === null));
                  const asked = protocols?.startsWith(SOCKET_PROTOCOL) === true;
                  const proved = script ? asked : page && protocolLists.indexOf(protocols) === 2;
                  const allowed =
                    target === '/socket' && here && (site === null || site === 'same-origin') && proved;
                  if (verdict.admitted !== allowed) {
                    expect.fail(
                      JSON.stringify({ host, own, site, cookie, bearer, protocols, target, verdict }),
                    );
                  }
                  if (allowed) admitted += 1;
                }
    expect(admitted).toBeGreaterThan(50);
  });

  it.each([
    '',
    '*',
    'http://127.0.0.1:4711/',
    '//evil.example/',
    '/a#b',
    '/a\\b',
    '/a b',
    '/\u0000',
    '/ä',
    `/${'a'.repeat(9000)}`,
  ])('takes no malformed target: %j', (target) => {
    const rawHeaders = ['Host', '127.0.0.1:4711', 'Authorization', `Bearer ${credentials.bearer}`];
    expect(gate.judge({ kind: 'request', method: 'GET', target, rawHeaders })).toMatchObject({ status: 400 });
  });

  it('takes no body that is larger than its route may have', () => {
    const judge = (target: string, type: string, length: number) =>
      gate.judge({
        kind: 'request',
        method: 'POST',
        target,
        rawHeaders: [
          ...['Host', '127.0.0.1:4711', 'Authorization', `Bearer ${credentials.bearer}`],
          ...['Content-Type', type, 'Content-Length', String(length)],
        ],
      });
    expect(judge('/session', 'application/json', 2 ** 24)).toMatchObject({ status: 413 });
    expect(judge('/files/import', 'application/octet-stream', 2 ** 24)).toMatchObject({ admitted: true });
    expect(judge('/files/import', 'application/octet-stream', 2 ** 32)).toMatchObject({ status: 413 });
  });
});

describe('credentials', () => {
  it('a key lets one browser in, a cookie brings its token once', () => {
    const key = credentials.newKey();
    const cookie = credentials.spendKey(key) ?? '';
    expect(credentials.spendKey(key)).toBeUndefined();
    expect(credentials.spendKey('')).toBeUndefined();
    expect(credentials.claimToken(cookie)).toHaveLength(43);
    expect(credentials.claimToken(cookie)).toBeUndefined();
    expect(credentials.claimToken(forged)).toBeUndefined();
  });

  it('the oldest of many sessions ends', () => {
    const own = new Credentials();
    const [first = '', ...rest] = Array.from({ length: 33 }, () => own.spendKey(own.newKey()) ?? '');
    expect(own.isCookie(first)).toBe(false);
    expect(rest.every((cookie) => own.isCookie(cookie))).toBe(true);
  });
});
