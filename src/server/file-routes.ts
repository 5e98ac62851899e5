/** Files beside the contract, at the same addresses over HTTP and in Electron's window: run files, CSV, the import. */
import {
  archiveKinds,
  archivePath,
  csvPath,
  exportPath,
  paths,
  reportPath,
  runFilePath,
} from '../shared/contract/http.ts';
import type { Studio } from '../studio/studio.ts';
import {
  receiveRunFile,
  sendArchive,
  sendCsv,
  sendExport,
  sendReport,
  sendRunFile,
  type SendFile,
} from './downloads.ts';

export interface FileExchange {
  readonly url: URL;
  /** Bytes of the request. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Whoever asked has gone. */
  readonly signal: AbortSignal;
  readonly sendFile: SendFile;
  sendJson(value: unknown): void;
}

export interface FileRoute {
  readonly method: 'GET' | 'POST';
  /** Of a pathname, with an id called `id` in it or none. */
  readonly pattern: URLPattern;
  /** Resolves when all of the answer has been taken. */
  answer(studio: Studio, exchange: FileExchange, id: string): Promise<void>;
}

export const fileRoutes: readonly FileRoute[] = [
  {
    method: 'POST',
    pattern: patternOf(paths.importRun),
    answer: async (studio, { body, url, signal, sendJson }) =>
      sendJson({ run: await receiveRunFile(studio, body, { url, signal }) }),
  },
  {
    method: 'GET',
    pattern: patternOf(runFilePath(':id')),
    answer: (studio, { sendFile }, id) => sendRunFile(studio, sendFile, id),
  },
  {
    method: 'GET',
    pattern: patternOf(exportPath(':id', ':name')),
    answer: (studio, { sendFile, url }, id) =>
      sendExport(studio, sendFile, id, url.pathname.split('/').at(-1) ?? ''),
  },
  ...(['series', 'runs'] as const).map((table): FileRoute => ({
    method: 'GET',
    pattern: patternOf(csvPath(table, [])),
    answer: (studio, { sendFile, url }) =>
      sendCsv(studio, sendFile, table, url.searchParams.get('ids') ?? ''),
  })),
  ...(['latex', 'html'] as const).map((format): FileRoute => ({
    method: 'GET',
    pattern: patternOf(reportPath(format, [])),
    answer: (studio, { sendFile, url }) =>
      sendReport(studio, sendFile, format, url.searchParams.get('ids') ?? ''),
  })),
  ...archiveKinds.map((kind): FileRoute => ({
    method: 'GET',
    pattern: patternOf(archivePath(kind, [])),
    answer: (studio, { sendFile, url }) =>
      sendArchive(studio, sendFile, kind, url.searchParams.get('ids') ?? ''),
  })),
];

/** @param path of an address; what it asks for after a question mark is no part of it */
export function patternOf(path: string): URLPattern {
  const [pathname = path] = path.split('?', 1);
  return new URLPattern({ pathname });
}

/** The id in the path, '' if it has none; undefined: another path. */
export function matched(pattern: URLPattern, pathname: string): string | undefined {
  const found = pattern.exec({ pathname });
  return found === null ? undefined : (found.pathname.groups['id'] ?? '');
}
