/** One comparison: its record, its runs and the table over completed runs, read again when a run of it ends. */
import type { StudioClient } from '../../../shared/contract/contract.ts';
import type { StudioEvent } from '../../../shared/contract/events.ts';
import { runs } from '../../api/runs.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';

type Answer = Awaited<ReturnType<StudioClient['comparisons']['get']>>;

export class ComparisonState {
  readonly id: string;
  #answer = $state.raw<Answer | null>(null);
  #problem = $state('');
  #reading = 0;
  readonly #end: () => void;

  constructor(id: string) {
    this.id = id;
    this.#end = studio.subscribe((event) => this.#take(event));
    void this.read();
  }

  get answer(): Answer | null {
    return this.#answer;
  }

  get problem(): string {
    return this.#problem;
  }

  async read(): Promise<void> {
    const reading = ++this.#reading;
    try {
      const answer = await studio.call((client) => client.comparisons.get({ id: this.id }));
      if (reading === this.#reading) {
        this.#answer = answer;
        this.#problem = '';
      }
    } catch (error) {
      if (reading === this.#reading) this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  async rename(name: string): Promise<void> {
    const { comparison } = await studio.call((client) => client.comparisons.rename({ id: this.id, name }));
    if (this.#answer !== null) this.#answer = { ...this.#answer, comparison };
    runs.merge(
      runs.all.filter((run) => run.comparison === this.id).map((run) => ({ ...run, comparisonName: name })),
    );
  }

  dispose(): void {
    this.#end();
    this.#reading++;
  }

  #take(event: StudioEvent): void {
    const mine =
      (event.type === 'run' && event.run.comparison === this.id) ||
      (event.type === 'comparison' && event.comparison.id === this.id) ||
      event.type === 'resync';
    if (mine) void this.read();
  }
}
