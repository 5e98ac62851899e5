/** `app://studio`: the page's files by exact address, and the files beside the contract. Nothing else of the disk (7, 18). */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { protocol } from 'electron';
import { statusOf } from '../server/answer.ts';
import { fileRoutes, matched, type FileRoute } from '../server/file-routes.ts';
import { securityHeaders } from '../server/headers.ts';
import type { PageFile } from '../server/page-files.ts';
import { AppError, toWireError } from '../shared/errors.ts';
import type { Studio } from '../studio/studio.ts';
import { isOwnAddress, SCHEME } from './origin.ts';

/** Before `ready`. Without bypassCSP: the policy below holds. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export function serveApp(studio: Studio, page: ReadonlyMap<string, PageFile>): void {
  protocol.handle(SCHEME, async (request) => {
    try {
      return await answer(studio, page, request);
    } catch (error) {
      const wire = toWireError(error);
      return json(statusOf[wire.kind], wire);
    }
  });
}

async function answer(
  studio: Studio,
  page: ReadonlyMap<string, PageFile>,
  request: Request,
): Promise<Response> {
  const url = new URL(request.url);
  for (const route of isOwnAddress(request.url) ? fileRoutes : []) {
    const id = matched(route.pattern, url.pathname);
    if (id !== undefined && route.method === request.method) return answerRoute(studio, route, request, id);
  }
  const file = isOwnAddress(request.url) ? page.get(url.pathname) : undefined;
  if (file === undefined || request.method !== 'GET') {
    throw new AppError('not-found', 'there is nothing at this address');
  }
  return streamed(file.path, { 'content-type': file.type }).response;
}

/** The response is there as soon as the answer begins; the route ends, and cleans up, when all of it was taken. */
function answerRoute(studio: Studio, route: FileRoute, request: Request, id: string): Promise<Response> {
  return new Promise((resolve, reject) => {
    const exchange = {
      url: new URL(request.url),
      body: request.body ?? Readable.from([]),
      signal: request.signal,
      sendFile: (path: string, headers: Readonly<Record<string, string>>) => {
        const { response, done } = streamed(path, headers);
        resolve(response);
        return done;
      },
      sendJson: (value: unknown) => resolve(json(200, value)),
    };
    route.answer(studio, exchange, id).catch(reject);
  });
}

function streamed(path: string, headers: Readonly<Record<string, string>>) {
  const stream = createReadStream(path);
  // A reader that goes away half-way is no error of ours.
  const done = finished(stream).catch(() => undefined);
  const body = Readable.toWeb(stream) as ReadableStream<Uint8Array>;
  return { response: new Response(body, { headers: { ...securityHeaders(), ...headers } }), done };
}

function json(status: number, value: unknown): Response {
  const headers = { ...securityHeaders(), 'content-type': 'application/json' };
  return new Response(JSON.stringify(value), { status, headers });
}
