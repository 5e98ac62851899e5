/**
 * Run files that appear in a folder, imported as they come; and runs that scripts are still writing, live: whenever the file of one is
 * written anew, its new points are taken. The folder is looked at now and then, which works on every disk, also where another
 * machine writes and the system tells nobody of it ([ADR 0021](../../docs/adr/0021-one-studio-many-doors.md)).
 */
import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFromElsewhere } from '../shared/elsewhere.ts';
import { AppError, toWireError } from '../shared/errors.ts';
import { pendingStates, type RunRecord } from '../shared/run.ts';
import { fromFileError } from '../node/file-error.ts';
import { inTemporaryFolder } from '../node/temporary-folder.ts';
import { readApart } from './files/read-apart.ts';
import type { Imports } from './imports.ts';
import type { Store } from './store/types.ts';

/** How the command line tells the window which folder it is to watch. */
export const WATCH_VARIABLE = 'GUMBEL_STUDIO_WATCH';

const LOOK_MS = 1000;
/** A script touches its file every 5 s, also while it logs nothing. */
const QUIET_MS = 30_000;
/** A file that took long to read is left alone for so many times as long: reading takes a tenth of a core at most. */
const REST = 10;
/** A look at very many new files ends, and the next one goes on with them. */
const LONGEST_MS = 2000;
/** More files than anybody means. */
const MOST_FILES = 10_000;
const ENDING = '.gsrun';

export interface WatchPlace {
  readonly store: Store;
  readonly imports: Pick<Imports, 'open'>;
  /** A file that was refused, once for each state of it; a run that came or ended. */
  onNotice(message: string): void;
}

interface Watched {
  /** Size, time and number of the file when it was last looked at. */
  seen: string;
  /** Of the file then; 0: it was not looked at. */
  number: number;
  /** The same as `seen` when it was last read; empty: never. */
  read: string;
  /** SHA-256 of what was read. */
  digest: string;
  /** Of a file that is tried again, what was said of it. */
  told: string;
  /** When it was last found to be another, by this process' clock. */
  changedAt: number;
  /** It is not read again before. */
  restsUntil: number;
  /** The run of the file, while its script goes on with it. */
  live: string | undefined;
}

/**
 * Watches a folder, with the folders in it.
 * @returns ends it: live runs are then interrupted, as nobody follows them any more
 * @throws AppError not-found or validation if there is no such folder
 */
export async function watchFolder(place: WatchPlace, folder: string): Promise<() => Promise<void>> {
  const root = resolve(folder);
  const found = await stat(root).catch((error: unknown) => {
    throw fromFileError(error, root);
  });
  if (!found.isDirectory())
    throw new AppError('validation', `${root}: expected a folder to watch`, { path: root });
  const end = new AbortController();
  const watching = watch(place, root, end.signal);
  return async () => {
    end.abort();
    await watching;
  };
}

async function watch(place: WatchPlace, root: string, signal: AbortSignal): Promise<void> {
  const files = new Map<string, Watched>();
  while (!signal.aborted) {
    const found = await runFilesBelow(root);
    const isLive = (path: string) => files.get(path)?.live !== undefined;
    const end = performance.now() + LONGEST_MS;
    // Of many new files some wait for the next look, so that the live ones do not.
    for (const path of [...found.filter(isLive), ...found.filter((path) => !isLive(path))]) {
      if (performance.now() > end) break;
      await look(place, path, files, signal);
    }
    for (const [path, watched] of files) {
      if (watched.live !== undefined && (await isQuiet(path, watched, files)))
        interrupt(place, watched.live, QUIET);
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  for (const { live } of files.values()) interrupt(place, live, 'its file is no longer watched');
}

const QUIET = `its file has not changed for ${QUIET_MS / 1000} s: the script has ended or hung`;

/** Nor has another file of the same run changed: people make copies. */
async function isQuiet(
  path: string,
  watched: Watched,
  files: ReadonlyMap<string, Watched>,
): Promise<boolean> {
  const since = performance.now() - QUIET_MS;
  if ([...files.values()].some(({ live, changedAt }) => live === watched.live && changedAt > since))
    return false;
  // It may have changed since it was looked at.
  const found = await stat(path).catch(() => undefined);
  return found === undefined || stateOf(found) === watched.seen;
}

/** One that is away for a moment, or closed to the studio, has none. Links to folders are not followed. */
async function runFilesBelow(folder: string, found: string[] = []): Promise<readonly string[]> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (found.length >= MOST_FILES) break;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await runFilesBelow(path, found);
    else if (entry.name.toLowerCase().endsWith(ENDING)) found.push(path);
  }
  return found;
}

function stateOf({ size, mtimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ino}`;
}

async function look(
  place: WatchPlace,
  path: string,
  files: Map<string, Watched>,
  signal: AbortSignal,
): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  // It was renamed or removed since the folder was read, or is something else by that name.
  if (found?.isFile() !== true) return;
  const now = performance.now();
  const seen = stateOf(found);
  const fresh: Watched = {
    ...{ seen: '', number: 0, read: '', digest: '', told: '' },
    ...{ changedAt: now, restsUntil: 0, live: undefined },
  };
  const watched = files.get(path) ?? fresh;
  files.set(path, watched);
  const changed = watched.seen !== seen;
  if (changed) Object.assign(watched, { seen, changedAt: now });
  // Copies are made bit by bit; a script puts its file in place as a whole, which is then another file of that name.
  const placed = watched.live !== undefined || (watched.number !== 0 && watched.number !== found.ino);
  watched.number = found.ino;
  if (changed && !placed) return;
  if (watched.read === seen || now < watched.restsUntil) return;
  watched.read = seen;
  try {
    signal.throwIfAborted();
    const digest = await digestOf(path);
    if (digest !== watched.digest) {
      watched.digest = digest;
      await take(place, path, watched, signal);
    } else goOn(place, watched);
    watched.told = '';
  } catch (error) {
    const { kind, message } = toWireError(error);
    // The file is as it should be, and is tried again.
    if (kind === 'disk-full') Object.assign(watched, { read: '', digest: '' });
    if (!signal.aborted && message !== watched.told) place.onNotice(`${path} was not imported: ${message}`);
    watched.told = kind === 'disk-full' ? message : '';
  }
  const end = performance.now();
  watched.restsUntil = end + REST * (end - now);
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Imports the file's run, or goes on with it. */
async function take(place: WatchPlace, path: string, watched: Watched, signal: AbortSignal): Promise<void> {
  const followed = await follow(place.store, path, signal);
  if (followed === 'older') return;
  const written = followed ?? (await place.imports.open(path, { signal, present: 'show' }));
  const { id, spec } = written;
  if (watched.live !== id) interrupt(place, watched.live, 'another run has taken its file');
  // As the file has it: an import ends what its machine had not.
  watched.live = isFromElsewhere(spec) && written.endedAt === null ? id : undefined;
  goOn(place, watched);
}

/**
 * Takes what a newer file says of a run of a script that is here.
 * @returns the run as the file has it; undefined: no such run is here; older: more of it is here than the file has, which is a copy of
 * an earlier state
 */
async function follow(
  store: Store,
  path: string,
  signal: AbortSignal,
): Promise<RunRecord | 'older' | undefined> {
  return inTemporaryFolder('gumbel-studio-', async (folder) => {
    let run: RunRecord | undefined;
    for await (const event of readApart(path, folder, signal)) {
      if (event.type === 'records') {
        const here = store.run(event.run.id);
        if (here === undefined || !isFromElsewhere(here.spec)) return undefined;
        // The clock of its script, which every version has read anew.
        if (event.run.seconds < here.seconds) return 'older';
        ({ run } = event);
        store.joinComparison(run.id, event.comparison);
      } else if (event.type === 'points' && run !== undefined) {
        const { series, steps, values } = event;
        const { metrics: last, ...progress } = progressOf(run);
        store.commit([{ runId: run.id, points: [{ series, steps, values }], last, progress }]);
      }
    }
    if (run === undefined) return undefined;
    const { metrics, ...progress } = progressOf(run);
    const { state, reason, endedAt } = run;
    const ended = pendingStates.includes(state) ? {} : { state, reason, endedAt };
    store.updateRun(run.id, { progress, metrics, ...ended });
    return run;
  });
}

function progressOf({ step, steps, seconds, stepsPerSecond, evaluations, metrics }: RunRecord) {
  return { step, steps, seconds, stepsPerSecond, evaluations, metrics };
}

/** One that somebody has deleted comes back when its script writes on. */
function goOn({ store }: WatchPlace, { live }: Watched): void {
  const state = live === undefined ? undefined : store.run(live)?.state;
  if (live === undefined || state === undefined || state === 'running') return;
  store.updateRun(live, { state: 'running', reason: '', endedAt: null });
}

function interrupt({ store }: WatchPlace, live: string | undefined, reason: string): void {
  if (live === undefined || store.run(live)?.state !== 'running') return;
  try {
    store.updateRun(live, { state: 'interrupted', reason, endedAt: Date.now() });
  } catch {
    // A full disk, of which the studio says enough: the next look tries again.
  }
}
