/**
 * Run files on their way into the data folder, each read in a process of its own. What comes of one lies in a staging folder and
 * in staged series, which nobody else knows of, until one step puts it in its place; whatever goes wrong before that, or
 * cancelling, leaves nothing, and nobody removes what is not his own.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import type { ImportUnderWay } from '../shared/contract/imports.ts';
import { AppError } from '../shared/errors.ts';
import type { KeptPicture } from '../shared/pictures/kept.ts';
import { pendingStates, type RunRecord } from '../shared/run.ts';
import { syncFolder } from './files/atomic-file.ts';
import { readApart, type FileEvent } from './files/read-apart.ts';
import { runFileLimits } from './files/run-file-format.ts';
import type { EventFeed } from './live/event-feed.ts';
import { fromFileError } from '../node/file-error.ts';
import { folderWithin } from './store/data-folder-lock.ts';
import type { Store } from './store/types.ts';
import { Turns } from './turns.ts';

/** In the data folder, and so on one file system with what it becomes. */
const FOLDER = 'imports';
/** Read at once; the others wait for their turn. */
const AT_ONCE = 2;
/** Between two words on the progress of one import. */
const TOLD_MS = 250;
/** Part of the work that checking is; storing is the rest. */
const CHECKING = 0.5;

export interface ImportOptions {
  /** Whoever begins an import may name it, to know it again among those under way. */
  readonly id?: string;
  /** What the file is called where it comes from. */
  readonly name?: string;
  readonly signal?: AbortSignal;
  /** A run that is here already: a conflict, or what was wanted. */
  readonly present?: 'refuse' | 'show';
  /** 0 to 1. */
  onProgress?(share: number): void;
}

interface Work {
  shown: ImportUnderWay;
  readonly cancelling: AbortController;
  readonly signal: AbortSignal;
  toldAt: number;
  readonly present: 'refuse' | 'show';
  readonly onProgress: (share: number) => void;
  readonly ended: Promise<unknown>;
}

export class Imports {
  readonly #place: { readonly store: Store; readonly dataDir: string; readonly feed: EventFeed };
  readonly #underWay = new Map<string, Work>();
  /** Runs that an import is about to make. */
  readonly #claimed = new Set<string>();
  readonly #turns = new Turns(AT_ONCE);
  #closed = false;

  /** The folder's lock is held: what lies in the staging folder belongs to a studio that is gone. */
  constructor(place: { readonly store: Store; readonly dataDir: string; readonly feed: EventFeed }) {
    this.#place = place;
    rmSync(join(place.dataDir, FOLDER), { recursive: true, force: true });
  }

  get underWay(): readonly ImportUnderWay[] {
    return [...this.#underWay.values()].map(({ shown }) => shown);
  }

  /** A run file on this machine. @throws as `receive` */
  open(path: string, options: ImportOptions = {}): Promise<RunRecord> {
    const named = { name: basename(path), ...options };
    return this.#work(named, (work, folder) => this.#take(path, folder, work));
  }

  /**
   * A run file that somebody sends.
   * @throws AppError validation if it is not a whole run file, conflict if the run is here already or on its way, cancelled,
   * disk-full, external
   */
  receive(bytes: AsyncIterable<Uint8Array>, options: ImportOptions = {}): Promise<RunRecord> {
    const named = { name: 'the file', ...options };
    return this.#work(named, async (work, folder) => {
      const path = join(folder, 'received.gsrun');
      try {
        await pipeline(bytes, limited, createWriteStream(path, { mode: 0o600 }), { signal: work.signal });
        return await this.#take(path, folder, work);
      } catch (error) {
        if (work.signal.aborted) throw cancelled();
        const told = fromFileError(error, path);
        if (!(told instanceof AppError)) throw error;
        // The sender knows its file by another name.
        throw new AppError(told.kind, told.message.replaceAll(path, named.name), { cause: error });
      }
    });
  }

  /** What is not under way (any more) is left alone. */
  cancel(id: string): void {
    this.#underWay.get(id)?.cancelling.abort();
  }

  /** Cancels all of them, and waits until nothing of them is left. */
  async close(): Promise<void> {
    this.#closed = true;
    const left = [...this.#underWay.values()];
    for (const { cancelling } of left) cancelling.abort();
    await Promise.allSettled(left.map(({ ended }) => ended));
  }

  async #work(
    { id = randomUUID(), name = '', signal, present = 'refuse', onProgress = () => undefined }: ImportOptions,
    use: (work: Work, folder: string) => Promise<RunRecord>,
  ): Promise<RunRecord> {
    if (this.#closed) throw new AppError('precondition', 'the studio is ending; nothing was imported');
    if (this.#underWay.has(id)) throw new AppError('conflict', `an import called ${id} is under way already`);
    const cancelling = new AbortController();
    const either = signal === undefined ? cancelling.signal : AbortSignal.any([cancelling.signal, signal]);
    const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
    const shown: ImportUnderWay = { id, name: name.slice(0, 200), state: 'under-way', share: 0 };
    const work: Work = { shown, cancelling, signal: either, present, toldAt: 0, onProgress, ended };
    this.#underWay.set(id, work);
    this.#tell(work, {});
    try {
      const run = await this.#inFolder((folder) => use(work, folder));
      this.#tell(work, { state: 'done', share: 1 });
      return run;
    } catch (error) {
      this.#tell(work, { state: either.aborted ? 'cancelled' : 'failed' });
      throw error;
    } finally {
      this.#underWay.delete(id);
      end(undefined);
    }
  }

  async #inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
    const parent = join(this.#place.dataDir, FOLDER);
    let folder: string;
    try {
      await mkdir(parent, { recursive: true });
      folder = await mkdtemp(join(parent, 'import-'));
    } catch (error) {
      throw fromFileError(error, parent);
    }
    try {
      return await use(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** @param folder that of this import alone */
  async #take(path: string, folder: string, work: Work): Promise<RunRecord> {
    await this.#turns.take(work.signal, cancelled);
    const staged = this.#place.store.stage();
    let claimed: string | undefined;
    try {
      const made = join(folder, 'run');
      mkdirSync(made);
      let records: Extract<FileEvent, { type: 'records' }> | undefined;
      let stored = 0;
      const pictures: KeptPicture[] = [];
      const lasts = new Map<string, number>();
      for await (const event of readApart(path, made, work.signal)) {
        if (event.type === 'checked') {
          this.#progress(work, CHECKING * event.share);
        } else if (event.type === 'records') {
          const here = this.#place.store.run(event.run.id);
          if (here !== undefined && work.present === 'show') return here;
          this.#claim(event.run.id, path);
          claimed = event.run.id;
          records = event;
        } else if (event.type === 'pictures') {
          const { kept, content } = event;
          pictures.push(...kept.map((one) => ({ ...one, content })));
        } else {
          const { series, steps, values } = event;
          if (!((steps[0] ?? -1) > (lasts.get(series) ?? -1)))
            throw new AppError('validation', `${path}: series ${series} is not sorted`);
          lasts.set(series, steps.at(-1) ?? -1);
          staged.append(series, { steps, values });
          stored += steps.length;
          this.#progress(work, CHECKING + ((1 - CHECKING) * stored) / Math.max(1, records?.points ?? 0));
          await nextTurn();
        }
      }
      if (work.signal.aborted) throw cancelled();
      if (records === undefined) throw new AppError('internal', `${path}: nothing was read`);
      const { comparison } = records;
      return this.#putInPlace(settled(records.run), folder, (run) => staged.adopt(run, comparison, pictures));
    } catch (error) {
      while (staged.discardSome()) await nextTurn();
      throw error;
    } finally {
      if (claimed !== undefined) this.#claimed.delete(claimed);
      this.#turns.end();
    }
  }

  /** @throws AppError conflict */
  #claim(id: string, path: string): void {
    if (this.#place.store.run(id) !== undefined)
      throw new AppError(
        'conflict',
        `${path}: run ${id} is already in this data folder; nothing was imported`,
      );
    if (this.#claimed.has(id))
      throw new AppError(
        'conflict',
        `${path}: run ${id} is being imported already; nothing was imported twice`,
      );
    this.#claimed.add(id);
  }

  /** Without a pause: nobody sees the one without the other. */
  #putInPlace(run: RunRecord, folder: string, adopt: (run: RunRecord) => void): RunRecord {
    const { dataDir } = this.#place;
    const made = join(folder, 'run');
    const place = join(dataDir, 'runs', run.id);
    try {
      const runs = folderWithin(dataDir, 'runs');
      // Of a run that is not in the store: what was left when one was removed, or an import was cut short. It goes with this
      // import's own folder.
      if (existsSync(place)) renameSync(place, join(folder, 'left'));
      renameSync(made, place);
      syncFolder(runs);
    } catch (error) {
      throw fromFileError(error, place);
    }
    try {
      adopt(run);
    } catch (error) {
      renameSync(place, made);
      throw error;
    }
    return run;
  }

  #progress(work: Work, share: number): void {
    work.onProgress(share);
    const now = performance.now();
    if (now - work.toldAt < TOLD_MS) return;
    work.toldAt = now;
    this.#tell(work, { share: Math.min(1, share) });
  }

  #tell(work: Work, change: Partial<ImportUnderWay>): void {
    work.shown = { ...work.shown, ...change };
    this.#place.feed.publish({ type: 'import', import: work.shown });
  }
}

/** A pending state ended with the machine that it was live on. */
function settled(run: RunRecord): RunRecord {
  const ended = pendingStates.includes(run.state)
    ? { state: 'interrupted' as const, reason: 'exported before it had ended' }
    : {};
  return { ...run, ...ended, archivedAt: null };
}

function cancelled(): AppError {
  return new AppError('cancelled', 'the import was cancelled; nothing of it is kept');
}

/** Passes bytes on until there are too many. */
async function* limited(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const most = runFileLimits.bytes;
  let taken = 0;
  for await (const chunk of chunks) {
    taken += chunk.length;
    if (taken > most)
      throw new AppError('validation', `the file has more than the ${most} bytes that a run file may have`);
    yield chunk;
  }
}
