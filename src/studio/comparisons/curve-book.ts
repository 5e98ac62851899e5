/**
 * Moments of series over runs for whoever draws curves of them, kept between questions: each stored point is read once, however
 * many pages ask and however often. Told by the studio's events which runs have new points; others are not looked at.
 */
import type { StudioEvent } from '../../shared/contract/events.ts';
import { SECONDS, wallTime } from '../files/wall-time.ts';
import type { ReadableStore, Series } from '../store/types.ts';
import { Moments } from './moments.ts';

/** Wall time is no stored series: it is made of the training time and the log. */
export const WALL = 'wall time';
/** Rows of all moments together, some 100 bytes each. */
const MOST_ROWS = 2_000_000;

interface Entry {
  readonly series: string;
  readonly runs: readonly string[];
  readonly moments: Moments;
  /** Places in `runs` of those that may have points which are not in yet. */
  readonly stale: Set<number>;
}

export class CurveBook {
  readonly #store: Pick<ReadableStore, 'readSeries' | 'events'>;
  readonly #mostRows: number;
  /** By series and runs, the least recently asked first. */
  readonly #entries = new Map<string, Entry>();

  constructor(store: Pick<ReadableStore, 'readSeries' | 'events'>, mostRows = MOST_ROWS) {
    this.#store = store;
    this.#mostRows = mostRows;
  }

  /** Moments over all that is stored now. */
  moments(runs: readonly string[], series: string): Moments {
    const key = JSON.stringify([series, ...runs]);
    const entry = this.#entries.get(key) ?? {
      series,
      runs,
      moments: new Moments(runs.length),
      stale: new Set(runs.keys()),
    };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const place of entry.stale) {
      const { steps, values } = this.#read(runs[place]!, series, entry.moments.end(place) + 1);
      entry.moments.add(place, steps, values);
    }
    entry.stale.clear();
    this.#makeRoom();
    return entry.moments;
  }

  /** What was written to the store. */
  take(event: StudioEvent): void {
    if (event.type === 'resync') this.#entries.clear();
    else if (event.type === 'removed') this.#forget(new Set(event.runs));
    else if (event.type === 'points') {
      const fresh = new Map(
        event.runs.map(({ id, series }) => [id, new Set(series.map(({ name }) => name))]),
      );
      for (const { series, runs, stale } of this.#entries.values()) {
        const stored = series === WALL ? SECONDS : series;
        for (const [place, id] of runs.entries()) if (fresh.get(id)?.has(stored) === true) stale.add(place);
      }
    }
  }

  /** A run that is gone may come back from a file, with other points. */
  #forget(gone: ReadonlySet<string>): void {
    for (const [key, { runs }] of this.#entries) {
      if (runs.some((id) => gone.has(id))) this.#entries.delete(key);
    }
  }

  #read(run: string, series: string, from: number): Series {
    const range = { from, to: Number.MAX_SAFE_INTEGER };
    if (series !== WALL) return this.#store.readSeries(run, series, range);
    const seconds = this.#store.readSeries(run, SECONDS, range);
    return seconds.steps.length === 0 ? seconds : wallTime(seconds, this.#store.events(run));
  }

  /** The newest entry stays, whatever its size. */
  #makeRoom(): void {
    let rows = 0;
    for (const { moments } of this.#entries.values()) rows += moments.size;
    for (const [key, { moments }] of this.#entries) {
      if (rows <= this.#mostRows || this.#entries.size === 1) return;
      rows -= moments.size;
      this.#entries.delete(key);
    }
  }
}
