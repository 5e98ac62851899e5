/**
 * The way of everything that trainers report into the store: in order, grouped into one durable transaction every
 * twentieth of a second at most, acknowledged only when it is committed. While the disk is full nothing is dropped: the entries wait,
 * the owner is told, and writing goes on when there is space.
 */
import { AppError } from '../../shared/errors.ts';
import { DamageError } from '../store/checksum.ts';
import type { RunBatch, Store } from '../store/types.ts';

/** What became of points. */
export interface Receipt {
  committed(): void;
  /** The store refuses these points for what they are; they are dropped. */
  rejected(reason: string): void;
}

type Entry =
  | ({ readonly kind: 'points'; readonly batch: RunBatch } & Receipt)
  | { readonly kind: 'write'; readonly apply: (store: Store) => void };

export interface JournalEvents {
  /** The disk is full. Called once until `recovered`. */
  blocked(): void;
  recovered(): void;
  /** The store failed for another reason: nothing more can be kept. */
  failed(error: unknown): void;
}

/** An entry within a transaction, and why the store refused it; undefined: it did not. */
interface Written {
  readonly entry: Entry;
  readonly refusal: string | undefined;
}

const GROUP_MS = 50;
/** Batches of points that are written and told as one. */
const MOST_POINTS = 64;
/** For which entries are written before the transaction is brought to the disk, and others get their turn. */
const TURN_MS = 10;
const RETRY_MS = 1000;

export class Journal {
  readonly #store: Store;
  readonly #events: JournalEvents;
  readonly #assertOwner: () => void;
  #entries: Entry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushedAt = -Infinity;
  #blocked = false;
  #broken = false;

  /** @param assertOwner throws when another studio has taken the data folder (after a sleep on a network disk, say) */
  constructor(store: Store, events: JournalEvents, assertOwner: () => void) {
    this.#store = store;
    this.#assertOwner = assertOwner;
    this.#events = events;
  }

  points(batch: RunBatch, receipt: Receipt): void {
    this.#entries.push({ kind: 'points', batch, ...receipt });
    this.#scheduleGroup();
  }

  /** A change of state or a log line; takes effect after the points before it. */
  write(apply: (store: Store) => void): void {
    this.#entries.push({ kind: 'write', apply });
    this.#scheduleGroup();
  }

  get pending(): number {
    return this.#entries.length;
  }

  /** Whether what comes is stored soon: the disk is not full, and nothing is broken. */
  get storing(): boolean {
    return !this.#broken && !this.#blocked;
  }

  /** Nothing more can be kept; `failed` has said why. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Nothing more is kept from now on. */
  fail(error: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    clearTimeout(this.#timer);
    this.#events.failed(error);
  }

  /** Writes all that waits. False if the disk is (still) full. */
  flush(): boolean {
    while (this.writeSome()) if (this.#entries.length === 0) return true;
    return false;
  }

  /** Writes what is done within some milliseconds, so that whoever else has something to do gets to it. False if the disk is (still) full. */
  writeSome(): boolean {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushedAt = performance.now();
    if (this.#broken) return false;
    try {
      this.#assertOwner();
      if (this.#entries.length > 0) this.#writeGroup();
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'disk-full') {
        this.fail(error);
        return false;
      }
      if (!this.#blocked) {
        this.#blocked = true;
        this.#events.blocked();
      }
      this.#schedule(RETRY_MS);
      return false;
    }
    if (this.#blocked) {
      this.#blocked = false;
      this.#events.recovered();
    }
    return true;
  }

  /** One transaction. Entries leave the list only when they are stored. */
  #writeGroup(): void {
    let written: readonly Written[] = [];
    try {
      this.#store.together(() => {
        written = this.#writeFor(TURN_MS);
      });
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'disk-full' || this.#entries.length === 1)
        throw error;
      // What fits is stored all the same.
      this.#writeOneByOne();
      return;
    }
    this.#settle(written);
  }

  #writeOneByOne(): void {
    while (this.#entries.length > 0) {
      let written: readonly Written[] = [];
      this.#store.together(() => {
        written = this.#write(this.#entries.slice(0, 1));
      });
      this.#settle(written);
    }
  }

  /** @param ms after which nothing further is begun */
  #writeFor(ms: number): readonly Written[] {
    const until = performance.now() + ms;
    const written: Written[] = [];
    while (written.length < this.#entries.length && (written.length === 0 || performance.now() < until))
      written.push(...this.#write(this.#leading(written.length)));
    return written;
  }

  /** From there on a row of points, which are written and told as one, or a write. */
  #leading(from: number): readonly Entry[] {
    const row = this.#entries.slice(from, from + MOST_POINTS);
    const end = row.findIndex((entry) => entry.kind === 'write');
    return end === -1 ? row : row.slice(0, Math.max(1, end));
  }

  /** Points alone, or one write. One run's bad points, or its damage, must not hold up the others. */
  #write(entries: readonly Entry[]): readonly Written[] {
    const points = entries.filter((entry) => entry.kind === 'points');
    try {
      if (points.length > 0) this.#store.commit(points.map(({ batch }) => batch));
      else for (const entry of entries) if (entry.kind === 'write') entry.apply(this.#store);
    } catch (error) {
      // A change of state is refused for nothing else.
      if (!(error instanceof DamageError) && !(points.length > 0 && isRefusal(error))) throw error;
      if (entries.length > 1) return entries.flatMap((entry) => this.#write([entry]));
      return entries.map((entry) => ({ entry, refusal: error.message }));
    }
    return entries.map((entry) => ({ entry, refusal: undefined }));
  }

  /** These are durable. */
  #settle(written: readonly Written[]): void {
    this.#entries = this.#entries.slice(written.length);
    // Before anybody adds to them, which would wait for a group.
    if (this.#entries.length > 0) this.#schedule(0);
    for (const { entry, refusal } of written) {
      if (entry.kind === 'write') continue;
      if (refusal === undefined) entry.committed();
      else entry.rejected(refusal);
    }
  }

  /** The first entry after a while is written at once, so that a single run's points are seen without waiting. */
  #scheduleGroup(): void {
    this.#schedule(Math.max(0, GROUP_MS - (performance.now() - this.#flushedAt)));
  }

  #schedule(ms: number): void {
    if (this.#broken) return;
    this.#timer ??= setTimeout(() => this.writeSome(), this.#blocked ? RETRY_MS : ms);
  }
}

function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && (error.kind === 'validation' || error.kind === 'not-found');
}
