/**
 * Everything that changes, as one numbered sequence with a bounded tail in memory. A reader pulls from its own place in the
 * tail, so that a slow one costs nothing: one that falls out of the tail is told to read everything anew (`resync`).
 */
import { randomUUID } from 'node:crypto';
import type { StudioEvent } from '../../shared/contract/events.ts';

type Unplaced<E> = E extends unknown ? Omit<E, 'cursor'> : never;
/** An event before the feed gives it its place. */
export type NewStudioEvent = Unplaced<Exclude<StudioEvent, { type: 'resync' }>>;

export interface FeedLimits {
  readonly events: number;
  /** Numbers in the points of all kept events. */
  readonly points: number;
}

const defaultLimits: FeedLimits = { events: 5000, points: 500_000 };

export class EventFeed {
  /** Tells cursors of this studio from those of one that has ended. */
  readonly #epoch = randomUUID().slice(0, 8);
  readonly #limits: FeedLimits;
  readonly #waiting = new Set<() => void>();
  #kept: { readonly event: StudioEvent; readonly points: number }[] = [];
  #points = 0;
  /** Number of the newest event; the first is 1. */
  #newest = 0;
  #closed = false;

  constructor(limits: FeedLimits = defaultLimits) {
    this.#limits = limits;
  }

  /** The place after the newest event. */
  get cursor(): string {
    return `${this.#epoch}.${this.#newest}`;
  }

  publish(event: NewStudioEvent): void {
    if (this.#closed) return;
    this.#newest += 1;
    const points = pointsOf(event);
    this.#kept.push({ event: { ...event, cursor: this.cursor }, points });
    this.#points += points;
    while (this.#kept.length > this.#limits.events || this.#points > this.#limits.points) {
      this.#points -= this.#kept.shift()?.points ?? 0;
    }
    this.#wake();
  }

  /** Ends every reader. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** All events after `cursor` (null: from now on), until the signal or `close`. */
  async *read(cursor: string | null, signal?: AbortSignal): AsyncGenerator<StudioEvent, void, void> {
    let place = cursor === null ? this.#newest : this.#placeOf(cursor);
    while (!this.#closed && signal?.aborted !== true) {
      const oldest = this.#newest - this.#kept.length;
      if (place === undefined || place < oldest) {
        place = this.#newest;
        yield { type: 'resync', cursor: this.cursor };
        continue;
      }
      const next = this.#kept[place - oldest];
      if (next === undefined) {
        await this.#news(signal);
        continue;
      }
      place += 1;
      yield next.event;
    }
  }

  /** undefined: not a place of this feed. */
  #placeOf(cursor: string): number | undefined {
    const [epoch, number = ''] = cursor.split('.');
    const place = /^\d{1,15}$/.test(number) ? Number(number) : Infinity;
    return epoch === this.#epoch && place <= this.#newest ? place : undefined;
  }

  #news(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal?.addEventListener('abort', done);
    });
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}

function pointsOf(event: NewStudioEvent): number {
  if (event.type !== 'points') return 0;
  return event.runs.reduce(
    (sum, { series }) => series.reduce((inner, { steps }) => inner + 2 * steps.length, sum),
    0,
  );
}
