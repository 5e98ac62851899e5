/** Mean curves of one series of a comparison: read again, at most once a second, while runs of it send points. */
import type { ComparisonCurve } from '../../../shared/contract/comparisons.ts';
import type { StudioEvent } from '../../../shared/contract/events.ts';
import { studio } from '../../api/studio.svelte.ts';
import type { Span } from '../../charts/chart-data.ts';

const INTERVAL_MS = 1000;

export class CurveFeed {
  #curves = $state.raw<readonly ComparisonCurve[]>([]);
  #problem = $state('');
  readonly #comparison: string;
  readonly #series: string;
  /** Ids of the comparison's runs. */
  readonly #runs: () => ReadonlySet<string>;
  #window: Span | null = null;
  #columns = 0;
  #asked = '';
  #reading = 0;
  #timer = 0;
  readonly #end: () => void;

  constructor(comparison: string, series: string, runs: () => ReadonlySet<string>) {
    this.#comparison = comparison;
    this.#series = series;
    this.#runs = runs;
    this.#end = studio.subscribe((event) => this.#take(event));
  }

  get curves(): readonly ComparisonCurve[] {
    return this.#curves;
  }

  get problem(): string {
    return this.#problem;
  }

  /** The same again changes nothing. */
  show(window: Span, columns: number): void {
    const asked = `${window.from}..${window.to}/${columns}`;
    if (asked === this.#asked || columns < 1) return;
    this.#asked = asked;
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
    const [id, series, columns] = [this.#comparison, this.#series, this.#columns];
    const { from, to } = this.#window ?? { from: null, to: null };
    try {
      const answer = await studio.call((client) =>
        client.comparisons.curves({ id, series, window: { from, to, columns } }),
      );
      if (reading !== this.#reading) return;
      this.#curves = answer.curves;
      this.#problem = '';
    } catch (error) {
      if (reading === this.#reading) this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  #take(event: StudioEvent): void {
    if (this.#columns === 0 || this.#timer !== 0) return;
    const runs = this.#runs();
    const stale =
      event.type === 'resync' ||
      (event.type === 'points' &&
        event.runs.some(
          ({ id, series }) => runs.has(id) && series.some(({ name }) => name === this.#series),
        ));
    if (!stale) return;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      void this.#read();
    }, INTERVAL_MS);
  }
}
