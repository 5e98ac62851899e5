/**
 * Small curves of the runs in view. One question for all rows that came into view, a moment after scrolling rests; what was
 * read is kept, and grows with the points that the studio tells, without asking again.
 */
import type { StudioEvent } from '../../../shared/contract/events.ts';
import { studio } from '../../api/studio.svelte.ts';
import { appended, EMPTY_SPARK, type Spark } from './sparkline.ts';

export interface SparkKey {
  readonly run: string;
  /** Name of the series. */
  readonly name: string;
  /** Steps that the run will have. */
  readonly steps: number;
}

interface Entry extends SparkKey {
  spark: Spark;
}

const RESTING_MS = 60;
/** Of each the studio answers at most four points. */
const COLUMNS = 32;
/** The contract takes no more series in one question. */
const MOST_ASKED = 512;
const MOST_KEPT = 4000;

export class SparklineFeed {
  #sparks = $state.raw<ReadonlyMap<string, Spark>>(new Map());
  readonly #entries = new Map<string, Entry>();
  readonly #end: () => void;
  #wanted: readonly SparkKey[] = [];
  #timer = 0;
  #frame = 0;
  #disposed = false;

  constructor() {
    this.#end = studio.subscribe((event) => this.#take(event));
  }

  of(run: string): Spark {
    return this.#sparks.get(run) ?? EMPTY_SPARK;
  }

  /** The rows in view. */
  show(wanted: readonly SparkKey[]): void {
    this.#wanted = wanted.slice(0, MOST_ASKED);
    window.clearTimeout(this.#timer);
    if (this.#missing().length > 0)
      this.#timer = window.setTimeout(() => void this.#readMissing(), RESTING_MS);
  }

  dispose(): void {
    this.#disposed = true;
    this.#end();
    window.clearTimeout(this.#timer);
    window.cancelAnimationFrame(this.#frame);
  }

  #missing(): readonly SparkKey[] {
    return this.#wanted.filter(({ run, name }) => this.#entries.get(run)?.name !== name);
  }

  async #readMissing(): Promise<void> {
    const asked = this.#missing();
    if (asked.length === 0) return;
    if (this.#entries.size > MOST_KEPT) this.#entries.clear();
    // From now on what is told is kept, so that nothing is lost between the question and its answer.
    for (const key of asked) this.#entries.set(key.run, { ...key, spark: EMPTY_SPARK });
    try {
      const { series } = await studio.call((client) =>
        client.runs.series({
          series: asked.map(({ run, name }) => ({ run, name })),
          window: { from: null, to: null, columns: COLUMNS },
        }),
      );
      for (const { run, name, steps, values } of series) {
        const entry = this.#entries.get(run);
        if (entry?.name !== name) continue;
        const read = { steps, values: values.map((value) => value ?? Number.NaN) };
        entry.spark = appended(read, entry.spark.steps, entry.spark.values, entry.steps);
      }
      this.#publish();
    } catch {
      // The studio is away, or one of the runs is gone: asked again when the rows in view change, or after a resync.
      for (const { run } of asked) this.#entries.delete(run);
    }
  }

  #take(event: StudioEvent): void {
    if (event.type === 'resync') {
      this.#entries.clear();
      void this.#readMissing();
    } else if (event.type === 'removed') {
      for (const id of event.runs) this.#entries.delete(id);
    } else if (event.type === 'points') {
      for (const { id, series } of event.runs) {
        const entry = this.#entries.get(id);
        const own = series.find(({ name }) => name === entry?.name);
        if (entry === undefined || own === undefined) continue;
        entry.spark = appended(entry.spark, own.steps, own.values, entry.steps);
        this.#publish();
      }
    }
  }

  #publish(): void {
    if (this.#frame !== 0 || this.#disposed) return;
    this.#frame = window.requestAnimationFrame(() => {
      this.#frame = 0;
      this.#sparks = new Map([...this.#entries].map(([run, { spark }]) => [run, spark]));
    });
  }
}
