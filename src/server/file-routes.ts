/** Files beside the contract, at the same addresses over HTTP and in Electron's window: run files, CSV, the import. */
import { csvPath, exportPath, paths, reportPath, runFilePath } from '../shared/contract/http.ts';
import type { Studio } from '../studio/studio.ts';
import { receiveRunFile, sendCsv, sendExport, sendReport, sendRunFile, type SendFile } from './downloads.ts';

export interface FileExchange {
  readonly url: URL;
  /** Bytes of the request. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Whoever asked has gone. */
  readonly signal: AbortSignal;
  readonly sendFile: SendFile;
  sendJson(value: unknown): void;
}

/** The path, or what it begins and ends with around one id. */
export type RoutePath = string | readonly [string, string];

export interface FileRoute {
  readonly method: 'GET' | 'POST';
  readonly path: RoutePath;
  /** Resolves when all of the answer has been taken. */
  answer(studio: Studio, exchange: FileExchange, id: string): Promise<void>;
}

const [beforeId = '', afterId = ''] = runFilePath('\n').split('\n');
const [beforeExport = '', betweenExport = ''] = exportPath('\n', '\n').split('\n');

export const fileRoutes: readonly FileRoute[] = [
  {
    method: 'POST',
    path: paths.importRun,
    answer: async (studio, { body, url, signal, sendJson }) =>
      sendJson({ run: await receiveRunFile(studio, body, { url, signal }) }),
  },
  {
    method: 'GET',
    path: [beforeId, afterId],
    answer: (studio, { sendFile }, id) => sendRunFile(studio, sendFile, id),
  },
  {
    method: 'GET',
    path: [beforeExport, ''],
    answer: (studio, { sendFile }, rest) => {
      const [id = '', name = ''] = rest.split(betweenExport);
      return sendExport(studio, sendFile, id, name);
    },
  },
  ...(['series', 'runs'] as const).map((table): FileRoute => ({
    method: 'GET',
    path: csvPath(table, []).split('?')[0] ?? '',
    answer: (studio, { sendFile, url }) =>
      sendCsv(studio, sendFile, table, url.searchParams.get('ids') ?? ''),
  })),
  ...(['latex', 'html'] as const).map((format): FileRoute => ({
    method: 'GET',
    path: reportPath(format, []).split('?')[0] ?? '',
    answer: (studio, { sendFile, url }) =>
      sendReport(studio, sendFile, format, url.searchParams.get('ids') ?? ''),
  })),
];

/** The id in the path, '' if it has none; undefined: another path. */
export function matched(path: RoutePath, actual: string): string | undefined {
  if (typeof path === 'string') return path === actual ? '' : undefined;
  const [before, after] = path;
  const fits =
    actual.startsWith(before) && actual.endsWith(after) && actual.length > before.length + after.length;
  return fits ? actual.slice(before.length, actual.length - after.length) : undefined;
}
