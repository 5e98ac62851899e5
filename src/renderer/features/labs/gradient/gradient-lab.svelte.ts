/** What the gradient lab asks of the studio, and what it was told so far: coarse at once, then finer. */
import { SvelteMap } from 'svelte/reactivity';
import { readError } from '../../../../shared/contract/procedure.ts';
import type { GradientResult, GradientTask, SweepResult, SweepTask } from '../../../../shared/gradient.ts';
import { studio } from '../../../api/studio.svelte.ts';

/** Temperatures of the sweep, and estimates drawn at each. */
const TEMPERATURES = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 4, 7, 10];
const SWEEP_SAMPLES = 10_000;

export type LabCase = Omit<GradientTask, 'kind' | 'estimator' | 'settings' | 'bins'>;

export interface Asked {
  readonly estimator: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

const BINS = 60;

export class GradientLab {
  readonly results = new SvelteMap<string, GradientResult>();
  /** Share drawn, by estimator. */
  readonly progress = new SvelteMap<string, number>();
  readonly problems = new SvelteMap<string, string>();
  #sweep = $state.raw<SweepResult | null>(null);
  #running = $state(false);
  #abort: AbortController | null = null;
  #timer: number | undefined;

  get sweep(): SweepResult | null {
    return this.#sweep;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Samples all of `asked` anew; `swept`: whose temperatures to go through afterwards, null: nobody's. */
  ask(of: LabCase, asked: readonly Asked[], swept: Asked | null): void {
    window.clearTimeout(this.#timer);
    // Changes of one moment, of a slider that moves, are taken together.
    this.#timer = window.setTimeout(() => void this.#start(of, asked, swept), 0);
  }

  cancel(): void {
    window.clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#running = false;
  }

  async #start(of: LabCase, asked: readonly Asked[], swept: Asked | null): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#running = true;
    this.problems.clear();
    const wanted = new Set(asked.map(({ estimator }) => estimator));
    for (const map of [this.results, this.progress]) {
      for (const id of map.keys()) if (!wanted.has(id)) map.delete(id);
    }
    await Promise.all(
      asked.map(({ estimator, settings }) =>
        this.#run(
          estimator,
          { ...of, kind: 'gradient', estimator, settings: { ...settings }, bins: BINS },
          abort,
        ),
      ),
    );
    if (!abort.signal.aborted && swept === null) this.#sweep = null;
    if (!abort.signal.aborted && swept !== null) {
      const { estimator, settings } = swept;
      const sweep: SweepTask = {
        ...of,
        kind: 'sweep',
        estimator,
        settings: { ...settings },
        over: 'temperature',
        values: TEMPERATURES,
        samples: SWEEP_SAMPLES,
      };
      await this.#run(estimator, sweep, abort);
    }
    if (this.#abort === abort) this.#running = false;
  }

  async #run(estimator: string, task: GradientTask | SweepTask, abort: AbortController): Promise<void> {
    try {
      const stream = await studio.call((client) => client.labs.run(task, { signal: abort.signal }));
      for await (const event of stream) {
        if (abort.signal.aborted) return;
        const { result } = event;
        if (task.kind === 'gradient')
          this.progress.set(estimator, event.type === 'done' ? 1 : event.done / event.total);
        if (result?.kind === 'sweep') this.#sweep = result;
        else if (result?.kind === 'gradient') this.results.set(estimator, result);
      }
    } catch (error) {
      if (abort.signal.aborted) return;
      this.problems.set(estimator, readError(error).message);
      this.results.delete(estimator);
    }
  }
}
