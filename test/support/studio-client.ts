/** A page's way in, without a page: the address that is good once, the cookie, the page token, the socket. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { StudioEvent } from '../../src/shared/contract/events.ts';
import type { StudioClient } from '../../src/shared/contract/contract.ts';
import {
  paths,
  sessionSchema,
  SOCKET_PROTOCOL,
  TOKEN_HEADER,
  tokenProtocol,
} from '../../src/shared/contract/http.ts';

export interface BrowserSession {
  readonly origin: string;
  readonly cookie: string;
  readonly token: string;
}

/** Lets one browser in. */
export async function enter(address: string): Promise<BrowserSession> {
  const { origin } = new URL(address);
  const opened = await fetch(address);
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  await opened.arrayBuffer();
  const claimed = await fetch(origin + paths.session, {
    method: 'POST',
    headers: { cookie, origin, 'content-type': 'application/json' },
  });
  if (claimed.status !== 200) throw new Error(`no page token: ${claimed.status} ${await claimed.text()}`);
  const { token } = sessionSchema.parse(await claimed.json());
  return { origin, cookie, token };
}

/** Headers of a request of the page. */
export function pageHeaders({ origin, cookie, token }: BrowserSession): Record<string, string> {
  return { cookie, origin, [TOKEN_HEADER]: token };
}

export interface Connection {
  readonly client: StudioClient;
  readonly socket: WebSocket;
  close(): void;
}

export async function connect({ origin, cookie, token }: BrowserSession): Promise<Connection> {
  const socket = new WebSocket(
    origin.replace('http', 'ws') + paths.socket,
    [SOCKET_PROTOCOL, tokenProtocol(token)],
    { headers: { cookie, origin } },
  );
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
  return { client: createORPCClient(link), socket, close: () => socket.terminate() };
}

/** Hands every event after `cursor` to `take` until `end`, or the connection's. */
export function follow(
  { client, socket }: Connection,
  cursor: string | null,
  take: (event: StudioEvent) => void,
): { end(): Promise<void> } {
  const abort = new AbortController();
  const reading = (async () => {
    try {
      for await (const event of await client.events.stream({ cursor }, { signal: abort.signal })) take(event);
    } catch {
      // The only way in which it ends.
    }
  })();
  return {
    async end() {
      // Over a socket that is closing, oRPC's word of the abort would have nobody to hear it.
      if (socket.readyState === socket.OPEN) abort.abort();
      await reading;
    },
  };
}
