/** Curves of one series of a comparison: read again, at most once a second, while runs of it send points and somebody looks. */
import type { ComparisonCurve, CurveAxis, MemberCurve } from '../../../shared/contract/comparisons.ts';
import type { StudioClient } from '../../../shared/contract/contract.ts';
import type { StudioEvent } from '../../../shared/contract/events.ts';
import { affordableColumns, CurveReader } from '../../api/curve-reader.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';
import type { Span } from '../../charts/chart-data.ts';
import { asInput, type Target } from './target.ts';

const INTERVAL_MS = 1000;

interface Question {
  /** Null: everything. */
  readonly window: Span | null;
  readonly columns: number;
  readonly axis: CurveAxis;
  readonly members: boolean;
  /** Ids of the runs: other runs, other curves. */
  readonly runs: readonly string[];
}

type Answer = Awaited<ReturnType<StudioClient['comparisons']['curves']>>;

export class CurveFeed {
  #answer = $state.raw<Answer | null>(null);
  /** Of the answer, which may be older than the question. */
  #axis = $state<CurveAxis>('steps');
  readonly #target: Target;
  readonly #series: string;
  readonly #reader: CurveReader<Question, Answer>;
  #question: Question | null = null;
  #seen = false;
  #stale = false;

  constructor(target: Target, series: string) {
    this.#target = target;
    this.#series = series;
    this.#reader = new CurveReader<Question, Answer>({
      ask: (question) => this.#ask(question),
      take: (answer, { axis }) => {
        this.#answer = answer;
        this.#axis = axis;
      },
      hear: (event) => this.#hear(event),
    });
  }

  get curves(): readonly ComparisonCurve[] {
    return this.#answer?.curves ?? [];
  }

  /** Single runs, if they were asked for. */
  get members(): readonly MemberCurve[] {
    return this.#answer?.members ?? [];
  }

  /** What the x of these curves counts. */
  get axis(): CurveAxis {
    return this.#axis;
  }

  /** Where x ends when nothing is zoomed, in units of `axis`; 0 until it is known. */
  get end(): number {
    return this.#answer?.end ?? 0;
  }

  get problem(): string {
    return this.#reader.problem;
  }

  /** The same again changes nothing. */
  show(question: Question): void {
    if (question.columns < 1) return;
    this.#question = question;
    if (this.#seen) this.#reader.show(question);
  }

  /** While nobody looks nothing is read. */
  watch(seen: boolean): void {
    this.#seen = seen;
    if (!seen || this.#question === null) return;
    this.#reader.show(this.#question);
    if (this.#stale) void this.#reader.read();
    this.#stale = false;
  }

  dispose(): void {
    this.#reader.dispose();
  }

  #ask({ window, columns, axis, members, runs }: Question): Promise<Answer> {
    const { from, to } = window ?? { from: null, to: null };
    return studio.call((client) =>
      client.comparisons.curves({
        ...asInput(this.#target),
        series: this.#series,
        axis,
        members,
        window: { from, to, columns: affordableColumns(columns, members ? runs.length : 1) },
      }),
    );
  }

  #hear(event: StudioEvent): void {
    if (!this.#isNews(event)) return;
    if (this.#seen) this.#reader.readAfter(INTERVAL_MS);
    else this.#stale = true;
  }

  #isNews(event: StudioEvent): boolean {
    if (event.type === 'resync') return true;
    if (event.type !== 'points') return false;
    const runs = this.#question?.runs ?? [];
    return event.runs.some(
      ({ id, series }) => runs.includes(id) && series.some(({ name }) => name === this.#series),
    );
  }
}
