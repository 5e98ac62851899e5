/**
 * The one gate before all routing, for requests and for WebSocket upgrades alike. Every rule is an equality: no patterns, no
 * exceptions for convenience. The order is part of it: what a request may learn grows with what it has proved.
 */
import { paths, SOCKET_PROTOCOL, TOKEN_HEADER, tokenProtocol } from '../shared/contract/http.ts';
import type { Credentials } from './credentials.ts';
import { LARGEST_BODY, LARGEST_IMPORT } from './limits.ts';

/** What of a request the gate looks at. */
export interface Knock {
  readonly kind: 'request' | 'upgrade';
  readonly method: string;
  /** The request target as it was sent. */
  readonly target: string;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
}

export type Verdict =
  | { readonly admitted: true; readonly url: URL; readonly host: string; readonly cookie: string | undefined }
  | { readonly admitted: false; readonly status: number; readonly reason: string };

const refuse = (status: number, reason: string): Verdict => ({ admitted: false, status, reason });

const READING = new Set(['GET', 'HEAD']);
/** Visible ASCII without what starts a fragment or what browsers take for a slash. */
const WELL_FORMED = /^\/(?!\/)[\x21\x22\x24-\x5b\x5d-\x7e]{0,8191}$/;

export class Gate {
  readonly #port: number;
  readonly #credentials: Credentials;
  readonly cookieName: string;

  constructor(port: number, credentials: Credentials) {
    this.#port = port;
    this.#credentials = credentials;
    this.cookieName = `gumbel-studio-${port}`;
  }

  judge(knock: Knock): Verdict {
    const { kind, method, target } = knock;
    if (!WELL_FORMED.test(target)) return refuse(400, 'the address is malformed');
    const header = (name: string) => valuesOf(knock.rawHeaders, name);

    const hosts = header('host');
    const [host = ''] = hosts;
    const own = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${this.#port}`);
    if (hosts.length !== 1 || !own.includes(host)) return refuse(403, 'the Host is not this server');

    const authorizations = header('authorization');
    const bearer = authorizations.length > 0;
    if (bearer && !this.#isBearer(authorizations)) {
      return refuse(401, 'the bearer token is not that of this server');
    }
    const url = new URL(target, `http://${host}`);
    const opens = kind === 'request' && method === 'GET' && url.pathname === paths.open;
    const reads = kind === 'request' && READING.has(method);

    const origins = header('origin');
    const sites = header('sec-fetch-site');
    if (origins.length > 1 || sites.length > 1) return refuse(403, 'a header appears twice');
    const [origin] = origins;
    const [site] = sites;
    if (origin !== undefined && origin !== `http://${host}`)
      return refuse(403, 'the Origin is not this server');
    // The address that is good once may be opened from anywhere: it is its own credential.
    if (!opens) {
      if (site !== undefined && site !== 'same-origin' && !(reads && site === 'none')) {
        return refuse(403, 'the request comes from another site');
      }
      if (origin === undefined && !bearer && !(reads && site !== undefined)) {
        return refuse(403, 'the request does not say where it comes from');
      }
    }

    const cookie = this.#cookie(header('cookie'));
    if (!bearer && !opens && cookie === undefined) {
      return refuse(401, 'open the link that the terminal printed; each link works once');
    }

    if (kind === 'upgrade')
      return this.#judgeUpgrade(header('sec-websocket-protocol'), url, host, bearer, cookie);
    if (!reads && method !== 'POST') return refuse(405, 'only GET, HEAD and POST are answered');
    const tokens = header(TOKEN_HEADER);
    const [token] = tokens;
    const tokenHolds =
      tokens.length === 1 && cookie !== undefined && this.#credentials.isToken(cookie, token ?? '');
    if (!bearer && token !== undefined && !tokenHolds) return refuse(401, 'the page token has expired');
    if (reads) return { admitted: true, url, host, cookie };

    const imports = url.pathname === paths.importRun;
    const [type = ''] = header('content-type');
    const wanted = imports ? 'application/octet-stream' : 'application/json';
    if (type.split(';')[0]?.trim().toLowerCase() !== wanted) return refuse(415, `expected ${wanted}`);
    if (!bearer && !tokenHolds && url.pathname !== paths.session)
      return refuse(403, 'the page token is missing');
    const [length = '0'] = header('content-length');
    if (Number(length) > (imports ? LARGEST_IMPORT : LARGEST_BODY))
      return refuse(413, 'the body is too large');
    return { admitted: true, url, host, cookie };
  }

  #judgeUpgrade(
    protocols: readonly string[],
    url: URL,
    host: string,
    bearer: boolean,
    cookie: string | undefined,
  ): Verdict {
    if (url.pathname !== paths.socket) return refuse(404, 'there is no socket here');
    const offered = protocols.flatMap((value) => value.split(',')).map((value) => value.trim());
    if (!offered.includes(SOCKET_PROTOCOL)) return refuse(400, `expected the protocol ${SOCKET_PROTOCOL}`);
    const [given, ...more] = offered.filter((value) => value !== SOCKET_PROTOCOL);
    const token = given?.slice(tokenProtocol('').length) ?? '';
    const proved =
      cookie !== undefined &&
      more.length === 0 &&
      given === tokenProtocol(token) &&
      this.#credentials.isToken(cookie, token);
    if (!bearer && !proved) return refuse(401, 'the page token is missing or has expired');
    return { admitted: true, url, host, cookie };
  }

  #isBearer([value = '', ...more]: readonly string[]): boolean {
    const [scheme, token = '', ...rest] = value.split(' ');
    return more.length === 0 && scheme === 'Bearer' && rest.length === 0 && this.#credentials.isBearer(token);
  }

  /** Value of our cookie, if it is that of a session. */
  #cookie(values: readonly string[]): string | undefined {
    const prefix = `${this.cookieName}=`;
    return values
      .flatMap((value) => value.split(';'))
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(prefix))
      .map((pair) => pair.slice(prefix.length))
      .find((value) => this.#credentials.isCookie(value));
  }
}

function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}
