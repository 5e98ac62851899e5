import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { endWith } from './connections.ts';
import { securityHeaders } from './headers.ts';

/** An answer where there is no response object: to an upgrade, or to what could not be read as a request. */
export function refuseUpgrade(socket: Duplex, status: number, reason: string): void {
  const headers = {
    ...securityHeaders(),
    connection: 'close',
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(reason)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  endWith(socket, [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', reason].join('\r\n'));
}
