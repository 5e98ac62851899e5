/** Mean curves of one series of a comparison: read again, at most once a second, while runs of it send points. */
import type { ComparisonCurve } from '../../../shared/contract/comparisons.ts';
import type { StudioEvent } from '../../../shared/contract/events.ts';
import { CurveReader } from '../../api/curve-reader.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';
import type { Span } from '../../charts/chart-data.ts';

const INTERVAL_MS = 1000;
const MOST_COLUMNS = 4096;

interface Question {
  readonly id: string;
  readonly series: string;
  readonly window: Span & { readonly columns: number };
}

export class CurveFeed {
  #curves = $state.raw<readonly ComparisonCurve[]>([]);
  readonly #comparison: string;
  readonly #series: string;
  /** Ids of the comparison's runs. */
  readonly #runs: () => ReadonlySet<string>;
  readonly #reader: CurveReader<Question, readonly ComparisonCurve[]>;

  constructor(comparison: string, series: string, runs: () => ReadonlySet<string>) {
    this.#comparison = comparison;
    this.#series = series;
    this.#runs = runs;
    this.#reader = new CurveReader<Question, readonly ComparisonCurve[]>({
      ask: async (question) =>
        (await studio.call((client) => client.comparisons.curves({ ...question }))).curves,
      take: (curves) => (this.#curves = curves),
      hear: (event) => {
        if (this.#isNews(event)) this.#reader.readAfter(INTERVAL_MS);
      },
    });
  }

  get curves(): readonly ComparisonCurve[] {
    return this.#curves;
  }

  get problem(): string {
    return this.#reader.problem;
  }

  /** The same again changes nothing. */
  show(window: Span, columns: number): void {
    if (columns < 1) return;
    this.#reader.show({
      id: this.#comparison,
      series: this.#series,
      window: { from: window.from, to: window.to, columns: Math.min(MOST_COLUMNS, columns) },
    });
  }

  dispose(): void {
    this.#reader.dispose();
  }

  #isNews(event: StudioEvent): boolean {
    if (event.type === 'resync') return true;
    if (event.type !== 'points') return false;
    const runs = this.#runs();
    return event.runs.some(
      ({ id, series }) => runs.has(id) && series.some(({ name }) => name === this.#series),
    );
  }
}
