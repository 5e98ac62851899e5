/** Every run as the tables show it, kept current by the event stream. Changes reach the page at most once a frame. */
import type { RunSummary } from '../../shared/contract/run-summary.ts';
import type { StudioEvent } from '../../shared/contract/events.ts';
import { studio } from './studio.svelte.ts';

const PAGE = 5000;

class Runs {
  #list = $state.raw<readonly RunSummary[]>([]);
  #loaded = $state(false);
  #problem = $state('');
  readonly #byId = new Map<string, RunSummary>();
  #frame = 0;
  #reading = 0;

  /** In the order in which they were made, newest first; archived ones too. */
  get all(): readonly RunSummary[] {
    return this.#list;
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
    studio.subscribe((event) => this.#take(event));
    void this.#read();
  }

  /** Answers of calls that changed runs: shown at once, before the event comes. */
  merge(runs: readonly RunSummary[]): void {
    for (const run of runs) this.#byId.set(run.id, run);
    this.#publish();
  }

  async #read(): Promise<void> {
    const reading = ++this.#reading;
    try {
      const fresh: RunSummary[] = [];
      for (const archived of [false, true]) {
        for (let offset = 0, total = 1; offset < total; offset += PAGE) {
          const answer = await studio.call((client) =>
            client.runs.list({ filter: { archived }, offset, limit: PAGE }),
          );
          fresh.push(...answer.runs);
          total = answer.total;
        }
      }
      if (reading !== this.#reading) return;
      this.#byId.clear();
      for (const run of fresh) this.#byId.set(run.id, run);
      this.#loaded = true;
      this.#problem = '';
      this.#publish();
    } catch (error) {
      if (reading === this.#reading) this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  #take(event: StudioEvent): void {
    switch (event.type) {
      case 'resync':
        void this.#read();
        break;
      case 'run':
        this.merge([event.run]);
        break;
      case 'removed':
        for (const id of event.runs) this.#byId.delete(id);
        this.#publish();
        break;
      case 'progress':
        for (const { id, metrics, ...progress } of event.runs) {
          const old = this.#byId.get(id);
          if (old !== undefined) {
            this.#byId.set(id, { ...old, ...progress, metrics: { ...old.metrics, ...metrics } });
          }
        }
        this.#publish();
        break;
      case 'comparison':
        for (const run of this.#byId.values()) {
          if (run.comparison === event.comparison.id && run.comparisonName !== event.comparison.name) {
            this.#byId.set(run.id, { ...run, comparisonName: event.comparison.name });
          }
        }
        this.#publish();
        break;
      case 'points':
      case 'log':
      case 'broken':
        break;
    }
  }

  #publish(): void {
    if (this.#frame !== 0) return;
    this.#frame = window.requestAnimationFrame(() => {
      this.#frame = 0;
      this.#list = [...this.#byId.values()].sort(
        (a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1),
      );
    });
  }
}

export const runs = new Runs();
