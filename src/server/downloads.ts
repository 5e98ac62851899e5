/** Runs as files: made in a folder of their own, sent, and removed. */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { z } from 'zod';
import type { DamagedRun } from '../shared/contract/damaged-run.ts';
import {
  importQuerySchema,
  MOST_DOWNLOADED,
  reportFiles,
  type ArchiveKind,
  type CsvTable,
  type ReportFormat,
} from '../shared/contract/http.ts';
import type { RunSummary } from '../shared/contract/run-summary.ts';
import { idSchema } from '../shared/contract/texts.ts';
import { AppError, validationError } from '../shared/errors.ts';
import type { ComparisonTarget } from '../studio/comparisons/members.ts';
import { exportRuns } from '../studio/files/export-runs.ts';
import { findRun } from '../studio/find-run.ts';
import { summaryOf } from '../studio/live/run-summary.ts';
import { writeExport } from '../studio/exports.ts';
import { ONE_COLUMN, writeFigures, writeReport } from '../studio/report/write.ts';
import type { Studio } from '../studio/studio.ts';
import { inTemporaryFolder } from '../node/temporary-folder.ts';

/** Sends a file; resolves when all of it has been taken. */
export type SendFile = (path: string, headers: Readonly<Record<string, string>>) => Promise<void>;

/** Of a comparison in the name of a file, characters. */
const LONGEST_NAME = 60;
const idsSchema = z.array(idSchema).min(1).max(MOST_DOWNLOADED);

export async function sendRunFile(studio: Studio, send: SendFile, id: string): Promise<void> {
  const checked = idSchema.safeParse(id);
  if (!checked.success) throw validationError(checked.error, 'id');
  await inFolder(async (folder) => {
    await exportRuns(studio.store, studio.dataDir, [id], folder, ['gsrun']);
    const name = `${id}.gsrun`;
    await send(join(folder, name), attachment(name, 'application/vnd.sqlite3'));
  });
}

/** @param name of one of the exports of the run's problem */
export async function sendExport(studio: Studio, send: SendFile, id: string, name: string): Promise<void> {
  const checked = idSchema.safeParse(id);
  if (!checked.success) throw validationError(checked.error, 'id');
  const run = findRun(studio.store, id);
  await inFolder(async (folder) => {
    const file = await writeExport(run, name, studio.dataDir, folder);
    const type = file.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'application/octet-stream';
    await send(join(folder, file), attachment(file, type));
  });
}

/** @param ids of runs, or of comparisons for all their runs that are not archived; separated by commas */
export async function sendCsv(studio: Studio, send: SendFile, table: CsvTable, ids: string): Promise<void> {
  const { store, dataDir } = studio;
  const { runs } = runsOf(studio, ids);
  await inFolder(async (folder) => {
    await exportRuns(store, dataDir, runs, folder, ['csv']);
    const name = `${table}.csv`;
    await send(join(folder, name), attachment(savedAs(studio, ids, name), 'text/csv; charset=utf-8'));
  });
}

/** @param ids of comparisons, each reported on, or with runs among them, which are then one choice; separated by commas */
export async function sendReport(
  studio: Studio,
  send: SendFile,
  format: ReportFormat,
  ids: string,
): Promise<void> {
  const text = await writeReport(studio.store, targetsOf(studio, ids), format);
  const name = savedAs(studio, ids, reportFiles[format]);
  const type = format === 'html' ? 'text/html; charset=utf-8' : 'application/x-tex; charset=utf-8';
  await sendText(send, name, type, text);
}

/** @param ids as `sendReport` */
export async function sendArchive(
  studio: Studio,
  send: SendFile,
  kind: ArchiveKind,
  ids: string,
): Promise<void> {
  const { store, dataDir } = studio;
  await inFolder(async (folder) => {
    const files = join(folder, 'files');
    const names =
      kind === 'figures'
        ? await figureFiles(studio, ids, files)
        : await exportRuns(store, dataDir, runsOf(studio, ids).runs, files, [kind]);
    const name = `${kind}.zip`;
    const archive = join(folder, name);
    await zipFiles(files, names, archive);
    await send(archive, attachment(savedAs(studio, ids, name), 'application/zip'));
  });
}

/** @returns names of the files */
async function figureFiles(studio: Studio, ids: string, folder: string): Promise<readonly string[]> {
  const figures = await writeFigures(studio.store, targetsOf(studio, ids), ONE_COLUMN);
  await mkdir(folder);
  for (const { name, content } of figures) await writeFile(join(folder, name), content, { mode: 0o600 });
  return figures.map(({ name }) => name);
}

function targetsOf(studio: Studio, ids: string): readonly ComparisonTarget[] {
  const { runs, damaged } = runsOf(studio, ids);
  const asked = ids.split(',');
  if (asked.every((id) => studio.store.comparison(id) !== undefined)) {
    return [...new Set(asked)].map((id) => ({ id }));
  }
  return [{ runs: [...runs, ...damaged.map(({ id }) => id)] }];
}

async function sendText(send: SendFile, name: string, type: string, text: string): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    await send(path, attachment(name, type));
  });
}

/**
 * Of each comparison those that are not archived; each once. Damaged ones are left out, and the page or the report says so.
 * @throws AppError `external` if no other is asked for
 */
function runsOf(
  { store }: Studio,
  ids: string,
): { readonly runs: readonly string[]; readonly damaged: readonly DamagedRun[] } {
  const checked = idsSchema.safeParse(ids.split(','));
  if (!checked.success) throw validationError(checked.error, 'ids');
  const runs = new Set<string>();
  const damaged = new Map<string, DamagedRun>();
  for (const id of checked.data) {
    if (store.comparison(id) === undefined) {
      const broken = store.damagedRun(id);
      if (broken === undefined) runs.add(summaryOf(store, id).id);
      else damaged.set(id, broken);
    } else {
      const stored = store.storedRuns({ comparison: id });
      for (const run of stored.runs) if (run.archivedAt === null) runs.add(run.id);
      for (const run of stored.damaged) damaged.set(run.id, run);
    }
  }
  const [first] = damaged.values();
  if (runs.size === 0 && first !== undefined) throw new AppError('external', first.damage);
  return { runs: [...runs], damaged: [...damaged.values()] };
}

/** @param bytes of a run file. Nothing in the studio changes unless all of it is good. */
export async function receiveRunFile(
  studio: Studio,
  bytes: AsyncIterable<Uint8Array>,
  { url, signal }: { readonly url: URL; readonly signal: AbortSignal },
): Promise<RunSummary> {
  const asked = importQuerySchema.safeParse(Object.fromEntries(url.searchParams));
  if (!asked.success) throw validationError(asked.error, 'the address');
  const { id, name } = asked.data;
  const run = await studio.imports.receive(bytes, {
    signal,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
  });
  return summaryOf(studio.store, run.id);
}

function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  return inTemporaryFolder('gumbel-studio-', use);
}

/** Many a comparison is exported: its name, in letters of every file system, tells one `table.tex` from another. */
function savedAs({ store }: Studio, ids: string, name: string): string {
  const plain = (store.comparison(ids)?.name ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, LONGEST_NAME)
    .replace(/-$/, '');
  return plain === '' ? name : `${plain}-${name}`;
}

function attachment(name: string, type: string): Readonly<Record<string, string>> {
  return { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` };
}

/**
 * A ZIP archive of files, written to the disk part by part: nothing has to fit into memory.
 * @param names of files in `folder`, as they are in the archive
 * @throws what reading or writing a file throws
 */
async function zipFiles(folder: string, names: readonly string[], archive: string): Promise<void> {
  const zip = new ZipFile();
  const failed = new Promise<never>((_, reject) => zip.on('error', reject));
  for (const name of names) zip.addFile(join(folder, name), name.replaceAll('\\', '/'));
  zip.end();
  await Promise.race([pipeline(zip.outputStream, createWriteStream(archive, { mode: 0o600 })), failed]);
}
