/** `protocol`: the handler of the one scheme behind a loopback server, so that bodies stream as they do in Electron. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { control } from './control.ts';

type Handler = (request: Request) => Promise<Response>;

interface SchemeFacts {
  readonly scheme: string;
  readonly privileges: Readonly<Record<string, boolean>>;
}

const APP = 'app://studio';
let handler: Handler | undefined;
let served = '';

const server = createServer((request, response) => void answer(request, response));
const listening = (async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  served = `http://studio.localhost:${(server.address() as AddressInfo).port}`;
})();
void control.exited.then(() => {
  server.close();
  server.closeAllConnections();
});

export const protocol = {
  schemes: [] as SchemeFacts[],

  registerSchemesAsPrivileged(schemes: readonly SchemeFacts[]): void {
    this.schemes.push(...schemes);
  },

  handle(_scheme: string, handle: Handler): void {
    handler = handle;
  },
};

/** Where Chromium finds an address of the scheme. */
export async function toServed(address: string): Promise<string> {
  await listening;
  return address.startsWith(`${APP}/`) ? served + address.slice(APP.length) : address;
}

/** The address that a served one stands for. */
export function meant(address: string): string {
  return address === served || address.startsWith(`${served}/`) || address.startsWith(`blob:${served}/`)
    ? address.replace(served, APP)
    : address;
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const method = incoming.method ?? 'GET';
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const request = new Request(APP + (incoming.url ?? '/'), {
    method,
    headers: Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]),
    ...(hasBody ? { body: Readable.toWeb(incoming), duplex: 'half' } : {}),
  });
  const response = (await handler?.(request)) ?? new Response(null, { status: 404 });
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  // The page may go away while it is sent something.
  await pipeline(response.body ?? Readable.from([]), outgoing).catch(() => undefined);
}
