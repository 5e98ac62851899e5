/**
 * Points and kept pictures on their way to the studio: gathered, sent in batches, held until acknowledged. A series' points leave
 * in order of their steps.
 */
import type { KeptPicture } from '../shared/pictures/kept.ts';
import type { Metrics } from '../shared/run.ts';
import { isRepeated } from '../shared/series.ts';
import type { Points, Progress } from '../shared/training-session.ts';
import type { RunChannel } from './channel.ts';

/** Milliseconds between two batches: 17 messages a second at most, beside the heartbeat (docs/performance-log.md). */
const INTERVAL_MS = 60;
/** Unacknowledged batches at which training waits for the studio. */
const HIGH_WATER = 50;
/** The same of the bytes of unacknowledged pictures. */
const HIGH_WATER_BYTES = 32 * 2 ** 20;

interface Batch {
  readonly points: readonly Points[];
  readonly pictures: readonly KeptPicture[];
}

export class Outbox {
  readonly #channel: RunChannel;
  readonly #open = new Map<string, { steps: number[]; values: number[] }>();
  #openPictures: KeptPicture[] = [];
  readonly #unacknowledged = new Map<number, Batch>();
  readonly #waiters = new Set<() => void>();
  readonly #lastStep = new Map<string, number>();
  #last: Metrics = {};
  #sentAt = -Infinity;
  /** When the oldest of what is open came in, milliseconds since 1970. */
  #openedAt = 0;

  constructor(channel: RunChannel) {
    this.#channel = channel;
  }

  get last(): Metrics {
    return this.#last;
  }

  get congested(): boolean {
    if (this.#unacknowledged.size >= HIGH_WATER) return true;
    const bytes = this.unacknowledgedPictures().reduce((sum, { content }) => sum + content.byteLength, 0);
    return this.#unacknowledged.size > 0 && bytes >= HIGH_WATER_BYTES;
  }

  get empty(): boolean {
    return this.#unacknowledged.size === 0 && !this.#hasOpen;
  }

  /** Last values of an earlier attempt. */
  recall(last: Metrics): void {
    this.#last = { ...last };
  }

  add(step: number, values: Readonly<Record<string, number>>): void {
    for (const [series, value] of Object.entries(values)) {
      this.#append(series, step, value);
      this.#last[series] = Number.isFinite(value) ? value : null;
    }
  }

  /** Points of an earlier attempt that the studio had not acknowledged. */
  addPoints(points: readonly Points[]): void {
    for (const { series, steps, values } of points) {
      for (const [i, step] of steps.entries()) this.#append(series, step, values[i] ?? Number.NaN);
    }
  }

  addPictures(pictures: readonly KeptPicture[]): void {
    if (!this.#hasOpen) this.#openedAt = Date.now();
    this.#openPictures.push(...pictures);
  }

  get #hasOpen(): boolean {
    return this.#open.size > 0 || this.#openPictures.length > 0;
  }

  #append(series: string, step: number, value: number): void {
    if (isRepeated(step, this.#lastStep.get(series))) return;
    this.#lastStep.set(series, step);
    if (!this.#hasOpen) this.#openedAt = Date.now();
    const column = this.#open.get(series) ?? { steps: [], values: [] };
    column.steps.push(step);
    column.values.push(value);
    this.#open.set(series, column);
  }

  flushIfDue(now: number, progress: Progress): void {
    if (this.#hasOpen && now - this.#sentAt >= INTERVAL_MS) this.flush(now, progress);
  }

  flush(now: number, progress: Progress): void {
    if (!this.#hasOpen) return;
    const batch = { points: this.#columns(), pictures: this.#openPictures };
    this.#open.clear();
    this.#openPictures = [];
    const seq = this.#channel.send({
      type: 'metrics',
      ...batch,
      madeAt: this.#openedAt,
      last: { ...this.#last },
      progress,
    });
    this.#unacknowledged.set(seq, batch);
    this.#sentAt = now;
  }

  acknowledge(seq: number): void {
    this.#unacknowledged.delete(seq);
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }

  /** Resolves at the next acknowledgement or after `ms`. */
  async nextAcknowledgement(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      const waiters = this.#waiters;
      function done() {
        clearTimeout(timer);
        waiters.delete(done);
        resolve();
      }
      waiters.add(done);
    });
  }

  /** All points that the studio may not have stored, in order. */
  unacknowledged(): Points[] {
    return [...[...this.#unacknowledged.values()].flatMap(({ points }) => points), ...this.#columns()];
  }

  /** The same of pictures. */
  unacknowledgedPictures(): KeptPicture[] {
    return [...[...this.#unacknowledged.values()].flatMap(({ pictures }) => pictures), ...this.#openPictures];
  }

  #columns(): Points[] {
    return [...this.#open].map(([series, column]) => ({
      series,
      steps: Float64Array.from(column.steps),
      values: Float64Array.from(column.values),
    }));
  }
}
