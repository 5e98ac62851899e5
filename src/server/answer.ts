/** The ways an HTTP request is answered. */
import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { toWireError, type ErrorKind } from '../shared/errors.ts';

export const statusOf: Readonly<Record<ErrorKind, number>> = {
  validation: 400,
  precondition: 409,
  'not-found': 404,
  conflict: 409,
  cancelled: 499,
  numeric: 500,
  'disk-full': 507,
  external: 502,
  internal: 500,
};

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const wire = toWireError(error);
  answerJson(response, statusOf[wire.kind], wire);
}

/** A page of plain words. `head` and `body` are ours: nothing of a request is in them. */
export function answerPage(
  response: ServerResponse,
  status: number,
  page: { readonly title: string; readonly head?: string; readonly body: string },
): void {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${page.title}</title>${page.head ?? ''}</head><body><h1>${page.title}</h1><p>${page.body}</p></body></html>`;
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}

export async function answerFile(
  response: ServerResponse,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  response.writeHead(200, headers);
  await pipeline(createReadStream(path), response);
}
