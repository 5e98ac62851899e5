/**
 * Curves of some runs in one window of steps: read once as M4 columns, then only new points are appended. When a curve has
 * grown to several times what a chart can show, it is read again; its columns do not move, so what is drawn does not jump.
 */
import type { StudioEvent } from '../../shared/contract/events.ts';
import type { Span } from '../charts/chart-data.ts';
import { studio } from './studio.svelte.ts';

export interface SeriesKey {
  readonly run: string;
  readonly name: string;
}

export interface Curve {
  readonly xs: readonly number[];
  /** NaN where a value is not finite. */
  readonly ys: readonly number[];
  /** Stored points in the window. */
  readonly count: number;
}

const EMPTY: Curve = { xs: [], ys: [], count: 0 };
/** Series in one question; the contract takes 512. */
const BATCH = 256;

export class SeriesFeed {
  #curves = $state.raw<ReadonlyMap<string, Curve>>(new Map());
  #problem = $state('');
  #loaded = $state(false);
  #keys: readonly SeriesKey[] = [];
  #window: Span | null = null;
  #columns = 0;
  #asked = '';
  #reading = 0;
  #timer = 0;
  readonly #end: () => void;

  constructor() {
    this.#end = studio.subscribe((event) => this.#take(event));
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  get problem(): string {
    return this.#problem;
  }

  curve({ run, name }: SeriesKey): Curve {
    return this.#curves.get(`${run}/${name}`) ?? EMPTY;
  }

  /** What to show; the same again changes nothing. `window` null: from step 0 to where the runs will end. */
  show(keys: readonly SeriesKey[], window: Span | null, columns: number): void {
    const asked = JSON.stringify([keys, window, columns]);
    if (asked === this.#asked || keys.length === 0 || columns < 1) return;
    this.#asked = asked;
    this.#keys = keys;
    this.#window = window;
    this.#columns = Math.min(4096, columns);
    void this.#read();
  }

  dispose(): void {
    this.#end();
    this.#reading++;
    window.clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    const reading = ++this.#reading;
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    const [keys, columns] = [this.#keys, this.#columns];
    const { from, to } = this.#window ?? { from: null, to: null };
    try {
      const batches = Array.from({ length: Math.ceil(keys.length / BATCH) }, (_, i) =>
        keys.slice(i * BATCH, (i + 1) * BATCH),
      );
      const answers = await Promise.all(
        batches.map((series) =>
          studio.call((client) => client.runs.series({ series: [...series], window: { from, to, columns } })),
        ),
      );
      if (reading !== this.#reading) return;
      this.#curves = new Map(
        answers.flatMap(({ series }) =>
          series.map(({ run, name, steps, values, count }): [string, Curve] => [
            `${run}/${name}`,
            { xs: steps, ys: values.map((value) => value ?? Number.NaN), count },
          ]),
        ),
      );
      this.#problem = '';
      this.#loaded = true;
    } catch (error) {
      if (reading === this.#reading) this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  #take(event: StudioEvent): void {
    if (event.type === 'resync' && this.#keys.length > 0) void this.#read();
    if (event.type !== 'points') return;
    const wanted = new Set(this.#keys.map(({ run, name }) => `${run}/${name}`));
    let curves: Map<string, Curve> | null = null;
    for (const { id, series } of event.runs) {
      for (const { name, steps, values, count } of series) {
        const key = `${id}/${name}`;
        if (!wanted.has(key)) continue;
        const grown = this.#grown(this.#curves.get(key) ?? EMPTY, steps, values, count);
        if (grown === null) continue;
        curves ??= new Map(this.#curves);
        curves.set(key, grown);
        if (grown.xs.length > 6 * this.#columns) this.#readSoon();
      }
    }
    if (curves !== null) this.#curves = curves;
  }

  #grown(
    old: Curve,
    steps: readonly number[],
    values: readonly (number | null)[],
    count: number,
  ): Curve | null {
    const last = old.xs.at(-1) ?? -1;
    const end = this.#window?.to ?? Infinity;
    const first = this.#window?.from ?? 0;
    const fresh = steps.flatMap((step, i) => (step > last && step >= first && step <= end ? [i] : []));
    if (fresh.length === 0) return null;
    return {
      xs: [...old.xs, ...fresh.map((i) => steps[i]!)],
      ys: [...old.ys, ...fresh.map((i) => values[i] ?? Number.NaN)],
      count: this.#window === null ? count : old.count + fresh.length,
    };
  }

  #readSoon(): void {
    if (this.#timer === 0) this.#timer = window.setTimeout(() => void this.#read(), 500);
  }
}
