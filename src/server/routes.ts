/** What is behind the gate: the page, its session, files. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { paths } from '../shared/contract/http.ts';
import { AppError } from '../shared/errors.ts';
import type { Studio } from '../studio/studio.ts';
import { answerFile, answerJson, answerPage } from './answer.ts';
import type { Credentials } from './credentials.ts';
import { fileRoutes, matched, patternOf, type FileRoute } from './file-routes.ts';
import type { PageFile } from './page-files.ts';

export interface RouteContext {
  readonly studio: Studio;
  readonly credentials: Credentials;
  readonly cookieName: string;
  readonly page: ReadonlyMap<string, PageFile>;
  /** An address that is good once was used. */
  onOpened(): void;
}

export interface AdmittedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** Of a session; undefined: a bearer token was given. */
  readonly cookie: string | undefined;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly pattern: URLPattern;
  handle(context: RouteContext, admitted: AdmittedRequest, id: string): Promise<void> | void;
}

/** All of them but the files of the page. */
export const routes: readonly Route[] = [
  { method: 'GET', pattern: patternOf(paths.open), handle: open },
  {
    method: 'GET',
    pattern: patternOf(paths.session),
    handle: (_context, { response }) => answerJson(response, 200, { ok: true }),
  },
  { method: 'POST', pattern: patternOf(paths.session), handle: claim },
  {
    method: 'GET',
    // Browsers ask for it on the page that leads to the studio; the studio's own page names its icon.
    pattern: patternOf('/favicon.ico'),
    handle: (_context, { response }) => void response.writeHead(204).end(),
  },
  ...fileRoutes.map(overHttp),
];

/** @throws AppError not-found */
export async function route(context: RouteContext, admitted: AdmittedRequest): Promise<void> {
  const { request, response, url } = admitted;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  for (const candidate of routes) {
    const id = matched(candidate.pattern, url.pathname);
    if (id === undefined || candidate.method !== method) continue;
    // Only reading may be asked about without doing it.
    if (request.method === 'HEAD') break;
    await candidate.handle(context, admitted, id);
    return;
  }
  const file = context.page.get(url.pathname);
  if (file !== undefined && method === 'GET') {
    await answerFile(response, file.path, { 'content-type': file.type });
    return;
  }
  if (url.pathname === '/') {
    answerPage(response, 503, {
      title: 'The page is not built',
      body: 'The studio is running and its jobs continue. Stop it, run "npm run build" in its folder, and start it again.',
    });
    return;
  }
  throw new AppError('not-found', 'there is nothing at this address');
}

function overHttp({ method, pattern, answer }: FileRoute): Route {
  return {
    method,
    pattern,
    handle: ({ studio }, { request, response, url }, id) => {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      return answer(
        studio,
        {
          url,
          body: request,
          signal: gone.signal,
          sendFile: (file, headers) => answerFile(response, file, headers),
          sendJson: (value) => answerJson(response, 200, value),
        },
        id,
      );
    },
  };
}

/**
 * Answers with a page that goes on to `/` by itself instead of a redirect: what follows a redirect counts as coming from
 * wherever the address was opened, and a strict cookie would not be sent.
 */
function open({ credentials, cookieName, onOpened }: RouteContext, { response, url }: AdmittedRequest): void {
  const cookie = credentials.spendKey(url.searchParams.get('key') ?? '');
  if (cookie === undefined) {
    answerPage(response, 401, {
      title: 'This link was already used',
      body: 'Each link works once. The terminal in which the studio runs shows the next one.',
    });
    return;
  }
  response.setHeader('set-cookie', `${cookieName}=${cookie}; HttpOnly; SameSite=Strict; Path=/`);
  answerPage(response, 200, {
    title: 'Gumbel Studio',
    head: '<meta http-equiv="refresh" content="0; url=/">',
    body: 'Opening <a href="/">the studio</a>.',
  });
  onOpened();
}

function claim({ credentials }: RouteContext, { response, cookie }: AdmittedRequest): void {
  const token = cookie === undefined ? undefined : credentials.claimToken(cookie);
  if (token === undefined) {
    throw new AppError('conflict', 'this browser already has its page token; open a new link for another');
  }
  answerJson(response, 200, { token });
}
