/** Runs that an earlier studio left unfinished: known when the page begins, and again when another studio answers it. */
import { runs } from './runs.svelte.ts';
import { studio } from './studio.svelte.ts';

class LeftRuns {
  #ids = $state.raw<ReadonlySet<string>>(new Set());
  #hidden = $state(false);

  /** Still to be continued or stopped; none once a person has put the offer away. */
  readonly waiting = $derived.by(() => {
    if (this.#hidden || this.#ids.size === 0) return [];
    return runs.all.filter(
      ({ id, state, archivedAt }) => state === 'interrupted' && archivedAt === null && this.#ids.has(id),
    );
  });

  get hidden(): boolean {
    return this.#hidden;
  }

  start(): void {
    studio.subscribe((event) => {
      if (event.type === 'resync') void this.#read();
    });
    void this.#read();
  }

  /** Until another studio answers. */
  hide(): void {
    this.#hidden = true;
  }

  async #read(): Promise<void> {
    try {
      const { ids } = await studio.call((client) => client.runs.left());
      this.#ids = new Set(ids);
      this.#hidden = false;
    } catch {
      // Without a connection the page says so, and it is read anew when the studio is back.
    }
  }
}

export const leftRuns = new LeftRuns();
