/**
 * What goes over plain HTTP beside the contract, and how a page in a browser gets in.
 *
 * 1. The address that the terminal prints (`/open?key=...`, good once) sets an HttpOnly cookie and leads to `/`.
 * 2. The page posts to `paths.session` (no body, JSON content type) and gets the page token, once per cookie. It keeps it in
 *    `localStorage`, which other ports cannot read (unlike cookies), and tries a kept one first.
 * 3. WebSocket: `new WebSocket(paths.socket, [SOCKET_PROTOCOL, tokenProtocol(token)])`, then
 *    `createORPCClient<StudioClient>(new RPCLink({ websocket }))`. A refused upgrade looks like a closed socket: ask
 *    `paths.session` with GET whether cookie and token still hold (200 or 401) before trying again.
 * 4. Requests that change something (the import) carry the token in the header `TOKEN_HEADER`. Downloads need the cookie only:
 *    a plain link.
 */
import { z } from 'zod';
import { importIdSchema } from './imports.ts';
import { runSummarySchema } from './run-summary.ts';

export const paths = {
  open: '/open',
  session: '/session',
  socket: '/socket',
  /**
   * POST, body: the bytes of a .gsrun file (`application/octet-stream`), answer `importedSchema`, or a WireError; in the query
   * `importQuerySchema`. Events of that id tell how far it is; ending the request, or `imports.cancel`, cancels it.
   */
  importRun: '/files/import',
} as const;

export const TOKEN_HEADER = 'x-gumbel-studio-token';
export const SOCKET_PROTOCOL = 'gumbel-studio';

export function tokenProtocol(token: string): string {
  return `token.${token}`;
}

export const sessionSchema = z.strictObject({ token: z.string() });
export const importQuerySchema = z.strictObject({
  id: importIdSchema.optional(),
  /** Of the file where it comes from, for messages. */
  name: z.string().max(200).optional(),
});
export const importedSchema = z.strictObject({ run: runSummarySchema });

/** Address of a download: all of a run as a .gsrun file. */
export function runFilePath(id: string): string {
  return `/files/runs/${id}.gsrun`;
}

/** Address of a download: what a run trained as a file of one of its problem's exports. */
export function exportPath(id: string, name: string): string {
  return `/files/exports/${id}/${name}`;
}

/** `series`: one row per run and step. `runs`: one row per run. */
export type CsvTable = 'series' | 'runs';

/** Ids in one address of a download; the command `export` takes any number. */
export const MOST_DOWNLOADED = 200;

/** Address of a download: runs, or all runs of comparisons, as CSV; at most `MOST_DOWNLOADED` ids. */
export function csvPath(table: CsvTable, ids: readonly string[]): string {
  return `/files/${table}.csv?ids=${ids.join(',')}`;
}

export const reportFiles = { latex: 'table.tex', html: 'report.html' } as const;
export type ReportFormat = keyof typeof reportFiles;

/** Address of a download: comparisons, one after another, or runs that somebody chose, as tables or a report; ids as for CSV. */
export function reportPath(format: ReportFormat, ids: readonly string[]): string {
  return `/files/${reportFiles[format]}?ids=${ids.join(',')}`;
}

/** What several files are made of: those that other programs read, run files, or the figures of a report for a paper. */
export const archiveKinds = ['figures', 'parquet', 'jsonl', 'tensorboard', 'gsrun'] as const;
export type ArchiveKind = (typeof archiveKinds)[number];

/** Address of a download: files of runs, or of comparisons, in one ZIP archive; ids as for CSV. */
export function archivePath(kind: ArchiveKind, ids: readonly string[]): string {
  return `/files/${kind}.zip?ids=${ids.join(',')}`;
}
