/** What the gradient lab asks of the studio, and what it was told so far: coarse at once, then finer. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { readError } from '../../../../shared/contract/procedure.ts';
import type { GradientResult, GradientTask, SweepResult, SweepTask } from '../../../../shared/gradient.ts';
import { studio } from '../../../api/studio.svelte.ts';
import { sentenceOf } from '../../../format/sentence.ts';

/** Estimates drawn at each value of a sweep. */
const SWEEP_SAMPLES = 10_000;
const BINS = 60;

export type LabCase = Omit<GradientTask, 'kind' | 'estimator' | 'settings' | 'bins'>;

export interface Asked {
  readonly estimator: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Swept {
  /** `temperature`, or the name of a setting. */
  readonly over: string;
  readonly values: readonly number[];
  /** Those that have it. */
  readonly estimators: readonly string[];
}

/** What goes on for one estimator. */
interface Work {
  readonly estimator: string;
  readonly kind: 'gradient' | 'sweep';
  /** Of its samples. */
  readonly share: number;
  /** Why it ended early; empty if it did not. */
  readonly problem: string;
  /** Where in the question, and of what kind it is. */
  readonly place: string;
}

/** Is f itself wrong, whatever estimator is asked? */
export function isOfObjective({ place }: Work): boolean {
  return place === 'validation objective';
}

export class GradientLab {
  readonly results = new SvelteMap<string, GradientResult>();
  readonly sweeps = new SvelteMap<string, SweepResult>();
  readonly #work = new SvelteMap<string, Work>();
  /** Results of the question that was asked last: an older one is shown until its successor comes. */
  readonly #current = new SvelteSet<GradientResult | SweepResult>();
  #running = $state(false);
  #abort: AbortController | null = null;
  #distribution: LabCase['distribution'] | null = null;
  #timer: number | undefined;

  get running(): boolean {
    return this.#running;
  }

  get problems(): readonly Work[] {
    return [...this.#work.values()].filter(({ problem }) => problem !== '');
  }

  /** Is it an answer to the question that was asked last? */
  isCurrent(result: GradientResult | SweepResult): boolean {
    return this.#current.has(result);
  }

  /** What is not done yet. */
  get underWay(): readonly Work[] {
    return [...this.#work.values()].filter(({ share, problem }) => share < 1 && problem === '');
  }

  /** Samples all of `asked` anew, and afterwards goes through the values of `swept`; null: no sweep. */
  ask(of: LabCase, asked: readonly Asked[], swept: Swept | null): void {
    window.clearTimeout(this.#timer);
    // Changes of one moment, of a bar that moves, are taken together.
    this.#timer = window.setTimeout(() => void this.#start(of, asked, swept), 0);
  }

  cancel(): void {
    window.clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#running = false;
  }

  async #start(of: LabCase, asked: readonly Asked[], swept: Swept | null): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#running = true;
    this.#work.clear();
    this.#current.clear();
    const sweeping = asked.filter(({ estimator }) => swept?.estimators.includes(estimator) === true);
    // What is said of another choice has other coordinates.
    const same = of.distribution === this.#distribution;
    this.#distribution = of.distribution;
    keepOnly(this.results, same ? asked : []);
    keepOnly(this.sweeps, same ? sweeping : []);
    for (const [estimator, { over }] of this.sweeps) {
      if (over !== swept?.over) this.sweeps.delete(estimator);
    }
    await Promise.all(
      asked.map(({ estimator, settings }) =>
        this.#run({ ...of, kind: 'gradient', estimator, settings: { ...settings }, bins: BINS }, abort),
      ),
    );
    if (swept !== null && !abort.signal.aborted) {
      const { over, values } = swept;
      await Promise.all(
        sweeping.map(({ estimator, settings }) =>
          this.#run(
            {
              ...{ ...of, kind: 'sweep', estimator, settings: { ...settings }, over },
              ...{ values: [...values], samples: SWEEP_SAMPLES },
            },
            abort,
          ),
        ),
      );
    }
    if (this.#abort === abort) this.#running = false;
  }

  async #run(task: GradientTask | SweepTask, abort: AbortController): Promise<void> {
    const { kind, estimator } = task;
    const told = (share: number, problem = '', place = '') =>
      this.#work.set(`${kind} ${estimator}`, { kind, estimator, share, problem, place });
    try {
      told(0);
      const stream = await studio.call((client) => client.labs.run(task, { signal: abort.signal }));
      for await (const event of stream) {
        if (abort.signal.aborted) return;
        const { result } = event;
        if (result?.kind === 'sweep') this.#replace(this.sweeps, result);
        else if (result?.kind === 'gradient') this.#replace(this.results, result);
        told(event.type === 'done' ? 1 : event.done / event.total);
      }
    } catch (error) {
      if (abort.signal.aborted) return;
      const failure = readError(error);
      told(0, sentenceOf(failure), `${failure.kind} ${failure.path ?? ''}`);
      if (kind === 'sweep') this.sweeps.delete(estimator);
      else this.results.delete(estimator);
    }
  }

  #replace<R extends GradientResult | SweepResult>(map: SvelteMap<string, R>, result: R): void {
    const old = map.get(result.estimator);
    if (old !== undefined) this.#current.delete(old);
    this.#current.add(result);
    map.set(result.estimator, result);
  }
}

function keepOnly(map: SvelteMap<string, unknown>, asked: readonly Asked[]): void {
  const wanted = new Set(asked.map(({ estimator }) => estimator));
  for (const id of map.keys()) if (!wanted.has(id)) map.delete(id);
}
