/** How a page in a browser reaches the studio that served it: a token once, then one WebSocket. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import {
  paths,
  sessionSchema,
  SOCKET_PROTOCOL,
  TOKEN_HEADER,
  tokenProtocol,
} from '../../shared/contract/http.ts';
import { AppError } from '../../shared/errors.ts';
import type { Link } from './link.ts';

const TOKEN_KEY = 'gumbel-studio.token';

/** The page's token, where there is one: plain HTTP requests that change something carry it too. */
export function storedToken(): string | null {
  return window.localStorage.getItem(TOKEN_KEY);
}

/** @throws AppError `precondition` if this browser was never let in, `external` if the studio cannot be reached */
export async function openBrowserLink(): Promise<Link> {
  const kept = storedToken();
  if (kept !== null) {
    const link = await connect(kept);
    if (link !== null) return link;
    // That of a studio which ran here before, or nobody is there.
    if (!(await isRefused(kept))) throw unreachable();
  }
  const link = await connect(await freshToken(kept));
  if (link === null) throw unreachable();
  return link;
}

/** Null: refused, or nobody is there. */
async function connect(token: string): Promise<Link | null> {
  const url = new URL(paths.socket, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const websocket = new WebSocket(url, [SOCKET_PROTOCOL, tokenProtocol(token)]);
  const closed = new Promise<void>((resolve) => websocket.addEventListener('close', () => resolve()));
  const opened = new Promise<boolean>((resolve) => {
    websocket.addEventListener('open', () => resolve(true));
    websocket.addEventListener('close', () => resolve(false));
  });
  return (await opened) ? { client: createORPCClient(new RPCLink({ websocket })), closed } : null;
}

/**
 * The token that stands for this browser now. A studio hands it out once, and every tab keeps it in the same place: one tab
 * asks at a time, and one that comes later takes what the first was given.
 * @param refused the token that the studio did not know; null: there was none
 */
function freshToken(refused: string | null): Promise<string> {
  return navigator.locks.request(TOKEN_KEY, async () => {
    const stored = storedToken();
    if (stored !== null && stored !== refused) return stored;
    window.localStorage.removeItem(TOKEN_KEY);
    const token = await requestToken();
    window.localStorage.setItem(TOKEN_KEY, token);
    return token;
  });
}

async function requestToken(): Promise<string> {
  const response = await request({ method: 'POST', headers: { 'content-type': 'application/json' } });
  if (!response.ok) {
    throw new AppError(
      'precondition',
      'this browser is not signed in; open the link that the terminal printed (each link works once)',
    );
  }
  return sessionSchema.parse(await response.json()).token;
}

/** A refused upgrade looks like a closed socket, so the session is asked apart. */
async function isRefused(token: string): Promise<boolean> {
  const response = await request({ headers: { [TOKEN_HEADER]: token } });
  return response.status === 401;
}

async function request(init: RequestInit): Promise<Response> {
  try {
    return await fetch(paths.session, { credentials: 'same-origin', cache: 'no-store', ...init });
  } catch (error) {
    throw unreachable(error);
  }
}

function unreachable(cause?: unknown): AppError {
  return new AppError('external', 'the studio cannot be reached; it may have ended', { cause });
}
