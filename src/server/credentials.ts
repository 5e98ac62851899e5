/**
 * Who may talk to this server. Scripts: the bearer token in `server.json` (mode 0600) of the data folder. Browsers: an
 * address that is good once brings a cookie, and the cookie brings, once, the page token that everything but reading needs.
 * Cookies are shared across the ports of a host, page tokens are not. Nothing outlives the server.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits. */
function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Takes as long for a near miss as for a far one. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

interface Session {
  readonly cookie: string;
  readonly token: string;
  claimed: boolean;
}

/** Browsers let in at once; the oldest has to open a new address. */
const MOST_SESSIONS = 32;

export class Credentials {
  readonly bearer = newSecret();
  #keys: string[] = [];
  #sessions: Session[] = [];

  /** Key of an address that is good once. */
  newKey(): string {
    const key = newSecret();
    this.#keys.push(key);
    return key;
  }

  /** Cookie of a new session; undefined if the key is none or was used. */
  spendKey(given: string): string | undefined {
    const key = this.#keys.find((known) => isSame(given, known));
    if (key === undefined) return undefined;
    this.#keys = this.#keys.filter((other) => other !== key);
    const session = { cookie: newSecret(), token: newSecret(), claimed: false };
    this.#sessions = [...this.#sessions, session].slice(-MOST_SESSIONS);
    return session.cookie;
  }

  isBearer(given: string): boolean {
    return isSame(given, this.bearer);
  }

  isCookie(cookie: string): boolean {
    return this.#find(cookie) !== undefined;
  }

  isToken(cookie: string, given: string): boolean {
    const session = this.#find(cookie);
    return session !== undefined && isSame(given, session.token);
  }

  /** The session's page token, the first time it is asked for. */
  claimToken(cookie: string): string | undefined {
    const session = this.#find(cookie);
    if (session === undefined || session.claimed) return undefined;
    session.claimed = true;
    return session.token;
  }

  #find(cookie: string): Session | undefined {
    return this.#sessions.find((session) => isSame(cookie, session.cookie));
  }
}
