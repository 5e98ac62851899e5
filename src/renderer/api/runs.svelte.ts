/** Every run as the tables show it, kept current by the event stream. Changes reach the page at most once a frame. */
import type { RunSummary } from '../../shared/contract/run-summary.ts';
import type { DamagedRun } from '../../shared/contract/damaged-run.ts';
import { RunBook } from './run-book.ts';
import { studio } from './studio.svelte.ts';
import { sentenceOf } from '../format/sentence.ts';

const PAGE = 1000;

class Runs {
  #list = $state.raw<readonly RunSummary[]>([]);
  #damaged = $state.raw<readonly DamagedRun[]>([]);
  #loaded = $state(false);
  #problem = $state('');
  readonly #book = new RunBook();
  #frame = 0;
  #reading = 0;

  /** In the order in which they were made, newest first; archived ones too. */
  get all(): readonly RunSummary[] {
    return this.#list;
  }

  /** Runs that cannot be read, as the last list had them. */
  get damaged(): readonly DamagedRun[] {
    return this.#damaged;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** Why they could not be read; empty while all is well. */
  get problem(): string {
    return this.#problem;
  }

  get(id: string): RunSummary | undefined {
    return this.#list.find((run) => run.id === id);
  }

  start(): void {
    studio.subscribe((event) => {
      if (event.type === 'removed' && this.#damaged.length > 0) {
        this.#damaged = this.#damaged.filter(({ id }) => !event.runs.includes(id));
      }
      if (event.type === 'resync') void this.#read();
      else if (this.#book.take(event)) this.#publish();
    });
    void this.#read();
  }

  /** Answers of calls that changed runs: shown at once, before the event comes. */
  merge(runs: readonly RunSummary[]): void {
    this.#book.answer(runs);
    this.#publish();
  }

  async #read(): Promise<void> {
    const reading = ++this.#reading;
    this.#book.startReading();
    try {
      const fresh: RunSummary[] = [];
      const damaged: DamagedRun[] = [];
      for (let offset = 0, total = 1; offset < total; offset += PAGE) {
        const answer = await studio.call((client) =>
          client.runs.list({ filter: { archived: null }, offset, limit: PAGE }),
        );
        fresh.push(...answer.runs);
        damaged.push(...answer.damaged);
        total = answer.total;
      }
      if (reading !== this.#reading) return;
      this.#book.finishReading(fresh);
      this.#damaged = damaged;
      this.#loaded = true;
      this.#problem = '';
      this.#publish();
    } catch (error) {
      if (reading !== this.#reading) return;
      this.#book.abandonReading();
      this.#problem = sentenceOf(error);
    }
  }

  #publish(): void {
    if (this.#frame !== 0) return;
    this.#frame = window.requestAnimationFrame(() => {
      this.#frame = 0;
      this.#list = this.#book.list();
    });
  }
}

export const runs = new Runs();
