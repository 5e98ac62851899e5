/**
 * Run files on their way into the data folder, and files of other programs, of which run files are made (files/foreign), read in a
 * process apart (files/reader-process.ts). What comes of one lies in a staging folder and in staged series, which nobody else knows of,
 * until one step puts it in its place: whatever goes wrong before leaves nothing, and nobody removes what is not his own.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import type { ImportUnderWay } from '../shared/contract/imports.ts';
import { AppError } from '../shared/errors.ts';
import type { KeptPicture } from '../shared/pictures/kept.ts';
import type { RunRecord } from '../shared/run.ts';
import { foreignOptionsSchema, type ForeignOptions } from '../shared/foreign-columns.ts';
import { convertApart, readApart, type FileEvent } from './files/read-apart.ts';
import { beginsAsDatabase } from './files/run-file-header.ts';
import type { EventFeed } from './live/event-feed.ts';
import { fromFileError } from '../node/file-error.ts';
import type { Store } from './store/types.ts';
import { cancelled, limited, putInPlace, settled } from './import-place.ts';
import { Turns } from './turns.ts';

/** In the data folder, and so on one file system with what it becomes. */
const FOLDER = 'imports';
/** Read at once; the others wait for their turn. */
const AT_ONCE = 2;
/** Between two words on the progress of one import. */
const TOLD_MS = 250;
/** Part of the work that checking is; storing is the rest. */
const CHECKING = 0.5;
/** And, of a file of another program, that making run files of it is. */
const MAKING = 0.25;

export interface ImportOptions {
  /** Whoever begins an import may name it, to know it again among those under way. */
  readonly id?: string;
  /** What the file is called where it comes from. */
  readonly name?: string;
  readonly signal?: AbortSignal;
  /** A run that is here already: a conflict, or what was wanted. */
  readonly present?: 'refuse' | 'show';
  /** What a person says of a file of another program. */
  readonly foreign?: ForeignOptions;
  /** 0 to 1. */
  onProgress?(share: number): void;
}

interface Work {
  shown: ImportUnderWay;
  readonly cancelling: AbortController;
  readonly signal: AbortSignal;
  toldAt: number;
  /** Where the file under way begins in all of the work, and its part of it. */
  stage: { readonly from: number; readonly part: number };
  readonly present: 'refuse' | 'show';
  readonly foreign: ForeignOptions;
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
    return this.#work(named, async (work, folder) => this.#take(path, folder, work));
  }

  /**
   * The runs of a file or folder on this machine: one of a run file, some of what another program wrote.
   * @throws as `receive`; of several runs, all are new here or nothing is imported
   */
  openAll(path: string, options: ImportOptions = {}): Promise<readonly RunRecord[]> {
    const named = { name: basename(path), ...options };
    return this.#work(named, (work, folder) => this.#takeAll(path, path, folder, work));
  }

  /**
   * A run file that somebody sends, or a file of another program; of several runs the first is returned.
   * @throws AppError validation if it is not a whole run file, conflict if the run is here already or on its way, cancelled,
   * disk-full, external
   */
  receive(bytes: AsyncIterable<Uint8Array>, options: ImportOptions = {}): Promise<RunRecord> {
    const named = { name: 'the file', ...options };
    return this.#work(named, async (work, folder) => {
      const path = join(folder, 'received.gsrun');
      try {
        await pipeline(bytes, limited, createWriteStream(path, { mode: 0o600 }), { signal: work.signal });
        const [run] = await this.#takeAll(path, named.name, folder, work);
        return run!;
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

  async #work<T>(
    {
      id = randomUUID(),
      name = '',
      signal,
      present = 'refuse',
      foreign = foreignOptionsSchema.parse({}),
      onProgress = () => undefined,
    }: ImportOptions,
    use: (work: Work, folder: string) => Promise<T>,
  ): Promise<T> {
    if (this.#closed) throw new AppError('precondition', 'the studio is ending; nothing was imported');
    if (this.#underWay.has(id)) throw new AppError('conflict', `an import called ${id} is already under way`);
    const cancelling = new AbortController();
    const either = signal === undefined ? cancelling.signal : AbortSignal.any([cancelling.signal, signal]);
    const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
    const shown: ImportUnderWay = { id, name: name.slice(0, 200), state: 'under-way', share: 0 };
    const work: Work = {
      shown,
      cancelling,
      signal: either,
      present,
      foreign,
      toldAt: 0,
      stage: { from: 0, part: 1 },
      onProgress,
      ended,
    };
    this.#underWay.set(id, work);
    this.#tell(work, {});
    try {
      const made = await this.#inFolder((folder) => use(work, folder));
      this.#tell(work, { state: 'done', share: 1 });
      return made;
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

  /** @param name what the file is called where it comes from. @param folder that of this import alone */
  async #takeAll(path: string, name: string, folder: string, work: Work): Promise<readonly RunRecord[]> {
    // What calls itself a run file is refused as one.
    if (beginsAsDatabase(path) || name.toLowerCase().endsWith('.gsrun'))
      return [await this.#take(path, folder, work)];
    const made = join(folder, 'made');
    mkdirSync(made);
    const files = await convertApart({
      ...{ path, name, folder: made, options: work.foreign, signal: work.signal },
      onProgress: (share) => this.#progress(work, MAKING * share),
    });
    const here = files.find(({ run }) => this.#place.store.run(run) !== undefined);
    if (here !== undefined && work.present === 'refuse') {
      throw new AppError(
        'conflict',
        `${path}: run ${here.run} is already in this data folder; nothing was imported. Delete it to import the file again`,
      );
    }
    const runs: RunRecord[] = [];
    const part = (1 - MAKING) / files.length;
    for (const [i, file] of files.entries()) {
      work.stage = { from: MAKING + i * part, part };
      const own = join(folder, basename(file.path, '.gsrun'));
      mkdirSync(own);
      runs.push(await this.#take(file.path, own, work));
    }
    return runs;
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
      // What a file says trains its runs is not done here: whoever resumes one trains it on this machine.
      const comparison = { ...records.comparison, executor: null };
      return putInPlace(settled(records.run), this.#place.dataDir, folder, (run) =>
        staged.adopt(run, comparison, pictures),
      );
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
        `${path}: run ${id} is already being imported; nothing was imported twice`,
      );
    this.#claimed.add(id);
  }

  #progress(work: Work, done: number): void {
    const { from, part } = work.stage;
    const share = from + part * done;
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
