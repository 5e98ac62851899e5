/** Folders in which a person may look for input files: below their home, where the studio was started, and its data folder. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative, isAbsolute } from 'node:path';
import { samplesOf } from '../node/samples.ts';
import type { FileEntry, FileListing } from '../shared/contract/files.ts';
import { AppError } from '../shared/errors.ts';
import { sampleReference } from '../shared/reference.ts';

const MOST_ENTRIES = 1000;

interface Root {
  readonly label: string;
  readonly path: string;
}

/** @param dataDir the studio's own folder */
export async function inputRoots(dataDir: string): Promise<readonly Root[]> {
  const candidates = [
    { label: 'Home', path: homedir() },
    { label: 'Folder in which the studio was started', path: process.cwd() },
    { label: 'Data folder', path: dataDir },
  ];
  const real = await Promise.all(
    candidates.map(async ({ label, path }) => ({ label, path: await realpath(path).catch(() => '') })),
  );
  const there = real.filter(({ path }, i) => path !== '' && real.findIndex((r) => r.path === path) === i);
  return there;
}

/**
 * @param folder absolute; empty: the samples of that kind, or the first root where `samples` is null
 * @throws AppError `precondition` outside the roots, `not-found` if there is no such folder
 */
export async function listInputFiles(
  { folder: asked, samples }: { readonly folder: string; readonly samples: string | null },
  folders: readonly Root[],
): Promise<FileListing> {
  const roots = [...(samples === null ? [] : [{ label: 'Comes with the studio', path: '' }]), ...folders];
  const folder = asked === '' && samples === null ? (folders[0]?.path ?? '') : asked;
  if (folder === '') {
    // A sample is one input, whatever files it has inside.
    const entries = samplesOf(samples ?? '').map(({ name }): FileEntry => ({
      name,
      path: sampleReference(name),
      kind: 'file',
      bytes: 0,
    }));
    return { folder, parent: null, roots, entries, truncated: false };
  }
  const real = await realpath(folder).catch((cause: unknown) => {
    throw new AppError('not-found', `${folder}: no such folder; check the path`, { path: 'folder', cause });
  });
  // After links are followed: a link out of a root leads nowhere.
  const inside = (path: string) => folders.some((root) => contains(root.path, path));
  if (!isAbsolute(folder) || !inside(real)) {
    throw new AppError(
      'precondition',
      `${folder}: only folders below ${folders.map(({ path }) => path).join(', ')} are listed; type the path of a file elsewhere`,
      { path: 'folder' },
    );
  }
  const parent = dirname(real);
  return {
    folder: real,
    parent: parent !== real && inside(parent) ? parent : null,
    roots,
    ...(await entriesOf(real)),
  };
}

function contains(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}

async function entriesOf(folder: string): Promise<{ entries: FileEntry[]; truncated: boolean }> {
  const found = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('precondition', `${folder}: it cannot be read as a folder (${reason})`, {
      path: 'folder',
      cause,
    });
  });
  const shown = found.filter(
    (entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isFile()),
  );
  const sorted = shown.sort(
    (a, b) => Number(b.isDirectory()) - Number(a.isDirectory()) || a.name.localeCompare(b.name),
  );
  const entries = await Promise.all(
    sorted.slice(0, MOST_ENTRIES).map(async (entry): Promise<FileEntry> => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return { name: entry.name, path, kind: 'folder', bytes: 0 };
      // It may be gone by now.
      const size = await stat(path).then(
        ({ size: bytes }) => bytes,
        () => 0,
      );
      return { name: entry.name, path, kind: 'file', bytes: size };
    }),
  );
  return { entries, truncated: sorted.length > MOST_ENTRIES };
}
