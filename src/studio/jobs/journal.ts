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

const GROUP_MS = 50;
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

  /** Writes what waits. False if the disk is (still) full. */
  flush(): boolean {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushedAt = performance.now();
    if (this.#broken) return false;
    try {
      this.#assertOwner();
      while (this.#entries.length > 0) this.#writeFirst();
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

  /** The leading run of points as one transaction, or one write. Entries leave the list only when they are stored. */
  #writeFirst(most = Infinity): void {
    const first = this.#entries[0];
    if (first?.kind === 'write') {
      try {
        first.apply(this.#store);
      } catch (error) {
        // That run is shown as damaged whatever happens to it; the others go on.
        if (!(error instanceof DamageError)) throw error;
      }
      this.#entries.shift();
      return;
    }
    const end = this.#entries.findIndex((entry) => entry.kind === 'write');
    const group = this.#entries
      .slice(0, Math.min(most, end === -1 ? this.#entries.length : end))
      .filter((entry) => entry.kind === 'points');
    try {
      this.#store.commit(group.map((entry) => entry.batch));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // One run's bad points must not hold up the others.
      if (group.length > 1) {
        this.#writeOneByOne(group.length);
        return;
      }
      this.#entries.shift();
      group[0]?.rejected(error.message);
      return;
    }
    this.#entries = this.#entries.slice(group.length);
    for (const entry of group) entry.committed();
  }

  #writeOneByOne(count: number): void {
    for (let i = 0; i < count; i++) this.#writeFirst(1);
  }

  /** The first entry after a while is written at once, so that a single run's points are seen without waiting. */
  #scheduleGroup(): void {
    this.#schedule(Math.max(0, GROUP_MS - (performance.now() - this.#flushedAt)));
  }

  #schedule(ms: number): void {
    if (this.#broken) return;
    this.#timer ??= setTimeout(() => this.flush(), this.#blocked ? RETRY_MS : ms);
  }
}

function isRefusal(error: unknown): error is AppError {
  if (error instanceof DamageError) return true;
  return error instanceof AppError && (error.kind === 'validation' || error.kind === 'not-found');
}
