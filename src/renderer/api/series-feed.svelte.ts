/**
 * Curves of some runs in one window of steps: read once as M4 columns, then only new points are appended. When a curve has
 * grown to several times what a chart can show, it is read again; its columns do not move, so what is drawn does not jump.
 * The points lie in plain arrays that grow in place; the page is told of growth at most once a frame, and not while hidden.
 */
import type { StudioClient } from '../../shared/contract/contract.ts';
import type { StudioEvent } from '../../shared/contract/events.ts';
import { isRepeated, NO_STEP } from '../../shared/series.ts';
import { affordableColumns, CurveReader } from './curve-reader.svelte.ts';
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
  /** Values among these that are not finite. */
  readonly nonFinite: number;
}

/** Tells of its own growth alone: a chart whose curves have not grown has nothing to draw. */
class GrowingCurve implements Curve {
  readonly xs: number[];
  readonly ys: number[];
  count: number;
  nonFinite: number;
  #told = $state(0);

  constructor({ steps, values, count, nonFinite }: StoredCurve) {
    this.xs = steps;
    this.ys = values.map((value) => value ?? Number.NaN);
    this.count = count;
    this.nonFinite = nonFinite;
  }

  /** Whoever calls this reactively is told. */
  follow(): number {
    return this.#told;
  }

  tell(): void {
    this.#told += 1;
  }
}

/** A part of a run, in steps. */
interface StepWindow {
  readonly from: number;
  readonly to: number;
}

interface Question {
  readonly keys: readonly SeriesKey[];
  /** Null: from step 0 to where the runs will end. */
  readonly window: StepWindow | null;
  readonly columns: number;
}

type Points = Extract<StudioEvent, { type: 'points' }>;
type StoredCurve = Awaited<ReturnType<StudioClient['runs']['series']>>['series'][number];

const EMPTY: Curve = { xs: [], ys: [], count: 0, nonFinite: 0 };
/** Series in one question; the contract takes 512. */
const BATCH = 256;
const READ_AGAIN_MS = 500;
const FRAME_EVERY_MS = 16;

export class SeriesFeed {
  /** By run and name; every series that is shown has one. */
  #curves = $state.raw<ReadonlyMap<string, GrowingCurve>>(new Map());
  /** Points that came while an answer was on its way, which may have been given before them. */
  #late: Points[] = [];
  /** What has grown since the page was told. */
  readonly #grown = new Set<GrowingCurve>();
  #frame = 0;
  #toldAt = -Infinity;
  readonly #reader = new CurveReader<Question, ReadonlyMap<string, GrowingCurve>>({
    ask: (question) => {
      this.#late = [];
      return readCurves(question);
    },
    take: (curves) => {
      this.#curves = curves;
      for (const event of this.#late) this.#append(event);
      this.#late = [];
    },
    hear: (event) => {
      if (event.type === 'resync') void this.#reader.read();
      if (event.type !== 'points') return;
      if (this.#reader.reading) this.#late.push(event);
      this.#append(event);
    },
  });

  get loaded(): boolean {
    return this.#reader.loaded;
  }

  get problem(): string {
    return this.#reader.problem;
  }

  /** Its arrays grow in place; whoever reads it reactively is told. */
  curve({ run, name }: SeriesKey): Curve {
    const curve = this.#curves.get(`${run}/${name}`);
    curve?.follow();
    return curve ?? EMPTY;
  }

  /** What to show; the same again changes nothing. `window` null: from step 0 to where the runs will end. */
  show(keys: readonly SeriesKey[], window: StepWindow | null, columns: number): void {
    if (keys.length === 0 || columns < 1) return;
    this.#reader.show({ keys, window, columns: affordableColumns(columns, keys.length) });
  }

  dispose(): void {
    this.#reader.dispose();
    window.cancelAnimationFrame(this.#frame);
  }

  #append(event: Points): void {
    const question = this.#reader.question;
    if (question === null) return;
    const { from, to } = question.window ?? { from: 0, to: Infinity };
    for (const { id, series } of event.runs) {
      for (const { name, steps, values, count } of series) {
        const curve = this.#curves.get(`${id}/${name}`);
        if (curve === undefined) continue;
        const before = curve.xs.length;
        let inside = 0;
        for (const [i, step] of steps.entries()) {
          const last = curve.xs.at(-1) ?? NO_STEP;
          // The first point beyond the window is taken: the line is drawn to the edge.
          if (isRepeated(step, last) || step < from || last > to) continue;
          const value = values[i] ?? Number.NaN;
          curve.xs.push(step);
          curve.ys.push(value);
          if (step > to) continue;
          inside++;
          if (Number.isNaN(value)) curve.nonFinite++;
        }
        if (curve.xs.length === before) continue;
        this.#grown.add(curve);
        curve.count = question.window === null ? count : curve.count + inside;
        if (curve.xs.length > 6 * question.columns) this.#reader.readAfter(READ_AGAIN_MS);
      }
    }
    if (this.#grown.size > 0) this.#tell();
  }

  /** At once after a pause, as charts wait for a frame themselves; what follows within a frame's time is told together. */
  #tell(): void {
    if (this.#frame !== 0) return;
    const tell = () => {
      this.#frame = 0;
      this.#toldAt = performance.now();
      for (const curve of this.#grown) curve.tell();
      this.#grown.clear();
    };
    if (document.hidden || performance.now() - this.#toldAt < FRAME_EVERY_MS) {
      this.#frame = window.requestAnimationFrame(tell);
    } else tell();
  }
}

async function readCurves({ keys, window, columns }: Question): Promise<ReadonlyMap<string, GrowingCurve>> {
  const { from, to } = window ?? { from: null, to: null };
  const batches = Array.from({ length: Math.ceil(keys.length / BATCH) }, (_, i) =>
    keys.slice(i * BATCH, (i + 1) * BATCH),
  );
  const answers = await Promise.all(
    batches.map((series) =>
      studio.call((client) => client.runs.series({ series, window: { from, to, columns } })),
    ),
  );
  return new Map(
    answers.flatMap(({ series }) =>
      series.map((one): [string, GrowingCurve] => [`${one.run}/${one.name}`, new GrowingCurve(one)]),
    ),
  );
}
