/** Exact baselines that are being computed for this page; they go on while other pages are looked at, and end with this window. */
import { SvelteMap } from 'svelte/reactivity';
import { readError } from '../../../shared/contract/procedure.ts';
import type { ExactBaseline, ExactSettings, SolveProgress } from '../../../shared/exact.ts';
import { studio } from '../../api/studio.svelte.ts';

type State = 'running' | 'done' | 'cancelled' | 'failed';

export class ExactWork {
  readonly comparison: string;
  readonly settings: ExactSettings;
  #state = $state<State>('running');
  #progress = $state.raw<SolveProgress | null>(null);
  #problem = $state('');
  #seconds = $state(0);
  readonly #abort = new AbortController();

  constructor(comparison: string, settings: ExactSettings) {
    this.comparison = comparison;
    this.settings = settings;
    const start = performance.now();
    // Solvers say nothing for seconds, and time goes on.
    const timer = window.setInterval(() => (this.#seconds = (performance.now() - start) / 1000), 250);
    void this.#run().finally(() => window.clearInterval(timer));
  }

  get state(): State {
    return this.#state;
  }

  /** The last that was heard; null: nothing yet. */
  get progress(): SolveProgress | null {
    return this.#progress;
  }

  /** Why it failed. */
  get problem(): string {
    return this.#problem;
  }

  get seconds(): number {
    return this.#seconds;
  }

  cancel(): void {
    if (this.#state !== 'running') return;
    this.#state = 'cancelled';
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    const { comparison, settings } = this;
    const { signal } = this.#abort;
    try {
      const stream = await studio.call((client) =>
        client.baselines.solve({ comparison, ...settings }, { signal }),
      );
      for await (const event of stream) {
        if (signal.aborted) return;
        if (event.type === 'done') this.#state = 'done';
        else this.#progress = event;
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#problem = readError(error).message;
      this.#state = 'failed';
    }
  }
}

const works = new SvelteMap<string, readonly ExactWork[]>();

/** Of one comparison, the newest first; what is done is among the stored baselines. */
export function worksOf(comparison: string): readonly ExactWork[] {
  return (works.get(comparison) ?? []).filter(({ state }) => state !== 'done');
}

export function startWork(comparison: string, settings: ExactSettings): void {
  works.set(comparison, [new ExactWork(comparison, settings), ...worksOf(comparison)]);
}

/** Forgets one that has ended. */
export function dismiss(work: ExactWork): void {
  works.set(
    work.comparison,
    worksOf(work.comparison).filter((other) => other !== work),
  );
}

/** What is shown of a stored one, newest last. */
export function statusOf({ status }: Pick<ExactBaseline, 'status'>): string {
  return status === 'time-limit' ? 'time was up' : status;
}
